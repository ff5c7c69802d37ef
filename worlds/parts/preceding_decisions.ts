import * as tf from "@tensorflow/tfjs";
import { gatherSequences, type Place, type Rollout } from "../experience.ts";

/** The last decisions of episodes, as a transformer runs over them where a dream starts; see {@link precedingDecisions}. */
export interface PrecedingDecisions {
  /** How many lie before each place, C at most: `[B]`, the caller's. */
  lengths: tf.Tensor;
  /**
   * What arrays `[T, N, size]` hold of them, `[C + 1, B, size]`, the caller's: from the first of them on, then the place's
   * own; what comes after it is of no use.
   */
  read(select: (rollout: Rollout) => Float32Array, size: number): tf.Tensor;
}

/** The decisions before places, in their own episodes alone. @param most C. */
export function precedingDecisions(places: readonly Place[], most: number): PrecedingDecisions {
  const lengths = places.map((place) => countBefore(place, most));
  const begins = places.map((place, i) => ({ ...place, t: place.t - lengths[i] }));
  const length = most + 1;
  return {
    lengths: tf.tensor1d(lengths),
    read: (select, size) =>
      tf.tensor(gatherSequences(begins, select, { length, size }), [length, places.length, size]),
  };
}

function countBefore({ rollout, t, n }: Place, most: number): number {
  let count = 0;
  while (count < Math.min(most, t) && !rollout.resets[(t - count) * rollout.streams + n]) count++;
  return count;
}
