import type * as tf from "@tensorflow/tfjs";
import { fixed, type Latents, type StateDistribution } from "./latents.ts";

/** What {@link klBalance} compares: N states each. */
export interface KlBalanceInput {
  /** What is believed once a frame is seen. */
  posterior: StateDistribution;
  /** What was expected of it. */
  prior: StateDistribution;
  /** `[N]`, 1 where anything was expected, 0 where an episode or a sequence begins. */
  foreseen: tf.Tensor;
  /** Nats a state below which neither divergence is pressed (free bits). */
  freeNats: number;
}

/** Means over the states that were foreseen, in nats; 0 where none was. */
export interface KlBalance {
  /** Teaches the prior what the posterior sees; at least `freeNats`. */
  dynamics: tf.Scalar;
  /** Teaches the posterior to be foreseeable; at least `freeNats`. */
  representation: tf.Scalar;
  /** The divergence as it is, to be reported: no gradient flows through it. */
  divergence: tf.Scalar;
}

/** The divergence of posterior and prior, once for each of the two to learn from (Hafner et al., 2020, DreamerV2). */
export function klBalance(
  latents: Latents,
  { posterior, prior, foreseen, freeNats }: KlBalanceInput,
): KlBalance {
  const mean = (values: tf.Tensor) => values.mul(foreseen).sum().div(foreseen.sum().maximum(1)) as tf.Scalar;
  const pressed = (divergence: tf.Tensor) => mean(divergence.maximum(freeNats));
  return {
    dynamics: pressed(latents.divergence(fixed(posterior), prior)),
    representation: pressed(latents.divergence(posterior, fixed(prior))),
    divergence: mean(latents.divergence(fixed(posterior), fixed(prior))),
  };
}
