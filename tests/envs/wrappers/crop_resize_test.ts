import { assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box } from "../../../envs/spaces.ts";
import { cropAndResize, CropResize } from "../../../envs/wrappers/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

/** Area averaging straight from its definition: the overlap of each target pixel with each source pixel. */
function resizeByDefinition(frame: Uint8Array): Uint8Array {
  const overlap = (from: number, to: number, cell: number) =>
    Math.max(0, Math.min(to, cell + 1) - Math.max(from, cell));
  const target = new Uint8Array(64 * 64 * 3);
  for (let i = 0; i < target.length; i++) {
    const [row, column, channel] = [Math.floor(i / 192), Math.floor(i / 3) % 64, i % 3];
    let sum = 0;
    for (let y = 0; y < 84; y++) {
      const height = overlap(row * 84 / 64, (row + 1) * 84 / 64, y);
      if (height === 0) continue;
      for (let x = 0; x < 96; x++) {
        sum += height * overlap(column * 1.5, column * 1.5 + 1.5, x) * frame[(y * 96 + x) * 3 + channel];
      }
    }
    target[i] = Math.round(sum / (1.5 * 84 / 64));
  }
  return target;
}

Deno.test("cropAndResize averages rows 0..83 by exact area", () => {
  const frame = new Box(0, 255, { shape: [96, 96, 3], dtype: "uint8" }).sample(
    new RandomStream(3),
  ) as Uint8Array;
  const expected = resizeByDefinition(frame);
  assertEquals(cropAndResize(frame), expected);
  frame.fill(0, 84 * 96 * 3); // the instrument bar counts for nothing
  assertEquals(cropAndResize(frame, new Uint8Array(64 * 64 * 3).fill(9)), expected);
  assertEquals(cropAndResize(new Uint8Array(96 * 96 * 3).fill(255)).every((value) => value === 255), true);
});

Deno.test("cropAndResize refuses other sizes", () => {
  assertThrows(() => cropAndResize(new Uint8Array(5)), RangeError, "got 5 into 12288");
  assertThrows(
    () => new CropResize(new CounterEnv()),
    TypeError,
    "expected uint8 frames [96, 96, 3], got uint8 [8, 8, 3]",
  );
});

Deno.test("CropResize shows the resized frame in reset, step, observe and redraw", () => {
  const env = new CropResize(new CounterEnv({ size: 96 }));
  const inner = new CounterEnv({ size: 96 });
  assertEquals(env.reset({ seed: 4 }).observation, cropAndResize(inner.reset({ seed: 4 }).observation));
  const expected = cropAndResize(inner.step([1, 0]).observation);
  assertEquals(env.step([1, 0]).observation, expected);
  const target = new Uint8Array(64 * 64 * 3);
  assertEquals(env.observe(target) === target, true);
  assertEquals(target, expected);
  const state = env.saveState();
  env.step([-1, 0]);
  assertEquals(env.redraw(state), expected);
  assertEquals(env.observationSpace.shape, [64, 64, 3]);
});
