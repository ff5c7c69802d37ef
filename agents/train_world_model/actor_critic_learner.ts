import type { RandomStream } from "../../core/random_stream.ts";
import { disposeTensors, type NamedTensors } from "../../generative/nn/mod.ts";
import {
  disposeTrainState,
  type NamedArray,
  restoreStateGroups,
  type Savable,
  schedules,
  stateGroups,
  train,
  type TrainState,
} from "../../generative/train/mod.ts";
import type { TrainableWorldModel } from "../../worlds/mod.ts";
import type { ActorCritic } from "../actor_critic.ts";
import type { DreamBatch, DreamUpdate } from "../actor_critic_update.ts";
import { createDreamPPO } from "../dream_ppo.ts";
import { createDreamUpdate } from "../dream_update.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import type { ControllerLearner, LearnerNetworks, Lesson } from "./controller_learner.ts";
import { dreamStarts, livedSequences } from "./dream_starts.ts";
import { controllerStepsBy } from "./plan.ts";

/** Real decisions in a row that the critic learns from: twice as far as a dream reaches. */
const LIVED_DECISIONS = 16;

/**
 * Learns in short dreams that start at states of real episodes: by backpropagation through them, by REINFORCE or by proximal
 * policy optimisation.
 */
export class ActorCriticLearner implements ControllerLearner {
  readonly #config: TrainWorldModelConfig;
  readonly #model: TrainableWorldModel;
  readonly #random: RandomStream;
  readonly #update: DreamUpdate;
  #state: TrainState;

  constructor(config: TrainWorldModelConfig, { worldModel, policy }: LearnerNetworks, random: RandomStream) {
    this.#config = config;
    this.#model = worldModel;
    this.#random = random;
    this.#update = createUpdate(config, worldModel, policy as ActorCritic);
    const parameters = (policy as ActorCritic).initialise(random.fork("parameters"));
    this.#state = this.#update.init(parameters);
    disposeTensors(parameters);
  }

  get parameters(): NamedTensors {
    return this.#update.driver(this.#state);
  }

  async learn({ world, replay, ...lesson }: Lesson): Promise<void> {
    const { controller, dreamBatch: count, failureShare, livedWeight } = this.#config;
    const source = { model: this.#model, world, replay };
    const lived = { sequences: Math.max(1, Math.round(count / LIVED_DECISIONS)), decisions: LIVED_DECISIONS };
    this.#state = await train<DreamBatch>({
      ...lesson,
      state: this.#state,
      step: this.#update.bind(world),
      batch: (_, random) => ({
        start: dreamStarts(source, { count, failureShare }, random),
        ...controller === "actor-critic" && livedWeight > 0 &&
          { lived: livedSequences(source, lived, random) },
      }),
      random: this.#random.fork("train"),
      logEvery: 20,
    });
  }

  save(): { tensors: Record<string, Savable | undefined>; data: null } {
    return { tensors: stateGroups("controller", this.#state), data: null };
  }

  restore(arrays: Record<string, Record<string, NamedArray>>): void {
    this.#state = restoreStateGroups("controller", this.#state, arrays);
  }

  dispose(): void {
    disposeTrainState(this.#state);
    this.#update.dispose();
  }
}

/** How actor and critic learn from a batch of dreams. */
function createUpdate(
  config: TrainWorldModelConfig,
  model: TrainableWorldModel,
  policy: ActorCritic,
): DreamUpdate {
  const isPPO = config.controller === "ppo";
  const each = isPPO ? config.epochs * config.minibatches : 1; // gradient steps of an update, which schedules count
  // the final updates keep it
  const rising = (to: number) =>
    schedules.linear({ from: 0, to, steps: config.rounds * config.controllerSteps * each });
  const options = {
    horizon: config.dreamHorizon,
    gamma: config.gamma,
    lambda: config.lambda,
    entropyWeight: config.entropyWeight,
    temperature: config.temperature,
    rewardLimit: config.rewardLimit > 0 ? config.rewardLimit : Infinity,
    excessWeight: config.excessWeight,
    costWeight: rising(config.costWeight),
    actorRate: schedules.cosine({
      from: config.actorLearningRate,
      to: config.actorFinalLearningRate,
      steps: controllerStepsBy(config.rounds, config) * each,
    }),
    criticRate: config.criticLearningRate,
    actorAverage: config.actorAverage,
  };
  if (isPPO) {
    const { epochs, minibatches, clipRange } = config;
    return createDreamPPO(model, policy, { ...options, epochs, minibatches, clipRange });
  }
  const { gradient, normaliseReturns } = config;
  const livedWeight = rising(config.livedWeight);
  return createDreamUpdate(model, policy, { ...options, gradient, normaliseReturns, livedWeight });
}
