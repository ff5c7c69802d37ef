import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import { foldSeed, uniform } from "../generative/runtime/random.ts";
import type { WorldModel, WorldPosition } from "./world_model.ts";

/** What acts in a {@link dreamRollout}: actions `[B, A]` from a position; pure tensor code. */
export type DreamPolicy = (position: WorldPosition) => tf.Tensor;

/** What {@link dreamRollout} starts from. */
export interface DreamRolloutInput {
  /** The parameters of the world model. */
  parameters: NamedTensors;
  /** Where the dreams begin. */
  position: WorldPosition;
  /** Of all that is drawn, int32 `[2]`. */
  seed: tf.Tensor;
  /** `[B]`, 1 for dreams that go on, 0 for those that have ended. @default all go on */
  alive?: tf.Tensor;
}

/** Options of {@link dreamRollout}. */
export interface DreamRolloutOptions {
  /** What acts. */
  policy: DreamPolicy;
  /** How many steps are unrolled. */
  steps: number;
  /** Sharpness of the samples. @default 1 */
  temperature?: number;
  /** How an episode ends, see {@link DreamOptions}. @default "sampled" */
  ending?: "sampled" | "cut";
}

/** What {@link dreamRollout} returns. */
export interface DreamRolloutResult {
  /** Where the dreams stand after the last step. */
  position: WorldPosition;
  /** `[B]`, 1 or 0. */
  alive: tf.Tensor;
  /** Sum of the rewards up to the end of the episode, `[B]`. */
  returns: tf.Tensor;
  /** Steps up to the end of the episode, `[B]`. */
  lengths: tf.Tensor;
}

/**
 * Several steps of B dreams under a policy, sampling included, as one pure function: compile it, and carry
 * position and `alive` from call to call for episodes of any length.
 */
export function dreamRollout(
  worldModel: WorldModel,
  input: DreamRolloutInput,
  options: DreamRolloutOptions,
): DreamRolloutResult {
  const { policy, steps, temperature = 1, ending = "sampled" } = options;
  let position = input.position;
  const batch = position.latents.shape[0];
  let alive = input.alive ?? tf.ones([batch]);
  const rewards: tf.Tensor[] = [];
  const lengths: tf.Tensor[] = [];
  for (let t = 0; t < steps; t++) {
    const seed = foldSeed(input.seed, t);
    const { reward, doneLogit, ...next } = worldModel.step(
      input.parameters,
      { ...position, action: policy(position) },
      seed,
      { temperature },
    );
    rewards.push(reward.mul(alive));
    lengths.push(alive);
    const threshold = ending === "sampled" ? uniform([batch], foldSeed(seed, 2)) : 0.5;
    alive = alive.mul(tf.lessEqual(doneLogit.sigmoid(), threshold).cast("float32"));
    position = next;
  }
  return { position, alive, returns: tf.addN(rewards), lengths: tf.addN(lengths) };
}
