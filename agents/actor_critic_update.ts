import type * as tf from "@tensorflow/tfjs";
import { cloneTensors, type NamedTensors } from "../generative/nn/mod.ts";
import { compile } from "../generative/runtime/mod.ts";
import {
  checkDecay,
  evaluationParameters,
  type Optimiser,
  startAverage,
  type TrainState,
  type TrainStep,
  type TrainStepResult,
  updateAverage,
} from "../generative/train/mod.ts";
import type { WorldState } from "../worlds/mod.ts";
import { type ActorCritic, pickTensors } from "./actor_critic.ts";
import type { Lived } from "./lived_lesson.ts";

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
   * `optimiser` holds `actorAdam/...`, `criticAdam/...` and what else the update keeps; with `actorAverage`, `average` is
   * the averaged actor.
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

/** What updates of an actor and its critic have in common. */
export interface ActorCriticUpdateOptions {
  /**
   * Greatest decay of the moving average of the actor's weights; at update t it is `(1 + t) / (10 + t)` if that is
   * less, so that the average forgets the first weights; 0 makes the average the newest actor.
   *
   * @default 0
   */
  actorAverage?: number;
}

/** What makes an update its own. */
export interface ActorCriticUpdateParts {
  /** Of the compiled function. */
  name: string;
  /** Of the actor. */
  actorOptimiser: Optimiser;
  /** Of the critic. */
  criticOptimiser: Optimiser;
  /** What the optimiser's state holds beside, at first; the tensors are the caller's. @default nothing */
  begin?(critic: NamedTensors): NamedTensors;
  /** An update of everything but the average. */
  step(
    state: TrainState,
    world: NamedTensors,
    batch: DreamBatch,
    seed: tf.Tensor,
  ): { parameters: NamedTensors; optimiser: NamedTensors; losses: TrainStepResult["losses"] };
}

/** An update of actor and critic as a train step of the form that `train()` drives. */
export function actorCriticUpdate(
  agent: ActorCritic,
  { name, actorOptimiser, criticOptimiser, begin, step }: ActorCriticUpdateParts,
  { actorAverage = 0 }: ActorCriticUpdateOptions,
): DreamUpdate {
  if (actorAverage !== 0) checkDecay({ decay: actorAverage });
  const compiled = compile(
    (state: TrainState, world: NamedTensors, batch: DreamBatch, seed: tf.Tensor): TrainStepResult => {
      const { parameters, optimiser, losses } = step(state, world, batch, seed);
      const average = state.average && updateAverage(state.average, parameters, { decay: actorAverage });
      return { state: { parameters, optimiser, ...average && { average } }, losses };
    },
    { name },
  );
  return {
    init(parameters) {
      const actor = pickTensors(parameters, agent.actorNames);
      const critic = pickTensors(parameters, agent.criticNames);
      const average = actorAverage > 0 && { average: startAverage(actor) };
      return {
        parameters: cloneTensors({ ...actor, ...critic }),
        optimiser: { ...actorOptimiser.init(actor), ...criticOptimiser.init(critic), ...begin?.(critic) },
        ...average,
      };
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
