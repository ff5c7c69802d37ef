import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../generative/nn/mod.ts";
import { foldSeed } from "../generative/runtime/mod.ts";
import { mapTree } from "../generative/runtime/tree.ts";
import { seededNoise, type WorldModel, type WorldState } from "../worlds/mod.ts";
import type { ActorCritic } from "./actor_critic.ts";
import { aimOf, type AimOptions, type CriticLesson } from "./dream_loss.ts";
import { lambdaReturns } from "./lambda_returns.ts";

/** S sequences of T real decisions, time first. */
export type Lived = {
  /** Where the world model stood before each decision, and after the last: (T + 1) S rows. */
  states: WorldState;
  /** What was decided, `[T S, A]`. */
  actions: tf.Tensor;
  /** `[T, S]`, 1 where the episode ended in the decision. */
  ends: tf.Tensor;
  /** `[T, S]`, 1 where it was broken off after the decision: what follows belongs to another episode. */
  breaks: tf.Tensor;
};

/** What {@link livedLesson} takes. */
export interface LivedInput extends AimOptions {
  /** The parameters of the world model. */
  world: NamedTensors;
  /** The slowly following critic, under the critic's own names. */
  target: NamedTensors;
  /** What was lived through. */
  lived: Lived;
  /** int32 `[2]`. */
  seed: tf.Tensor;
}

/**
 * What the critic learns from real decisions, as in DreamerV3 (Hafner et al., 2023): the lambda returns of what was really
 * seen, where a dream only foresees it. Rewards and costs are those that the world model expects of the decisions; so no
 * real reward is needed. After a decision that broke an episode off nothing is known: it counts nothing.
 */
export function livedLesson(model: WorldModel, agent: ActorCritic, input: LivedInput): CriticLesson {
  const { world, target, lived: { states, actions, ends, breaks }, seed } = input;
  const { gamma = 0.98, lambda = 0.95 } = input;
  const [decisions, sequences] = ends.shape;
  const rows = decisions * sequences;
  const before = mapTree(states, (tensor) => tensor.slice(0, rows)) as WorldState;
  const noise = seededNoise(model.noise.imagine, foldSeed(seed, 0), { rows });
  const { reward, measures } = model.imagine(world, before, actions, noise, { temperature: 0 });
  const features = model.features(world, states);
  const values = agent.value(target, features).split(decisions + 1);
  const byDecision = (tensor: tf.Tensor) => tensor.reshape([decisions, sequences]).unstack();
  const [aims, ended, broken] = [aimOf(reward, measures.cost, input), ends, breaks].map(byDecision);
  const returns = lambdaReturns({
    // What is broken off counts nothing; its own value stands there for the decisions before it.
    rewards: aims.map((aim, t) => tf.where(broken[t].greater(0), values[t], aim)),
    discounts: ended.map((end, t) => tf.sub(1, end.maximum(broken[t])).mul(gamma)),
    values: values.slice(1),
  }, lambda);
  return {
    features: features.slice(0, rows),
    returns: tf.concat(returns),
    weights: tf.concat(broken.map((row) => tf.sub(1, row))),
  };
}
