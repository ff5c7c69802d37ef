import * as tf from "@tensorflow/tfjs";
import { clipGradient, type NamedTensors } from "../generative/nn/mod.ts";
import { foldSeed, stopGradient } from "../generative/runtime/mod.ts";
import { mapTree } from "../generative/runtime/tree.ts";
import { rowsOfState, seededNoise, type WorldModel, type WorldState } from "../worlds/mod.ts";
import type { ActorCritic } from "./actor_critic.ts";
import { lambdaReturns } from "./lambda_returns.ts";
import { followRange, returnRange } from "./return_range.ts";

/** What a decision counts, and what follows it. */
export interface AimOptions {
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
}

/** What {@link dreamLoss} is made of. */
export interface DreamLossOptions extends AimOptions {
  /** Decisions of a dream. @default 8 */
  horizon?: number;
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

/** B dreams of H decisions: what was seen, decided and foreseen. */
export type Dreamt = {
  /** What the policy saw before each decision, and after the last: H + 1 times `[B, F]`. */
  visited: tf.Tensor[];
  /** The decisions before the tanh, H times `[B, A]`. */
  decided: tf.Tensor[];
  /** Entropies of the policy, H times `[B]`. */
  entropies: tf.Tensor[];
  /** Rewards in the environment's unit, H times `[B]`. */
  rewards: tf.Tensor[];
  /** Costs, H times `[B]`. */
  costs: tf.Tensor[];
  /** Probabilities that a dream goes on, H times `[B]`. */
  goesOn: tf.Tensor[];
};

/** What {@link dream} and {@link dreamLoss} take. */
export interface DreamInput extends DreamLossOptions {
  /** What they compute with. */
  parameters: DreamParameters;
  /** Where the dreams begin, B rows. */
  start: WorldState;
  /** int32 `[2]`; the same seed, the same dream. */
  seed: tf.Tensor;
}

/** Dreams in which the actor acts; gradients flow through decisions and states. */
export function dream(model: WorldModel, agent: ActorCritic, input: DreamInput): Dreamt {
  const { parameters, start, seed, horizon = 8, temperature = 1, gradientCap = 1 } = input;
  const batch = rowsOfState(start);
  const cap = (x: tf.Tensor) => Number.isFinite(gradientCap) ? clipGradient(x, gradientCap / batch) : x;
  let state = start;
  const dreamt: Dreamt = {
    visited: [model.features(parameters.world, state)],
    decided: [],
    entropies: [],
    rewards: [],
    costs: [],
    goesOn: [],
  };
  for (let t = 0; t < horizon; t++) {
    const { action, raw, entropy } = agent.sample(parameters.actor, dreamt.visited[t], actionSeed(seed, t));
    const noise = seededNoise(model.noise.imagine, foldSeed(seed, 2 * t + 1), { rows: batch });
    const next = model.imagine(parameters.world, state, action, noise, { temperature });
    state = mapTree(next.state, cap) as WorldState;
    dreamt.visited.push(model.features(parameters.world, state));
    dreamt.decided.push(raw);
    dreamt.entropies.push(entropy);
    dreamt.rewards.push(next.reward);
    dreamt.costs.push(next.measures.cost ?? next.reward.zerosLike());
    dreamt.goesOn.push(next.doneLogit.neg().sigmoid());
  }
  return dreamt;
}

/** What decisions of some rewards and costs count, scaled. */
export function aimOf(reward: tf.Tensor, cost: tf.Tensor | undefined, options: AimOptions): tf.Tensor {
  const { rewardScale = 0.1, rewardLimit = Infinity, excessWeight = 0, costWeight = 0 } = options;
  const limited = Number.isFinite(rewardLimit)
    ? reward.sub(reward.sub(rewardLimit).relu().mul(1 + excessWeight))
    : reward;
  return limited.sub((cost ?? reward.zerosLike()).mul(costWeight)).mul(rewardScale);
}

/** The same dreams, through which no gradient flows but that of the decisions' entropies. */
function asDreamt(agent: ActorCritic, { parameters, seed }: DreamInput, dreamt: Dreamt): Dreamt {
  const fixed = mapTree(dreamt, stopGradient) as Dreamt;
  const entropies = fixed.decided.map((_, t) =>
    agent.sample(parameters.actor, fixed.visited[t], actionSeed(seed, t)).entropy
  );
  return { ...fixed, entropies };
}

function actionSeed(seed: tf.Tensor, t: number): tf.Tensor {
  return foldSeed(seed, 2 * t);
}

/**
 * The actor's loss on dreams that start at real states: minus the lambda returns that the target critic completes.
 * The gradient flows through the world model's reparametrised samples, or with `reinforce` through the probability of
 * what was decided; take it with respect to the actor alone.
 *
 * @param dreamt The dreams, where they were dreamt before: for `reinforce`, which needs no gradient through them, outside of
 * what is differentiated.
 */
export function dreamLoss(
  model: WorldModel,
  agent: ActorCritic,
  input: DreamInput,
  dreamt: Dreamt = dream(model, agent, input),
): DreamLosses {
  const { parameters, entropyWeight = 1e-3, gradient = "dynamics" } = input;
  const seen = gradient === "dynamics" ? dreamt : asDreamt(agent, input, dreamt);
  const { features, returns, weights } = dreamReturns(agent, parameters.target, seen, input);
  const entropy = tf.concat(seen.entropies);
  const scale = parameters.range && followRange(parameters.range, returnRange(returns));
  const scaled = (values: tf.Tensor) => scale ? values.div(scale.divisor) : values;
  const aim = gradient === "dynamics"
    ? scaled(returns)
    : agent.logProbability(parameters.actor, features, tf.concat(seen.decided))
      .mul(stopGradient(scaled(returns.sub(agent.value(parameters.target, features)))));
  return {
    loss: weights.mul(aim.add(entropy.mul(entropyWeight))).mean().neg(),
    features,
    returns,
    weights,
    ...scale && { range: scale.running },
    ...dreamMeasures(seen, returns),
    entropy: entropy.mean(),
  };
}

/**
 * What came of dreams: the lambda return after each decision.
 *
 * @param target The critic that completes the returns.
 * @returns For N = H B decisions; differentiable in everything but the weights.
 */
export function dreamReturns(
  agent: ActorCritic,
  target: NamedTensors,
  { visited, rewards, costs, goesOn }: Dreamt,
  options: AimOptions,
): CriticLesson {
  const { gamma = 0.98, lambda = 0.95 } = options;
  const horizon = rewards.length;
  const aims = rewards.map((reward, t) => aimOf(reward, costs[t], options));
  const discounts = goesOn.map((probability) => probability.mul(gamma));
  const weights = [goesOn[0].onesLike()];
  for (const discount of discounts) weights.push(stopGradient(weights[weights.length - 1].mul(discount)));
  const values = agent.value(target, tf.concat(visited.slice(1))).split(horizon);
  return {
    features: tf.concat(visited.slice(0, horizon)),
    returns: tf.concat(lambdaReturns({ rewards: aims, discounts, values }, lambda)),
    weights: tf.concat(weights.slice(0, horizon)),
  };
}

/** What is reported of dreams. */
export function dreamMeasures(
  { rewards, costs, goesOn }: Dreamt,
  returns: tf.Tensor,
): Pick<DreamLosses, "reward" | "cost" | "return" | "alive"> {
  return {
    reward: tf.concat(rewards).mean(),
    cost: tf.concat(costs).mean(),
    return: returns.mean(),
    alive: goesOn.reduce((product, probability) => product.mul(probability)).mean(),
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
