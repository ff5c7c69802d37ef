import * as tf from "@tensorflow/tfjs";
import { type NamedTensors, valueAndGradients } from "../generative/nn/mod.ts";
import { foldSeed, stopGradient } from "../generative/runtime/mod.ts";
import { mapTree } from "../generative/runtime/tree.ts";
import { rowsOfState, type WorldModel } from "../worlds/mod.ts";
import { type ActorCritic, pickTensors } from "./actor_critic.ts";
import {
  actorCriticUpdate,
  type ActorCriticUpdateOptions,
  type DreamUpdate,
  type Learned,
} from "./actor_critic_update.ts";
import {
  type AimOptions,
  type CriticLesson,
  criticLoss,
  dream,
  dreamMeasures,
  dreamReturns,
} from "./dream_loss.ts";
import { clippedObjective } from "./ppo/clipped_objective.ts";

/** How {@link createDreamPPO} learns, by `epochs * minibatches` gradient steps in an update. */
export interface DreamPPOOptions extends Omit<AimOptions, "costWeight">, ActorCriticUpdateOptions {
  /** Decisions of a dream. @default 8 */
  horizon?: number;
  /** Temperature of the dream. @default 1 */
  temperature?: number;
  /** Passes over the dreams of an update. @default 4 */
  epochs?: number;
  /** Parts of a pass, each of which makes a gradient step: whole dreams. @default 4 */
  minibatches?: number;
  /** How far the probability of a decision may move and still be rewarded for it, as a share of what it was. @default 0.2 */
  clipRange?: number;
  /** Weight of the policy's entropy, beside advantages of deviation 1. @default 1e-3 */
  entropyWeight?: number;
}

/** What was decided in dreams, and what came of it, N = H B rows. */
type Decisions = CriticLesson & {
  /** The decisions before the tanh, `[N, A]`. */
  raw: tf.Tensor;
  /** Their log probability when they were made, `[N]`. */
  before: tf.Tensor;
  /** Their return beyond what the critic expected, `[N]`. */
  advantages: tf.Tensor;
};

/**
 * Proximal policy optimisation (Schulman et al. 2017) in dreams: each update dreams by the policy as it stands and makes
 * some passes over what came of it. No gradient flows through the world model.
 *
 * @throws RangeError, at the first step, for dreams that minibatches do not divide.
 */
export function createDreamPPO(
  model: WorldModel,
  agent: ActorCritic,
  options: DreamPPOOptions = {},
): DreamUpdate {
  const { epochs = 4, minibatches = 4, clipRange = 0.2, horizon = 8, entropyWeight = 1e-3 } = options;
  return actorCriticUpdate(agent, {
    name: "dream PPO",
    step(state, { world, batch: { start }, seed, at, learn }) {
      const dreams = rowsOfState(start);
      if (dreams % minibatches !== 0) {
        throw new RangeError(
          `Cannot learn by PPO: expected a divisor of ${dreams} dreams, got ${minibatches}`,
        );
      }
      const costWeight = at(options.costWeight ?? 0);
      const acting = pickTensors(state.parameters, agent.actorNames);
      const target = pickTensors(state.parameters, agent.criticNames);
      const input = { ...options, costWeight, parameters: { world, actor: acting, target }, start, seed };
      const dreamt = dream(model, agent, input);
      const { features, returns, weights } = dreamReturns(agent, target, dreamt, input);
      const raw = tf.concat(dreamt.decided);
      const decisions = mapTree({
        features,
        raw,
        returns,
        weights,
        advantages: returns.sub(agent.value(target, features)),
        before: agent.logProbability(acting, features, raw),
      }, stopGradient) as Decisions;

      let learned: Learned = state;
      let losses: NamedTensors = {};
      for (let step = 0; step < epochs * minibatches; step++) {
        const part = mapTree(
          decisions,
          (tensor) => partOf(tensor, { part: step % minibatches, of: minibatches }),
        ) as Decisions;
        const actor = valueAndGradients((trained) => {
          const logProbability = agent.logProbability(trained, part.features, part.raw);
          const { policyLoss, ...measures } = clippedObjective({ ...part, logProbability, clipRange });
          const { entropy } = agent.sample(trained, part.features, foldSeed(seed, 2 * horizon + step));
          const mean = entropy.mul(part.weights).mean();
          return { loss: policyLoss.sub(mean.mul(entropyWeight)), entropy: mean, ...measures };
        }, pickTensors(learned.parameters, agent.actorNames));
        const critic = valueAndGradients(
          (trained) => criticLoss(agent, trained, part),
          pickTensors(learned.parameters, agent.criticNames),
        );
        const next = learn(learned, { actor, critic });
        learned = next;
        losses = { ...actor.value, ...next.losses };
      }
      return { ...learned, losses: { ...losses, ...dreamMeasures(dreamt, returns) } };
    },
  }, options);
}

/** Every n-th row, beginning with one of the first n: of H B decisions those of B / n dreams. */
function partOf(tensor: tf.Tensor, { part, of }: { part: number; of: number }): tf.Tensor {
  const [count, ...rest] = tensor.shape;
  const grouped = tensor.reshape([count / of, of, ...rest]);
  const size = [count / of, 1, ...rest];
  return grouped.slice([0, part, ...rest.map(() => 0)], size).reshape([count / of, ...rest]);
}
