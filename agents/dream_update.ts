import * as tf from "@tensorflow/tfjs";
import { type NamedTensors, valueAndGradients } from "../generative/nn/mod.ts";
import { adamW, type Schedule } from "../generative/train/mod.ts";
import type { WorldModel } from "../worlds/mod.ts";
import { type ActorCritic, pickTensors } from "./actor_critic.ts";
import {
  actorCriticUpdate,
  type ActorCriticUpdateOptions,
  type ActorCriticUpdateParts,
  type DreamUpdate,
} from "./actor_critic_update.ts";
import { livedLesson } from "./lived_lesson.ts";
import { criticLoss, dream, dreamLoss, type DreamLosses, type DreamLossOptions } from "./dream_loss.ts";

/** How {@link createDreamUpdate} learns. */
export interface DreamUpdateOptions extends Omit<DreamLossOptions, "costWeight">, ActorCriticUpdateOptions {
  /** See {@link DreamLossOptions.costWeight}; may change over the updates. @default 0 */
  costWeight?: number | Schedule;
  /** Adam's rate for the actor. @default 3e-4 */
  actorRate?: number | Schedule;
  /** Adam's rate for the critic. @default 1e-3 */
  criticRate?: number | Schedule;
  /**
   * What lived decisions count in the critic's loss, beside dreams; read where a batch has some; may change over the
   * updates. @default 1
   */
  livedWeight?: number | Schedule;
  /** Greatest global norm of the actor's gradient, and of the critic's. @default 1 */
  clipNorm?: number;
  /** How far the target critic follows the critic in an update. @default 0.02 */
  targetRate?: number;
  /**
   * Whether returns are divided by how far they lie apart, the running distance of their 5th from their 95th percentile,
   * where that exceeds 1. @default false
   */
  normaliseReturns?: boolean;
}

/** The optimiser's tensor that holds the running range of returns. */
const RANGE = "returns/range";

/**
 * One update of actor and critic on a batch of dreams, as a train step of the form that `train()` drives. Its optimiser
 * also holds the target critic as `target/critic/...`, and with `normaliseReturns` the running range as `returns/range`.
 *
 * @example
 * ```ts ignore
 * const update = createDreamUpdate(worldModel, agent, { horizon: 8 });
 * const step = update.bind(worldParameters);
 * const { state, losses } = await step.run(update.init(parameters), { start }, seed);
 * ```
 */
export function createDreamUpdate(
  model: WorldModel,
  agent: ActorCritic,
  options: DreamUpdateOptions = {},
): DreamUpdate {
  const { costWeight = 0, actorRate = 3e-4, criticRate = 1e-3, clipNorm = 1, targetRate = 0.02 } = options;
  const { normaliseReturns = false, livedWeight = 1 } = options;
  const actorOptimiser = adamW({ name: "actorAdam", learningRate: actorRate, clipNorm });
  const criticOptimiser = adamW({ name: "criticAdam", learningRate: criticRate, clipNorm });

  const step: ActorCriticUpdateParts["step"] = (state, world, { start, lived }, seed) => {
    const target = targetCritic(state.optimiser);
    const done = state.optimiser["actorAdam/step"] as tf.Scalar;
    const at = (value: number | Schedule) => typeof value === "number" ? value : value(done);
    const weight = at(costWeight);
    const input = (actor: NamedTensors) => ({
      ...options,
      costWeight: weight,
      parameters: { world, actor, target, range: state.optimiser[RANGE] as tf.Scalar | undefined },
      start,
      seed,
    });
    const acting = pickTensors(state.parameters, agent.actorNames);
    const before = options.gradient === "reinforce" ? dream(model, agent, input(acting)) : undefined;
    const actorLesson = valueAndGradients(
      (trained) => dreamLoss(model, agent, input(trained), before),
      acting,
    );
    const { features, returns, weights, range, loss: actorLoss, ...measures } = actorLesson
      .value as DreamLosses;
    const known = lived &&
      livedLesson(model, agent, { ...options, costWeight: weight, world, target, lived, seed });
    const lesson = valueAndGradients(
      (trained) => {
        const { loss } = criticLoss(agent, trained, { features, returns, weights });
        return { loss: known ? loss.add(criticLoss(agent, trained, known).loss.mul(at(livedWeight))) : loss };
      },
      pickTensors(state.parameters, agent.criticNames),
    );
    const actor = actorOptimiser.update(state.optimiser, state.parameters, actorLesson.gradients);
    const critic = criticOptimiser.update(actor.state, actor.parameters, lesson.gradients);
    const optimiser: NamedTensors = { ...critic.state, ...range && { [RANGE]: range } };
    for (const name of agent.criticNames) {
      const change = critic.parameters[name].sub(target[name]);
      optimiser[`target/${name}`] = target[name].add(change.mul(targetRate));
    }
    return {
      parameters: critic.parameters,
      optimiser,
      losses: {
        loss: actorLoss.add(lesson.value.loss),
        actor: actorLoss,
        critic: lesson.value.loss,
        ...measures,
        ...range && { range },
        actorGradient: actor.gradientNorm,
        criticGradient: critic.gradientNorm,
      },
    };
  };

  return actorCriticUpdate(agent, {
    name: "dream update",
    actorOptimiser,
    criticOptimiser,
    begin(critic) {
      const kept: NamedTensors = {};
      for (const [name, tensor] of Object.entries(critic)) kept[`target/${name}`] = tensor.clone();
      if (normaliseReturns) kept[RANGE] = tf.scalar(0);
      return kept;
    },
    step,
  }, options);
}

/** The target critic in an optimiser's state, under the critic's own names. */
function targetCritic(optimiser: NamedTensors): NamedTensors {
  const own = Object.entries(optimiser).filter(([name]) => name.startsWith("target/"));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice("target/".length), tensor]));
}
