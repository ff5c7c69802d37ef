import * as tf from "@tensorflow/tfjs";
import { Box } from "../../../envs/mod.ts";
import type { NamedTensors } from "../../../generative/nn/mod.ts";
import type { Imagined, ImagineOptions, Observed, WorldModel, WorldState } from "../../../worlds/mod.ts";

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
  reward?: (after: tf.Tensor, before: WorldState) => tf.Tensor;
}

/**
 * A smooth world with a known course: `z' = keep z + push a + noise n`, `c' = c / 2 + keep z + push a`, `h' = tanh(c')`;
 * by default the reward is `-|z'|^2`. Latents, hidden state and actions have one size. Its one parameter is `scale`,
 * which multiplies the reward. Frames show their latents in the means of their channels.
 */
export class ToyWorld implements WorldModel {
  readonly frames = [8, 8, 3] as const;
  readonly actions: Box;
  readonly featureSize: number;
  readonly context = 0;
  readonly parameters = {};
  readonly noise: WorldModel["noise"];

  constructor(readonly size: number, readonly options: ToyOptions = {}) {
    this.actions = new Box(-1, 1, { shape: [size] });
    this.featureSize = 2 * size;
    this.noise = { observe: { blur: { size, kind: "normal" } }, imagine: { luck: { size, kind: "normal" } } };
  }

  /** The values of its parameters. */
  values(): { scale: tf.Tensor } {
    return { scale: tf.scalar(1) };
  }

  initial(batch: number): WorldState {
    const zeros = () => tf.zeros([batch, this.size]);
    return { latents: zeros(), hidden: zeros(), cell: zeros() };
  }

  observe(_: NamedTensors, state: WorldState, { frames, action, first }: Observed, noise?: NamedTensors) {
    const seen = frames.toFloat().div(255).mean([1, 2]).slice([0, 0], [-1, this.size]);
    const latents = noise ? seen.add(noise.blur.mul(Math.exp(-1))) : seen;
    const cell = this.#drift(state, action).add(state.cell.div(2)).mul(tf.sub(1, first).expandDims(1));
    return { latents, hidden: cell.tanh(), cell };
  }

  imagine(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    { luck }: NamedTensors,
    { temperature = 1 }: ImagineOptions = {},
  ): Imagined {
    const { noise = 0, doneLogit = -20, cost = 0 } = this.options;
    const reward = this.options.reward ?? ((z: tf.Tensor) => z.square().sum(1).neg());
    const drift = this.#drift(state, action);
    const latents = drift.add(luck.mul(tf.sqrt(temperature).mul(noise)));
    const cell = state.cell.div(2).add(drift);
    const rows = latents.shape[0];
    return {
      state: { latents, hidden: cell.tanh(), cell },
      reward: reward(latents, state).mul<tf.Tensor1D>(parameters.scale),
      doneLogit: tf.fill([rows], doneLogit),
      measures: { cost: tf.fill([rows], cost) },
    };
  }

  features(_: NamedTensors, { latents, hidden }: WorldState): tf.Tensor {
    return latents.concat(hidden, 1);
  }

  picture(_: NamedTensors, { latents }: WorldState): tf.Tensor4D {
    return tf.zeros([latents.shape[0], 8, 8, 3]);
  }

  #drift({ latents }: WorldState, action: tf.Tensor): tf.Tensor {
    const { keep = 0.9, push = 0.5 } = this.options;
    return latents.mul(keep).add(action.mul(push));
  }
}

/** Starts of dreams: latents spread over [-1, 1], empty memory. */
export function toyStart(rows: number, size: number): WorldState {
  const values = Float32Array.from({ length: rows * size }, (_, i) => Math.sin(1 + 2.4 * i));
  const latents = tf.tensor(values, [rows, size]);
  return { latents, hidden: tf.zeros([rows, size]), cell: tf.zeros([rows, size]) };
}
