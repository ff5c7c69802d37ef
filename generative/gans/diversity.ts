import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../nn/mod.ts";

/**
 * Whether samples differ as pictures do: a generator that collapsed draws the same few again and again.
 *
 * `spread` is the mean distance of two samples, over that of two pictures: 1 is right, 0 is one picture only.
 * `coverage` is the share of pictures that are the nearest to some sample (compare Naeem et al., 2020): about a half
 * when samples are as good as pictures, `1 / B` when they are all the same.
 *
 * @param samples `[B, H, W, C]`.
 * @param pictures `[B, H, W, C]`.
 * @returns Two scalars, `spread` and `coverage`.
 */
export function diversity(samples: tf.Tensor, pictures: tf.Tensor): NamedTensors {
  const [a, b] = [samples, pictures].map((x) => x.reshape([x.shape[0], -1]));
  const spread = meanDistance(a).div(meanDistance(b).add(1e-12));
  const nearest = squaredDistances(a, b).argMin(1);
  const found = nearest.expandDims(1).equal(tf.range(0, b.shape[0], 1, "int32")).toFloat();
  const coverage = found.max(0).mean();
  return { spread, coverage };
}

/** Between two different rows. */
function meanDistance(rows: tf.Tensor): tf.Tensor {
  const count = rows.shape[0];
  return squaredDistances(rows, rows).sqrt().sum().div(Math.max(1, count * (count - 1)));
}

/** `[A, D]` and `[B, D]` to `[A, B]`; exactly 0 between a row and itself. */
function squaredDistances(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const squares = (rows: tf.Tensor) => rows.square().sum(1);
  const products = a.matMul(b as tf.Tensor2D, false, true);
  const distances = squares(a).expandDims(1).add(squares(b)).sub(products.mul(2)).relu();
  return a === b ? distances.mul(tf.sub(1, tf.eye(a.shape[0]))) : distances;
}
