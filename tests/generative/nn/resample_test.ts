import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import {
  averagePool,
  depthToSpace,
  spaceToDepth,
  upsampleBilinear,
  upsampleNearest,
} from "../../../generative/nn/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { backends, checkGradients, pattern, probe } from "../support/finite_differences.ts";

for (const backend of backends) {
  Deno.test(`resampling does what TensorFlow's own operations do (${backend})`, async () => {
    await tf.setBackend(backend);
    for (const shape of [[2, 4, 6, 3], [1, 2, 2, 1]]) {
      const x = pattern(shape, 1) as tf.Tensor4D;
      const size: [number, number] = [2 * shape[1], 2 * shape[2]];
      assertClose(upsampleNearest(x), tf.image.resizeNearestNeighbor(x, size), 1e-6);
      assertClose(
        upsampleNearest(x, 3),
        tf.image.resizeNearestNeighbor(x, [3 * shape[1], 3 * shape[2]]),
        1e-6,
      );
      assertClose(upsampleBilinear(x), tf.image.resizeBilinear(x, size, false, true), 1e-6);
      assertClose(averagePool(x), tf.avgPool(x, 2, 2, "valid"), 1e-6);
      const deep = pattern([1, 2, 3, 8], 2) as tf.Tensor4D;
      assertClose(depthToSpace(deep), tf.depthToSpace(deep, 2, "NHWC"), 1e-6);
      assertClose(depthToSpace(spaceToDepth(x)), x, 1e-6);
      assertClose(averagePool(upsampleNearest(x, 3), 3), x, 1e-6);
    }
  });

  Deno.test(`resampling has gradients of second order (${backend})`, async () => {
    await tf.setBackend(backend);
    const forms = [
      upsampleNearest,
      upsampleBilinear,
      averagePool,
      spaceToDepth,
      (x: tf.Tensor) => depthToSpace(tf.concat([x, x], 3)),
    ];
    for (const form of forms) {
      const penalty = (x: tf.Tensor) => tf.grad((x: tf.Tensor) => probe(form(x).pow(3)))(x).square().sum();
      checkGradients(({ x }) => penalty(x), { x: pattern([1, 2, 2, 2], 3) }, { tolerance: 3e-2 });
    }
  });
}

Deno.test("enlarging a pixel alone repeats it; blocks that do not fit are refused", () => {
  assertEquals([...upsampleBilinear(tf.tensor4d([5], [1, 1, 1, 1])).dataSync()], [5, 5, 5, 5]);
  const row = upsampleBilinear(tf.tensor4d([0, 4], [1, 1, 2, 1])).slice([0, 0, 0, 0], [1, 1, 4, 1]);
  assertEquals([...row.dataSync()], [0, 1, 3, 4]);
  assertThrows(
    () => averagePool(tf.ones([1, 3, 4, 1])),
    RangeError,
    "Cannot pool: expected [B, H, W, C] with sides that 2 divides, got [1,3,4,1]",
  );
  assertThrows(() => spaceToDepth(tf.ones([1, 2, 3, 1])), RangeError, "sides that 2 divides");
  assertThrows(() => depthToSpace(tf.ones([1, 2, 2, 6])), RangeError, "channels that 4 divides");
});
