import type * as tf from "@tensorflow/tfjs";
import { cloneTensors, type NamedTensors } from "../generative/nn/mod.ts";
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

/** What updates of an actor and its critic have in common. Schedules count gradient steps. */
export interface ActorCriticUpdateOptions {
  /**
   * Taken from a decision's reward where its cost is 1, in the environment's unit; may change over the gradient steps.
   * @default 0
   */
  costWeight?: number | Schedule;
  /** Adam's rate for the actor. @default 3e-4 */
  actorRate?: number | Schedule;
  /** Adam's rate for the critic. @default 1e-3 */
  criticRate?: number | Schedule;
  /** Greatest global norm of the actor's gradient, and of the critic's. @default 1 */
  clipNorm?: number;
  /**
   * Greatest decay of the moving average of the actor's weights; at update t it is `(1 + t) / (10 + t)` if that is
   * less, so that the average forgets the first weights; 0 makes the average the newest actor.
   *
   * @default 0
   */
  actorAverage?: number;
}

/** Parameters, and what the optimisers keep of them. */
export type Learned = Pick<TrainState, "parameters" | "optimiser">;
/** A loss, and its gradients by some parameters, as `valueAndGradients` gives them. */
export type Taught = {
  /** The loss among what it is made of. */
  value: { loss: tf.Tensor };
  /** By parameter. */
  gradients: NamedTensors;
};

/** What an update is given. */
export interface ActorCriticStepInput {
  /** The world model's parameters. */
  world: NamedTensors;
  /** What it learns from. */
  batch: DreamBatch;
  /** int32 `[2]`. */
  seed: tf.Tensor;
  /** What changes over the gradient steps, as it is before this update. */
  at(value: number | Schedule): number | tf.Tensor;
  /** A gradient step of both. */
  learn(
    before: Learned,
    lessons: { actor: Taught; critic: Taught },
  ): Learned & {
    losses: Record<"loss" | "actor" | "critic" | "actorGradient" | "criticGradient", tf.Tensor>;
  };
}

/** What makes an update its own. */
export interface ActorCriticUpdateParts {
  /** Of the compiled function. */
  name: string;
  /** What the optimiser's state holds beside, at first; the tensors are the caller's. @default nothing */
  begin?(critic: NamedTensors): NamedTensors;
  /** An update of everything but the average. */
  step(state: TrainState, input: ActorCriticStepInput): Learned & Pick<TrainStepResult, "losses">;
}

/** An update of actor and critic as a train step of the form that `train()` drives. */
export function actorCriticUpdate(
  agent: ActorCritic,
  { name, begin, step }: ActorCriticUpdateParts,
  options: ActorCriticUpdateOptions,
): DreamUpdate {
  const { actorRate = 3e-4, criticRate = 1e-3, clipNorm = 1, actorAverage = 0 } = options;
  if (actorAverage !== 0) checkDecay({ decay: actorAverage });
  const actorOptimiser = adamW({ name: "actorAdam", learningRate: actorRate, clipNorm });
  const criticOptimiser = adamW({ name: "criticAdam", learningRate: criticRate, clipNorm });

  const learn: ActorCriticStepInput["learn"] = ({ parameters, optimiser }, lessons) => {
    const actor = actorOptimiser.update(optimiser, parameters, lessons.actor.gradients);
    const critic = criticOptimiser.update(actor.state, actor.parameters, lessons.critic.gradients);
    const [actorLoss, criticLoss] = [lessons.actor.value.loss, lessons.critic.value.loss];
    return {
      parameters: critic.parameters,
      optimiser: critic.state,
      losses: {
        loss: actorLoss.add(criticLoss),
        actor: actorLoss,
        critic: criticLoss,
        actorGradient: actor.gradientNorm,
        criticGradient: critic.gradientNorm,
      },
    };
  };

  const compiled = compile(
    (state: TrainState, world: NamedTensors, batch: DreamBatch, seed: tf.Tensor): TrainStepResult => {
      const done = state.optimiser["actorAdam/step"] as tf.Scalar;
      const at = (value: number | Schedule) => typeof value === "number" ? value : value(done);
      const { parameters, optimiser, losses } = step(state, { world, batch, seed, at, learn });
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
