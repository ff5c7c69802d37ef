import { assertEquals } from "@std/assert";
import {
  advance,
  changeSpeed,
  lastStep,
  looping,
  nudge,
  playing,
  range,
  seek,
  speed,
  SPEEDS,
  step,
  togglePlaying,
} from "../../../viewer/page/state/playhead.ts";

function fresh(last = 100): void {
  lastStep.value = last;
  range.value = undefined;
  looping.value = playing.value = false;
  speed.value = 1;
  seek(0);
}

/** Plays for some seconds at 60 pictures a second. */
function play(seconds: number): void {
  for (let frame = 0; frame < Math.round(seconds * 60); frame++) advance(1 / 60);
}

Deno.test("the playhead stays within the episode, on whole steps", () => {
  fresh();
  seek(12.6);
  assertEquals(step.value, 13);
  seek(-5);
  assertEquals(step.value, 0);
  nudge(1000);
  assertEquals(step.value, 100);
});

Deno.test("one second of playing is fifty steps, times the speed", () => {
  for (const [times, expected] of [[0.25, 25], [1, 100], [4, 400]]) {
    fresh(1000);
    speed.value = times;
    togglePlaying();
    play(2);
    assertEquals(Math.abs(step.value - expected) <= 1, true, `${times}: ${step.value}`);
  }
});

Deno.test("at the highest speed every picture is shown, one a frame", () => {
  fresh();
  speed.value = Infinity;
  togglePlaying();
  const seen: number[] = [];
  for (let i = 0; i < 5; i++) {
    advance(1 / 144);
    seen.push(step.value);
  }
  assertEquals(seen, [1, 2, 3, 4, 5]);
});

Deno.test("playing stops at the end, and starts from the beginning when it is asked for there", () => {
  fresh();
  togglePlaying();
  play(3);
  assertEquals([step.value, playing.value], [100, false]);
  togglePlaying();
  assertEquals([step.value, playing.value], [0, true]);
});

Deno.test("looping goes round within the range", () => {
  fresh();
  range.value = [20, 40];
  looping.value = true;
  seek(39);
  togglePlaying();
  const seen = new Set<number>();
  for (let frame = 0; frame < 300; frame++) {
    advance(1 / 60);
    seen.add(step.value);
  }
  assertEquals([Math.min(...seen), Math.max(...seen), playing.value], [20, 40, true]);
});

Deno.test("without looping, playing stops at the range's end", () => {
  fresh();
  range.value = [20, 40];
  seek(25);
  togglePlaying();
  play(2);
  assertEquals([step.value, playing.value], [40, false]);
});

Deno.test("the speed goes through its list and stops at both ends", () => {
  fresh();
  for (let i = 0; i < 20; i++) changeSpeed(1);
  assertEquals(speed.value, Infinity);
  for (let i = 0; i < 20; i++) changeSpeed(-1);
  assertEquals(speed.value, SPEEDS[0]);
});
