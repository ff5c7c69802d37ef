import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import "../../../envs/car_racing/register.ts";
import type { Env } from "../../../envs/env.ts";
import { make } from "../../../envs/registry.ts";
import { Box } from "../../../envs/spaces.ts";
import {
  Crop,
  CropResize,
  type Disturbance,
  DISTURBANCES,
  DisturbPicture,
  FrameStack,
  Grayscale,
  NormalizeObservation,
  Resize,
} from "../../../envs/wrappers/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

Deno.test("DisturbPicture changes a fifth of the colours, the sides, or a disc, and nothing else", () => {
  const plain = make("CarRacing-v3").reset({ seed: 3 }).observation;
  const disturbed = (disturbance: Disturbance) =>
    new DisturbPicture(make("CarRacing-v3"), { disturbance }).reset({ seed: 3 }).observation;
  const tints = { dark: [0.8, 0.8, 0.8], bright: [1.2, 1.2, 1.2], warm: [1.2, 1, 0.8], cold: [0.8, 1, 1.2] };
  for (const [name, factors] of Object.entries(tints)) {
    const wanted = plain.map((byte, i) => Math.min(255, Math.round(byte * factors[i % 3])));
    assertEquals(disturbed(name as Disturbance), wanted, name);
  }
  const covered = (name: Disturbance, color: number[]) => {
    const pixels = disturbed(name);
    let count = 0;
    for (let i = 0; i < pixels.length; i += 3) {
      const [now, before] = [pixels, plain].map((bytes) => [...bytes.subarray(i, i + 3)].join());
      if (now === color.join() && now !== before) count++;
      else assertEquals(now, before);
    }
    return count;
  };
  const black =
    plain.filter((_, i) => i % 3 === 0 && plain.subarray(i, i + 3).every((byte) => byte === 0)).length;
  const bars = covered("bars", [0, 0, 0]);
  assert(bars <= 2 * 9 * 96 && bars >= 2 * 9 * 96 - black, `${bars} pixels are covered`);
  assertAlmostEquals(covered("blob", [255, 0, 0]), Math.PI * (0.075 * 96) ** 2, 12);
  assertEquals(DISTURBANCES.toSorted(), [...Object.keys(tints), "bars", "blob"].toSorted());
  assertThrows(() => disturbed("bar" as Disturbance), RangeError, 'did you mean "bars"?');
  assertThrows(() => new DisturbPicture(new Grayscale(new CounterEnv()), { disturbance: "bars" }), TypeError);
});

Deno.test("FrameStack lays observations along a first axis or the last one, oldest first", () => {
  const stacks = [new FrameStack(new CounterEnv(), 3), new FrameStack(new CounterEnv(), 3, { axis: "last" })];
  assertEquals(stacks.map((env) => env.observationSpace.shape), [[3, 8, 8, 3], [8, 8, 9]]);
  const plain = new CounterEnv();
  const frames = [
    plain.reset({ seed: 4 }).observation,
    plain.step([1, 0]).observation,
    plain.step([1, 0]).observation,
  ];
  for (const env of stacks) {
    env.reset({ seed: 4 });
    env.advance([1, 0]);
  }
  const [first, last] = stacks.map((env) => env.step([1, 0]).observation);
  frames.forEach((frame, n) =>
    frame.forEach((value, i) => {
      assertEquals(first[n * 192 + i], value);
      assertEquals(last[Math.floor(i / 3) * 9 + n * 3 + i % 3], value);
    })
  );
});

Deno.test("FrameStack takes a padding of one's own, and refuses one that does not belong", () => {
  const padding = new Uint8Array(192).fill(9);
  const { observation } = new FrameStack(new CounterEnv(), 2, { padding }).reset({ seed: 1 });
  assertEquals(observation.slice(0, 192), padding);
  assertEquals(observation.slice(192), new CounterEnv().reset({ seed: 1 }).observation);
  assertThrows(
    () => new FrameStack(new CounterEnv(), 2, { padding: [1] }),
    RangeError,
    "expected 192 numbers",
  );
  for (const count of [0, 1.5, NaN]) {
    assertThrows(() => new FrameStack(new CounterEnv(), count), RangeError, `got ${count}`);
  }
});

Deno.test("Crop and Resize to 64x64 are CropResize, bit by bit; a part that is none is refused", () => {
  const env = new Resize(new Crop(make("CarRacing-v3"), { height: 84 }), { height: 64, width: 64 });
  const paper = new CropResize(make("CarRacing-v3"));
  assertEquals(env.reset({ seed: 5 }).observation, paper.reset({ seed: 5 }).observation);
  for (let i = 0; i < 30; i++) {
    assertEquals(env.step([0.3, 0.5, 0]).observation, paper.step([0.3, 0.5, 0]).observation);
  }
  for (
    const part of [{ top: 8 }, { left: -1 }, { height: 0 }, { width: 9 }, { top: 2, height: 7 }, {
      left: 0.5,
    }]
  ) {
    assertThrows(() => new Crop(new CounterEnv(), part), RangeError, "Cannot crop Counter-v0");
  }
  for (const size of [{ height: 0, width: 3 }, { height: 3, width: 1.5 }]) {
    assertThrows(() => new Resize(new CounterEnv(), size), RangeError, "Cannot resize Counter-v0");
  }
  assertThrows(
    () => new Resize(new NormalizeObservation(new CounterEnv()) as unknown as Env, { height: 1, width: 1 }),
    TypeError,
    "uint8 pictures",
  );
  assertThrows(() => new Grayscale(new Grayscale(new CounterEnv())), TypeError, "expected 3 channels, got 1");
});

Deno.test("Resize keeps the mean of a picture, whatever the size, and enlarges by whole factors by repeating", () => {
  const picture = new Box(0, 255, { shape: [8, 8, 3], dtype: "uint8" }).sample(
    new RandomStream(2),
  ) as Uint8Array;
  class Painted extends CounterEnv {
    override observe(target = new Uint8Array(192)): Uint8Array {
      target.set(picture);
      return target;
    }
  }
  const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const [height, width] of [[8, 8], [3, 5], [11, 7], [1, 1], [16, 24]]) {
    const { observation } = new Resize(new Painted(), { height, width }).reset();
    assertAlmostEquals(mean(observation), mean(picture), 0.5);
    if (height % 8 > 0 || width % 8 > 0) continue;
    observation.forEach((value, i) => {
      const [y, x] = [Math.floor(i / 3 / width) * 8 / height, Math.floor(i / 3) % width * 8 / width];
      assertEquals(value, picture[(Math.floor(y) * 8 + Math.floor(x)) * 3 + i % 3]);
    });
  }
});
