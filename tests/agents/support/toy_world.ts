import * as tf from "@tensorflow/tfjs";
import { normal } from "../../../generative/runtime/mod.ts";
import type { WorldModel, WorldStep } from "../../../worlds/mod.ts";

/** The parameters of a {@link ToyWorld}. */
export interface ToyOptions {
  /** What a latent keeps of itself. */
  keep?: number;
  /** How far an action moves the latent. */
  push?: number;
  /** Standard deviation of the latents' noise. */
  noise?: number;
  /** Log odds of the end. */
  doneLogit?: number;
  /** The cost of every step. Default 0. */
  cost?: number;
  /** The reward from the latents after the step, and from all that was known before it, `[B]`. */
  reward?: (after: tf.Tensor, before: Record<"latents" | "hidden" | "cell", tf.Tensor>) => tf.Tensor;
}

/**
 * A smooth world with a known course: `z' = keep z + push a + noise n`, `c' = c / 2 + z'`, `h' = tanh(c')`; by
 * default the reward is `-|z'|^2`. Latents, hidden state and actions have one size. Its one parameter is `scale`,
 * which multiplies the reward.
 */
export class ToyWorld implements Pick<WorldModel, "step" | "noise"> {
  readonly noise: WorldModel["noise"];

  constructor(readonly size: number, readonly options: ToyOptions = {}) {
    this.noise = { luck: { size, kind: "normal" } };
  }

  parameters(): { scale: tf.Tensor } {
    return { scale: tf.scalar(1) };
  }

  step(...[parameters, { latents, state, action }, random, how]: Parameters<WorldModel["step"]>): WorldStep {
    const { keep = 0.9, push = 0.5, noise = 0, doneLogit = -20 } = this.options;
    const reward = this.options.reward ?? ((z: tf.Tensor) => tf.neg(tf.sum(tf.square(z), 1)));
    const luck = random instanceof tf.Tensor ? normal(latents.shape, random) : random.luck;
    const drift = tf.add(tf.mul(latents, keep), tf.mul(action, push));
    const next = tf.add(drift, tf.mul(luck, tf.mul(noise, tf.sqrt(how?.temperature ?? 1))));
    const cell = tf.add(tf.mul(state.cell, 0.5), next);
    return {
      latents: next,
      state: { hidden: tf.tanh(cell), cell },
      reward: tf.mul(
        reward(next, { latents, hidden: state.hidden, cell: state.cell }),
        parameters.scale,
      ) as tf.Tensor1D,
      cost: tf.fill([latents.shape[0]], this.options.cost ?? 0),
      doneLogit: tf.fill([latents.shape[0]], doneLogit),
    };
  }
}

/** Starts of dreams: latents spread over [-1, 1], empty memory. */
export function toyStart(
  rows: number,
  size: number,
): { latents: tf.Tensor; hidden: tf.Tensor; cell: tf.Tensor } {
  const values = Float32Array.from({ length: rows * size }, (_, i) => Math.sin(1 + 2.4 * i));
  const latents = tf.tensor(values, [rows, size]);
  return { latents, hidden: tf.zeros([rows, size]), cell: tf.zeros([rows, size]) };
}
