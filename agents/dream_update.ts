import * as tf from "@tensorflow/tfjs";
import { type NamedTensors, valueAndGradients } from "../generative/nn/mod.ts";
import type { Schedule } from "../generative/train/mod.ts";
import type { WorldModel } from "../worlds/mod.ts";
import { type ActorCritic, pickTensors } from "./actor_critic.ts";
import { actorCriticUpdate, type ActorCriticUpdateOptions, type DreamUpdate } from "./actor_critic_update.ts";
import { criticLoss, dream, dreamLoss, type DreamLosses, type DreamLossOptions } from "./dream_loss.ts";
import { livedLesson } from "./lived_lesson.ts";

/** How {@link createDreamUpdate} learns. */
export interface DreamUpdateOptions extends Omit<DreamLossOptions, "costWeight">, ActorCriticUpdateOptions {
  /**
   * What lived decisions count in the critic's loss, beside dreams; read where a batch has some; may change over the
   * updates. @default 1
   */
  livedWeight?: number | Schedule;
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
  const { targetRate = 0.02, normaliseReturns = false, livedWeight = 1 } = options;
  return actorCriticUpdate(agent, {
    name: "dream update",
    begin(critic) {
      const kept: NamedTensors = {};
      for (const [name, tensor] of Object.entries(critic)) kept[`target/${name}`] = tensor.clone();
      if (normaliseReturns) kept[RANGE] = tf.scalar(0);
      return kept;
    },
    step(state, { world, batch: { start, lived }, seed, at, learn }) {
      const target = targetCritic(state.optimiser);
      const costWeight = at(options.costWeight ?? 0);
      const input = (actor: NamedTensors) => ({
        ...options,
        costWeight,
        parameters: { world, actor, target, range: state.optimiser[RANGE] as tf.Scalar | undefined },
        start,
        seed,
      });
      const acting = pickTensors(state.parameters, agent.actorNames);
      const before = options.gradient === "reinforce" ? dream(model, agent, input(acting)) : undefined;
      const actor = valueAndGradients((trained) => dreamLoss(model, agent, input(trained), before), acting);
      const { features, returns, weights, range, ...measures } = actor.value as DreamLosses;
      const known = lived &&
        livedLesson(model, agent, { ...options, costWeight, world, target, lived, seed });
      const critic = valueAndGradients((trained) => {
        const { loss } = criticLoss(agent, trained, { features, returns, weights });
        return { loss: known ? loss.add(criticLoss(agent, trained, known).loss.mul(at(livedWeight))) : loss };
      }, pickTensors(state.parameters, agent.criticNames));
      const { parameters, optimiser, losses } = learn(state, { actor, critic });
      const follow = Object.fromEntries(agent.criticNames.map((name) => {
        const change = parameters[name].sub(target[name]);
        return [`target/${name}`, target[name].add(change.mul(targetRate))];
      }));
      const kept = range && { [RANGE]: range };
      return {
        parameters,
        optimiser: { ...optimiser, ...kept, ...follow },
        losses: { ...measures, ...losses, ...range && { range } },
      };
    },
  }, options);
}

/** The target critic in an optimiser's state, under the critic's own names. */
function targetCritic(optimiser: NamedTensors): NamedTensors {
  const own = Object.entries(optimiser).filter(([name]) => name.startsWith("target/"));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice("target/".length), tensor]));
}
