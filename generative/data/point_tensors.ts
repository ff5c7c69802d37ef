import * as tf from "@tensorflow/tfjs";
import type { Dataset, DataShape, PointData } from "./dataset.ts";

/** The data as points in the plane. @throws TypeError naming the model when they are something else. */
export function expectPlanePoints<D extends Dataset | DataShape>(
  data: D,
  { model }: { model: string },
): Extract<D, { kind: "points" }> {
  if (data.kind === "points" && data.dimensions === 2) return data as Extract<D, { kind: "points" }>;
  const got = data.kind === "points" ? `points of ${data.dimensions} coordinates` : data.kind;
  throw new TypeError(
    `Cannot train ${model} on "${data.name}": expected points in the plane, got ${got}; use --data moons or world-map`,
  );
}

/** The points of some examples, `[B, D]`. */
export function pointBatch(data: Dataset, indices: ArrayLike<number>): tf.Tensor2D {
  const { points, dimensions } = data as PointData;
  const chosen = new Float32Array(indices.length * dimensions);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] * dimensions;
    chosen.set(points.subarray(from, from + dimensions), i * dimensions);
  }
  return tf.tensor2d(chosen, [indices.length, dimensions]);
}
