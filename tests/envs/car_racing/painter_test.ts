import { assert, assertEquals, assertThrows } from "@std/assert";
import { CarRacingPainter } from "../../../envs/car_racing/painter.ts";
import { scoreText } from "../../../envs/car_racing/score_text.ts";
import type { CarRacingView } from "../../../envs/car_racing/state.ts";
import { type GoldenView, readGoldenFrames } from "../../support/golden_frames.ts";

const golden = await readGoldenFrames();

function paint(view: CarRacingView): Uint8Array {
  const frame = new Uint8Array(96 * 96 * 3);
  new CarRacingPainter(view.track, view.colors).draw(view, frame);
  return frame;
}

function named(name: string): GoldenView {
  const found = golden.find((frame) => frame.name === name);
  assert(found !== undefined, `no golden frame ${name}`);
  return found;
}

/** Mean difference over a rectangle, and the share of its pixels that are off by more than 8. */
function compare(drawn: Uint8Array, wanted: Uint8Array, within: (x: number, y: number) => boolean) {
  let sum = 0, off = 0, count = 0;
  for (let pixel = 0; pixel < 96 * 96; pixel++) {
    if (!within(pixel % 96, Math.floor(pixel / 96))) continue;
    let largest = 0;
    for (let channel = 0; channel < 3; channel++) {
      const difference = Math.abs(drawn[3 * pixel + channel] - wanted[3 * pixel + channel]);
      sum += difference;
      largest = Math.max(largest, difference);
    }
    if (largest > 8) off++;
    count++;
  }
  return { mean: sum / (3 * count), off: off / count };
}

/** The pixels that the score's digits lie in. */
const inText = (x: number, y: number) => x < 11 && y >= 87 && y < 93;

Deno.test("every frame agrees with Gymnasium's", () => {
  assertEquals(golden.length, 28);
  for (const { name, view, pixels } of golden) {
    const { mean, off } = compare(paint(view), pixels, (x, y) => !inText(x, y));
    assert(mean < 0.15, `${name} differs by ${mean} on average`);
    assert(off < 0.006, `${name}: ${100 * off} % of the pixels are off`);
  }
});

Deno.test("the car agrees with Gymnasium's", () => {
  for (const { name, view, pixels } of golden) {
    if (view.time < 1) continue;
    const { mean } = compare(paint(view), pixels, (x, y) => x >= 44 && x < 52 && y >= 65 && y < 79);
    assert(mean < 2, `${name}: the car differs by ${mean} on average`);
  }
});

Deno.test("the score agrees with Gymnasium's", () => {
  for (const { name, view, pixels } of golden) {
    const { mean } = compare(paint(view), pixels, inText);
    assert(mean < 9, `${name}: the score differs by ${mean} on average`);
  }
});

Deno.test("plain colours are exact", () => {
  const { view, pixels } = named("0_200.png");
  const drawn = paint(view);
  for (const [x, y] of [[2, 40], [10, 10], [48, 50], [90, 90]]) {
    const at = 3 * (y * 96 + x);
    assertEquals([...drawn.slice(at, at + 3)], [...pixels.slice(at, at + 3)]);
  }
});

Deno.test("one painter draws each view as a new painter would", () => {
  const frames = golden.filter((frame) => frame.name.startsWith("1_"));
  const painter = new CarRacingPainter(frames[0].view.track, frames[0].view.colors);
  const reused = new Uint8Array(96 * 96 * 3).fill(77);
  for (const { view } of [...frames, ...frames.toReversed()]) {
    painter.draw(view, reused);
    assertEquals(reused, paint(view));
  }
});

Deno.test("a tile that is touched loses its texture", () => {
  const { view } = named("1_100.png");
  const level = (touched: number) => {
    const frame = paint({ ...view, touched: new Uint8Array(view.touched.length).fill(touched) });
    const levels = new Set<number>();
    for (let i = 0; i < 84 * 96; i++) {
      const [red, green, blue] = frame.subarray(3 * i, 3 * i + 3);
      if (red === green && green === blue) levels.add(red);
    }
    return [100, 102, 105].filter((value) => levels.has(value));
  };
  assertEquals(level(0), [100, 102, 105]);
  assert(!level(1).includes(105));
});

Deno.test("beyond the playfield all is black", () => {
  const { view } = named("1_200.png");
  const far = { ...view, hull: { x: 500, y: 0, angle: 0 }, touched: view.touched };
  const frame = paint(far);
  assert(frame.subarray(0, 60 * 96 * 3).every((value) => value === 0));
});

Deno.test("the picture for people is the observation, larger", () => {
  const { view, pixels } = named("2_060.png");
  const data = new Uint8Array(600 * 400 * 3);
  new CarRacingPainter(view.track, view.colors, { width: 600, height: 400 }).draw(view, data);
  // Area means of 96x96 blocks agree with the observation, bar and text included.
  let difference = 0;
  for (let y = 0; y < 96; y += 5) {
    for (let x = 0; x < 96; x += 5) {
      let sum = 0, weight = 0;
      for (let row = Math.ceil(y * 400 / 96); row < (y + 1) * 400 / 96; row++) {
        for (let column = Math.ceil(x * 600 / 96); column < (x + 1) * 600 / 96; column++) {
          sum += data[3 * (row * 600 + column)];
          weight++;
        }
      }
      difference += Math.abs(sum / weight - pixels[3 * (y * 96 + x)]) / 400;
    }
  }
  assert(difference < 3, `differs by ${difference} on average`);
});

Deno.test("scores are written as Python's 04.0f writes them", () => {
  const texts = [0, 6.7, 0.5, 1.5, 2.5, -0.3, -0.5, -5.2, -100.4, 888.49, 1000, 1e21].map(scoreText);
  const wanted = [
    "0000",
    "0007",
    "0000",
    "0002",
    "0002",
    "-000",
    "-000",
    "-005",
    "-100",
    "0888",
    "1000",
    "1000000000000000000000",
  ];
  assertEquals(texts, wanted);
});

Deno.test("wrong sizes are refused", () => {
  const { view } = named("0_000.png");
  assertThrows(
    () => new CarRacingPainter(view.track, view.colors, { width: 96, height: 90 }),
    RangeError,
    "a multiple of 8 in 8 .. 800 as its height, got 90",
  );
});
