import * as tf from "@tensorflow/tfjs";
import { clipGradient, type NamedTensors } from "../generative/nn/mod.ts";
import { foldSeed, stopGradient } from "../generative/runtime/mod.ts";
import { mapTree } from "../generative/runtime/tree.ts";
import { rowsOfState, seededNoise, type WorldModel, type WorldState } from "../worlds/mod.ts";
import type { ActorCritic } from "./actor_critic.ts";
import { lambdaReturns } from "./lambda_returns.ts";
import { followRange, returnRange } from "./return_range.ts";

/** What {@link dreamLoss} is made of. */
export interface DreamLossOptions {
  /** Decisions of a dream. @default 8 */
  horizon?: number;
  /** What rewards are multiplied by. @default 0.1 */
  rewardScale?: number;
  /** Discount of one decision. @default 0.98 */
  gamma?: number;
  /** Lambda of the returns. @default 0.95 */
  lambda?: number;
  /** The most that a decision's reward counts, in the environment's unit. @default no limit */
  rewardLimit?: number;
  /**
   * Taken from a decision's reward for each point above `rewardLimit`: at 0 there is nothing to gain from more, at 1 more
   * costs what it seemed to earn. @default 0
   */
  excessWeight?: number;
  /** Taken from a decision's reward where its cost is 1, in the environment's unit (a number or a scalar). @default 0 */
  costWeight?: number | tf.Tensor;
  /** Weight of the policy's entropy. @default 1e-3 */
  entropyWeight?: number;
  /** Temperature of the dream. @default 1 */
  temperature?: number;
  /**
   * Each dream step passes back at most `gradientCap / B` (Euclidean norm) through each tensor of a sample's state;
   * `Infinity` for no cap.
   *
   * @default 1
   */
  gradientCap?: number;
  /**
   * How the actor learns: by the gradient of the returns through the dream (dynamics), or by making decisions likelier
   * that came to more than the target critic expected (reinforce, Williams 1992).
   *
   * @default "dynamics"
   */
  gradient?: "dynamics" | "reinforce";
}

/** The parameters that {@link dreamLoss} computes with. */
export interface DreamParameters {
  /** The parameters of the world model. */
  world: NamedTensors;
  /** The parameters of the actor, `actor/...`. */
  actor: NamedTensors;
  /** The slowly following critic, under the critic's own names. */
  target: NamedTensors;
  /**
   * The running range of returns, see {@link followRange}: returns and advantages are divided by it where it exceeds 1.
   * @default they stay as they are
   */
  range?: tf.Scalar;
}

/** What the critic learns from: every decision of every dream, N = H B rows. */
export type CriticLesson = {
  /** What the critic saw before the decision, `[N, F]`. */
  features: tf.Tensor;
  /** The lambda return from there on, scaled, `[N]`. */
  returns: tf.Tensor;
  /** What the decision counts: how likely it is to be made at all, discounted, `[N]`. */
  weights: tf.Tensor;
};

/** The actor's loss and what goes with it; scalars but for the lesson. */
export type DreamLosses = CriticLesson & {
  /** The actor's loss. */
  loss: tf.Tensor;
  /** The running range of returns after this, where there is one. */
  range?: tf.Tensor;
  /** Mean reward of a decision, in the environment's units. */
  reward: tf.Tensor;
  /** Mean cost of a decision. */
  cost: tf.Tensor;
  /** Mean lambda return, scaled. */
  return: tf.Tensor;
  /** Mean entropy of the policy, nats. */
  entropy: tf.Tensor;
  /** Mean probability that a dream lives to its horizon. */
  alive: tf.Tensor;
};

/**
 * The actor's loss on dreams that start at real states: minus the lambda returns that the target critic completes.
 * The gradient flows through the world model's reparametrised samples, or with `reinforce` through the probability of
 * what was decided; take it with respect to the actor alone.
 *
 * @param seed int32 `[2]`; the same seed, the same dream.
 */
export function dreamLoss(
  model: WorldModel,
  agent: ActorCritic,
  input: { parameters: DreamParameters; start: WorldState; seed: tf.Tensor } & DreamLossOptions,
): DreamLosses {
  const { parameters, start, seed, horizon = 8, rewardScale = 0.1, gamma = 0.98, lambda = 0.95 } = input;
  const { rewardLimit = Infinity, excessWeight = 0, costWeight = 0, entropyWeight = 1e-3 } = input;
  const { temperature = 1, gradientCap = 1, gradient = "dynamics" } = input;
  const batch = rowsOfState(start);
  const cap = (x: tf.Tensor) => Number.isFinite(gradientCap) ? clipGradient(x, gradientCap / batch) : x;

  let state = start;
  let features = model.features(parameters.world, state);
  let weight: tf.Tensor = tf.ones([batch]);
  let alive: tf.Tensor = weight;
  const visited = [features], weights = [weight];
  const rewards: tf.Tensor[] = [], costs: tf.Tensor[] = [], aims: tf.Tensor[] = [];
  const discounts: tf.Tensor[] = [], entropies: tf.Tensor[] = [], decided: tf.Tensor[] = [];
  for (let t = 0; t < horizon; t++) {
    const sampled = agent.sample(parameters.actor, features, foldSeed(seed, 2 * t));
    const action = gradient === "dynamics" ? sampled.action : stopGradient(sampled.action);
    decided.push(sampled.raw);
    const noise = seededNoise(model.noise.imagine, foldSeed(seed, 2 * t + 1), { rows: batch });
    const next = model.imagine(parameters.world, state, action, noise, { temperature });
    const cost = next.measures.cost ?? next.reward.zerosLike();
    state = mapTree(next.state, cap) as WorldState;
    features = model.features(parameters.world, state);
    const goesOn = next.doneLogit.neg().sigmoid();
    visited.push(features);
    rewards.push(next.reward);
    costs.push(cost);
    const counted = Number.isFinite(rewardLimit)
      ? next.reward.sub(next.reward.sub(rewardLimit).relu().mul(1 + excessWeight))
      : next.reward;
    aims.push(counted.sub(cost.mul(costWeight)).mul(rewardScale));
    discounts.push(goesOn.mul(gamma));
    entropies.push(sampled.entropy);
    alive = alive.mul(goesOn);
    weight = stopGradient(weight.mul(discounts[t]));
    weights.push(weight);
  }

  const after = agent.value(parameters.target, tf.concat(visited.slice(1)));
  const values = after.split(horizon);
  const returns = tf.concat(lambdaReturns({ rewards: aims, discounts, values }, lambda));
  const reach = tf.concat(weights.slice(0, horizon));
  const entropy = tf.concat(entropies);
  const before = tf.concat(visited.slice(0, horizon));
  const scale = parameters.range && followRange(parameters.range, returnRange(returns));
  const scaled = (values: tf.Tensor) => scale ? values.div(scale.divisor) : values;
  const aim = gradient === "dynamics"
    ? scaled(returns)
    : agent.logProbability(parameters.actor, stopGradient(before), stopGradient(tf.concat(decided)))
      .mul(stopGradient(scaled(returns.sub(agent.value(parameters.target, before)))));
  return {
    loss: reach.mul(aim.add(entropy.mul(entropyWeight))).mean().neg(),
    features: before,
    returns,
    weights: reach,
    ...scale && { range: scale.running },
    reward: tf.concat(rewards).mean(),
    cost: tf.concat(costs).mean(),
    return: returns.mean(),
    entropy: entropy.mean(),
    alive: alive.mean(),
  };
}

/** The critic's loss on a lesson: half the weighted mean squared error against the returns. */
export function criticLoss(
  agent: ActorCritic,
  parameters: NamedTensors,
  { features, returns, weights }: CriticLesson,
): { loss: tf.Tensor } {
  const error = agent.value(parameters, features).sub(returns);
  return { loss: weights.mul(error.square()).mean().mul(0.5) };
}
