import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { frameTensor, unitPixels } from "../../../generative/data/picture_tensors.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

Deno.test("frameTensor() keeps bytes as they are and fills a batch up with black; unitPixels() makes them 0 to 1", async () => {
  await startBackend();
  tf.tidy(() => {
    const frames = frameTensor(Uint8Array.of(0, 51, 255, 102), [3, 1, 2, 1]);
    assertEquals(frames.dtype, "int32");
    assertEquals(frames.shape, [3, 1, 2, 1]);
    assertEquals([...frames.dataSync()], [0, 51, 255, 102, 0, 0]);
    assertEquals([...unitPixels(frames).dataSync()], [...Float32Array.of(0, 0.2, 1, 0.4, 0, 0)]);
  });
});

Deno.test("frameTensor() refuses parts of frames, and more frames than the batch holds", () => {
  for (const bytes of [3, 6]) {
    assertThrows(
      () => frameTensor(new Uint8Array(bytes), [2, 1, 2, 1]),
      RangeError,
      `expected at most 2 times 2 bytes, got ${bytes}`,
    );
  }
});
