import * as tf from "@tensorflow/tfjs";
import { gatherSequences, type Place, type Rollout } from "./experience.ts";

/** One row a place, `[B, size]`, of arrays `[T, N, size]`. */
export function rowsAt(places: readonly Place[], select: (rollout: Rollout) => Float32Array): tf.Tensor {
  const [{ rollout }] = places;
  const size = select(rollout).length / (rollout.streams * rollout.decisions);
  return tf.tensor(gatherSequences(places, select, { length: 1, size }), [places.length, size]);
}
