import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Place } from "../experience.ts";
import { rowsAt } from "../rows_at.ts";

/** The memory's states that rollouts hold at some places, `[B, ...]` by name. */
export function memoryAt(places: readonly Place[]): Record<string, tf.Tensor> {
  const names = Object.keys(places[0].rollout.states!);
  return Object.fromEntries(names.map((name) => [name, rowsAt(places, ({ states }) => states![name])]));
}

/** `[B, Z]`, drawn from what vision saw at some places. */
export function drawLatents(places: readonly Place[], random: RandomStream): tf.Tensor {
  return tf.tidy(() => {
    const mu = rowsAt(places, ({ encodings }) => encodings!.mu);
    const deviation = rowsAt(places, ({ encodings }) => encodings!.logVar).div(2).exp();
    const noise = tf.tensor(Float32Array.from({ length: mu.size }, () => random.normal()), mu.shape);
    return mu.add(deviation.mul(noise));
  });
}
