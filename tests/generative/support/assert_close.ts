import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";

/** A tensor must hold the expected numbers, and have the shape of an expected tensor. */
export function assertClose(
  actual: tf.Tensor,
  expected: tf.Tensor | ArrayLike<number>,
  tolerance = 1e-5,
): void {
  const [numbers, wanted] = [
    actual.dataSync(),
    expected instanceof tf.Tensor ? expected.dataSync() : expected,
  ];
  if (expected instanceof tf.Tensor) assertEquals(actual.shape, expected.shape);
  assertEquals(numbers.length, wanted.length);
  numbers.forEach((value, i) => assertAlmostEquals(value, wanted[i], tolerance));
}
