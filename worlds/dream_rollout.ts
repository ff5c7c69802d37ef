import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import { foldSeed, uniform } from "../generative/runtime/random.ts";
import { seededNoise } from "./noise.ts";
import { rowsOfState, type WorldModel, type WorldState } from "./world_model.ts";

/** What acts in a {@link dreamRollout}: actions `[B, A]` from features `[B, F]` and a seed; pure tensor code. */
export type DreamPolicy = (features: tf.Tensor, seed: tf.Tensor) => tf.Tensor;

/** What {@link dreamRollout} starts from. */
export interface DreamRolloutInput {
  /** The parameters of the world model. */
  parameters: NamedTensors;
  /** Where the dreams begin, B rows. */
  state: WorldState;
  /** The seed of all that is drawn, int32 `[2]`. */
  seed: tf.Tensor;
  /** `[B]`, 1 for dreams that go on, 0 for those that have ended. @default all go on */
  alive?: tf.Tensor;
}

/** Options of {@link dreamRollout}. */
export interface DreamRolloutOptions {
  /** The policy that acts. */
  policy: DreamPolicy;
  /** How many steps are unrolled. */
  steps: number;
  /** Sharpness of the samples. @default 1 */
  temperature?: number;
  /**
   * How an episode ends: drawn, or cut at one half (see {@link DreamOptions}), or `expected`: it goes on in part,
   * and rewards count by the probability to live. @default "sampled"
   */
  ending?: "sampled" | "cut" | "expected";
  /**
   * The rows are this many equal blocks that share their luck: row i of each meets the same noise, so that blocks
   * (candidates) differ by what they do alone. @default 1
   */
  blocks?: number;
}

/** What {@link dreamRollout} returns. */
export interface DreamRolloutResult {
  /** Where the dreams stand after the last step. */
  state: WorldState;
  /** `[B]`, 1 or 0, or the probability to live. */
  alive: tf.Tensor;
  /** Sum of the rewards up to the end of the episode, `[B]`. */
  returns: tf.Tensor;
  /** Steps up to the end of the episode, `[B]`. */
  lengths: tf.Tensor;
}

/**
 * Several steps of B dreams under a policy, sampling included, as one pure function: compile it, and carry
 * state and `alive` from call to call for episodes of any length.
 */
export function dreamRollout(
  worldModel: WorldModel,
  input: DreamRolloutInput,
  options: DreamRolloutOptions,
): DreamRolloutResult {
  const { policy, steps, temperature = 1, ending = "sampled", blocks = 1 } = options;
  const { parameters, seed } = input;
  let { state } = input;
  const batch = rowsOfState(state);
  let alive = input.alive ?? tf.ones([batch]);
  const rewards: tf.Tensor[] = [];
  const lengths: tf.Tensor[] = [];
  for (let t = 0; t < steps; t++) {
    const [actionSeed, noiseSeed, endSeed] = [0, 1, 2].map((label) => foldSeed(seed, 3 * t + label));
    const action = policy(worldModel.features(parameters, state), actionSeed);
    const noise = seededNoise(worldModel.noise.imagine, noiseSeed, { rows: batch, blocks });
    const next = worldModel.imagine(parameters, state, action, noise, { temperature });
    rewards.push(next.reward.mul(alive));
    lengths.push(alive);
    const goesOn = next.doneLogit.neg().sigmoid();
    if (ending === "expected") alive = alive.mul(goesOn);
    else {
      const threshold = ending === "sampled" ? uniform([batch], endSeed) : 0.5;
      alive = alive.mul(goesOn.greaterEqual(threshold).cast("float32"));
    }
    state = next.state;
  }
  return { state, alive, returns: tf.addN(rewards), lengths: tf.addN(lengths) };
}
