import { assertEquals, assertLessOrEqual } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { fitPictures, padPixels, type PictureData, resizePixels } from "../../../generative/data/mod.ts";
import { bytes } from "./support.ts";

const data = (height: number, width: number, channels: number, count = 2): PictureData => ({
  kind: "pictures",
  name: "noise",
  count,
  height,
  width,
  channels,
  pictures: bytes(count * height * width * channels),
});

Deno.test("pictures are interpolated as tf.image.resize does, to less and to more pixels", async () => {
  await tf.setBackend("cpu");
  for (
    const [height, width, channels, size] of [[28, 28, 1, 16], [28, 28, 1, 32], [9, 14, 3, 8], [5, 3, 3, 12]]
  ) {
    const noise = data(height, width, channels);
    const fitted = fitPictures(noise, size, "resize");
    const expected: ArrayLike<number> = tf.tidy(() =>
      tf.image.resizeBilinear(
        tf.tensor4d(Float32Array.from(noise.pictures), [2, height, width, channels]),
        [size, size],
        false,
        true,
      ).dataSync()
    );
    assertEquals([fitted.height, fitted.width, fitted.pictures.length], [size, size, expected.length]);
    const farthest = fitted.pictures.reduce(
      (worst, value, i) => Math.max(worst, Math.abs(value - expected[i])),
      0,
    );
    assertLessOrEqual(farthest, 0.5 + 1e-3);
  }
});

Deno.test("padding puts a picture in the middle of zeros, as chapter 3 does with 28 x 28", () => {
  const noise = data(28, 28, 1, 1);
  const padded = padPixels({ ...noise, data: noise.pictures }, 32);
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      const inside = y >= 2 && y < 30 && x >= 2 && x < 30;
      assertEquals(padded[y * 32 + x], inside ? noise.pictures[(y - 2) * 28 + x - 2] : 0);
    }
  }
});

Deno.test("what is larger than the size is interpolated even where smaller ones are padded", () => {
  const noise = data(10, 6, 3, 1);
  const expected = resizePixels({ ...noise, data: noise.pictures }, 8);
  assertEquals(fitPictures(noise, 8, "pad").pictures, expected);
  assertEquals(fitPictures(noise, 0, "pad"), noise);
});
