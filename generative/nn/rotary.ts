import * as tf from "@tensorflow/tfjs";
import { decayingFrequencies } from "./sinusoids.ts";

/**
 * Rotary positions (Su et al., 2021, "RoFormer"): turns each pair of numbers by an angle that grows with the position, so
 * that the product of a query and a key depends on how far apart they are alone. Number i of the first half and number i
 * of the second make a pair; its angle is `position 10000^(-2 i / D)`.
 *
 * @param x Queries or keys, `[.., T, D]`.
 * @param positions `[T]`, or more axes that broadcast against those of x, `[.., T]`.
 * @returns The same shape as x.
 * @throws RangeError when D is odd.
 */
export function rotate(x: tf.Tensor, positions: tf.Tensor): tf.Tensor {
  const size = x.shape[x.rank - 1];
  if (size % 2 !== 0) throw new RangeError(`Cannot rotate by positions: expected an even size, got ${size}`);
  const angles = positions.toFloat().expandDims(-1).mul(tf.tensor1d(decayingFrequencies(size / 2)));
  const [sines, cosines] = [angles.sin(), angles.cos()];
  const [first, second] = x.split(2, -1);
  return tf.concat([
    first.mul(cosines).sub(second.mul(sines)),
    second.mul(cosines).add(first.mul(sines)),
  ], -1);
}
