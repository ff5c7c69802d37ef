import * as tf from "@tensorflow/tfjs";
import { cloneTensors, type NamedTensors, valueAndGradients } from "../generative/nn/mod.ts";
import { compile } from "../generative/runtime/mod.ts";
import {
  adamW,
  checkDecay,
  evaluationParameters,
  type Schedule,
  startAverage,
  type TrainState,
  type TrainStep,
  type TrainStepResult,
  updateAverage,
} from "../generative/train/mod.ts";
import type { WorldModel, WorldState } from "../worlds/mod.ts";
import { type ActorCritic, pickTensors } from "./actor_critic.ts";
import { type Lived, livedLesson } from "./lived_lesson.ts";
import { criticLoss, dream, dreamLoss, type DreamLosses, type DreamLossOptions } from "./dream_loss.ts";

/** How {@link createDreamUpdate} learns. */
export interface DreamUpdateOptions extends Omit<DreamLossOptions, "costWeight"> {
  /** See {@link DreamLossOptions.costWeight}; may change over the updates. @default 0 */
  costWeight?: number | Schedule;
  /** Adam's rate for the actor. @default 3e-4 */
  actorRate?: number | Schedule;
  /** Adam's rate for the critic. @default 1e-3 */
  criticRate?: number | Schedule;
  /** What lived decisions count in the critic's loss, beside dreams; read where a batch has some. @default 1 */
  livedWeight?: number;
  /** Greatest global norm of the actor's gradient, and of the critic's. @default 1 */
  clipNorm?: number;
  /** How far the target critic follows the critic in an update. @default 0.02 */
  targetRate?: number;
  /**
   * Greatest decay of the moving average of the actor's weights; at update t it is `(1 + t) / (10 + t)` if that is
   * less, so that the average forgets the first weights; 0 makes the average the newest actor.
   *
   * @default 0
   */
  actorAverage?: number;
  /**
   * Whether returns are divided by how far they lie apart, the running distance of their 5th from their 95th percentile,
   * where that exceeds 1. @default false
   */
  normaliseReturns?: boolean;
}

/** The optimiser's tensor that holds the running range of returns. */
const RANGE = "returns/range";

/** What an update learns from. */
export type DreamBatch = {
  /** Where dreams begin, B rows. */
  start: WorldState;
  /** What the critic learns from beside them. @default nothing */
  lived?: Lived;
};

/** Learning inside the dream, compiled once. */
export interface DreamUpdate {
  /**
   * The state that training starts from: `parameters` are `actor/...` and `critic/...` (copies of those given),
   * `optimiser` holds `actorAdam/...`, `criticAdam/...` and the target critic as `target/critic/...`, and with
   * `normaliseReturns` the running range as `returns/range`; with `actorAverage`, `average` is the averaged actor.
   */
  init(parameters: NamedTensors): TrainState;
  /** What drives: the averaged actor and the newest critic, under their own names; the tensors stay the state's. */
  driver(state: TrainState): NamedTensors;
  /**
   * The train step in the dream of these parameters of the world model. They are read at each call
   * and stay the caller's; binding other tensors of the same shapes costs nothing.
   */
  bind(world: NamedTensors): TrainStep<DreamBatch>;
  /** Frees the compiled function. */
  dispose(): void;
}

/**
 * One update of actor and critic on a batch of dreams, as a train step of the form that `train()` drives.
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
  const { actorAverage = 0, normaliseReturns = false, livedWeight = 1 } = options;
  if (actorAverage !== 0) checkDecay({ decay: actorAverage });
  const actorOptimiser = adamW({ name: "actorAdam", learningRate: actorRate, clipNorm });
  const criticOptimiser = adamW({ name: "criticAdam", learningRate: criticRate, clipNorm });

  function step(
    state: TrainState,
    world: NamedTensors,
    { start, lived }: DreamBatch,
    seed: tf.Tensor,
  ): TrainStepResult {
    const target = targetCritic(state.optimiser);
    const done = state.optimiser["actorAdam/step"] as tf.Scalar;
    const weight = typeof costWeight === "number" ? costWeight : costWeight(done);
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
        return { loss: known ? loss.add(criticLoss(agent, trained, known).loss.mul(livedWeight)) : loss };
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
    const average = state.average &&
      updateAverage(state.average, critic.parameters, { decay: actorAverage });
    return {
      state: { parameters: critic.parameters, optimiser, ...average && { average } },
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
  }

  const compiled = compile(step, { name: "dream update" });
  return {
    init(parameters) {
      const actor = pickTensors(parameters, agent.actorNames);
      const critic = pickTensors(parameters, agent.criticNames);
      const optimiser = { ...actorOptimiser.init(actor), ...criticOptimiser.init(critic) };
      for (const [name, tensor] of Object.entries(critic)) optimiser[`target/${name}`] = tensor.clone();
      if (normaliseReturns) optimiser[RANGE] = tf.scalar(0);
      const average = actorAverage > 0 && { average: startAverage(actor) };
      return { parameters: cloneTensors({ ...actor, ...critic }), optimiser, ...average };
    },
    driver: evaluationParameters,
    bind(world) {
      return Object.assign(
        (state: TrainState, batch: DreamBatch, seed: tf.Tensor) => compiled(state, world, batch, seed),
        {
          run: (state: TrainState, batch: DreamBatch, seed: tf.Tensor) =>
            compiled.run(state, world, batch, seed),
          runInPlace: (state: TrainState, batch: DreamBatch, seed: tf.Tensor) =>
            compiled.runInPlace(state, world, batch, seed),
          dispose() {}, // the update owns the compiled function
        },
      );
    },
    dispose: () => compiled.dispose(),
  };
}

/** The target critic in an optimiser's state, under the critic's own names. */
function targetCritic(optimiser: NamedTensors): NamedTensors {
  const own = Object.entries(optimiser).filter(([name]) => name.startsWith("target/"));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice("target/".length), tensor]));
}
