import type { RandomStream } from "../../core/random_stream.ts";
import { disposeTensors, type NamedTensors } from "../../generative/nn/mod.ts";
import {
  checkShapes,
  disposeTrainState,
  type NamedArray,
  type Savable,
  toTensors,
  train,
  type TrainState,
} from "../../generative/train/mod.ts";
import type { ActorCritic } from "../actor_critic.ts";
import type { DreamStart } from "../dream_loss.ts";
import { createDreamUpdate, type DreamUpdate } from "../dream_update.ts";
import type { Networks } from "./assemble.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import type { ControllerLearner } from "./controller_learner.ts";
import { dreamStarts } from "./dream_starts.ts";
import type { Session } from "./session.ts";

/** Learns by backpropagation through short dreams that start at states of real episodes. */
export class ActorCriticLearner implements ControllerLearner {
  readonly #config: TrainWorldModelConfig;
  readonly #random: RandomStream;
  readonly #update: DreamUpdate;
  #state: TrainState;

  constructor(config: TrainWorldModelConfig, { worldModel, policy }: Networks, random: RandomStream) {
    this.#config = config;
    this.#random = random;
    this.#update = createDreamUpdate(worldModel, policy as ActorCritic, {
      horizon: config.dreamHorizon,
      gamma: config.gamma,
      lambda: config.lambda,
      entropyWeight: config.entropyWeight,
      temperature: config.temperature,
      actorRate: config.actorLearningRate,
      criticRate: config.criticLearningRate,
    });
    const parameters = (policy as ActorCritic).initialise(random.fork("parameters"));
    this.#state = this.#update.init(parameters);
    disposeTensors(parameters);
  }

  get parameters(): NamedTensors {
    return this.#state.parameters;
  }

  async learn(session: Session, steps: number): Promise<void> {
    const { dreamBatch } = this.#config;
    const startStep = session.progress.steps.controller;
    this.#state = await train<DreamStart>({
      name: "controller",
      state: this.#state,
      step: this.#update.bind(session.memory.parameters),
      batch: (_, random) => dreamStarts(session, dreamBatch, random),
      startStep,
      steps,
      random: this.#random.fork("train"),
      logEvery: 20,
      onEvent: (event) => session.emit(event),
      now: session.hooks.now,
      signal: session.hooks.signal,
    });
    session.progress.steps.controller = steps;
  }

  save(): { tensors: Record<string, Savable>; data: null } {
    return {
      tensors: { controller: this.#state.parameters, controllerOptimiser: this.#state.optimiser },
      data: null,
    };
  }

  restore(arrays: Record<string, Record<string, NamedArray>>): void {
    checkShapes(arrays.controller ?? {}, this.#state.parameters, { what: "the controller" });
    checkShapes(arrays.controllerOptimiser ?? {}, this.#state.optimiser, {
      what: "the controller's optimiser",
    });
    disposeTrainState(this.#state);
    this.#state = {
      parameters: toTensors(arrays.controller),
      optimiser: toTensors(arrays.controllerOptimiser),
    };
  }

  dispose(): void {
    disposeTrainState(this.#state);
    this.#update.dispose();
  }
}
