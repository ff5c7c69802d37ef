import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../../core/random_stream.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { Json, NamedArray, Savable } from "../../generative/train/mod.ts";
import { createDreamFitness, type DreamFitness } from "../cma_dream.ts";
import { CmaEs } from "../cma_es.ts";
import type { TrainableWorldModel } from "../../worlds/mod.ts";
import type { LinearController } from "../linear_controller.ts";
import { restoreSearch, saveSearch } from "../saved_search.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import type { ControllerLearner, LearnerNetworks, Lesson } from "./controller_learner.ts";
import { firstFrameStarts } from "./dream_starts.ts";

/** Evolves the paper's linear controller on whole dreamed episodes; the search's mean drives. */
export class CmaEsLearner implements ControllerLearner {
  readonly #config: TrainWorldModelConfig;
  readonly #model: TrainableWorldModel;
  readonly #controller: LinearController;
  readonly #fitness: DreamFitness;
  readonly #random: RandomStream;
  #search: CmaEs;
  #parameters: NamedTensors;

  constructor(config: TrainWorldModelConfig, { worldModel, policy }: LearnerNetworks, random: RandomStream) {
    this.#config = config;
    this.#model = worldModel;
    this.#controller = policy as LinearController;
    this.#random = random;
    this.#search = new CmaEs({
      dimension: this.#controller.parameterCount,
      sigma: config.stepSize,
      populationSize: config.population,
      antithetic: config.antithetic,
      random: random.fork("search"),
    });
    this.#parameters = this.#controller.fromFlat(this.#search.mean);
    this.#fitness = createDreamFitness(worldModel, this.#controller, {
      candidates: config.population,
      decisions: config.dreamDecisions,
      temperature: config.temperature,
    });
  }

  get parameters(): NamedTensors {
    return this.#parameters;
  }

  async learn({ name, world, replay, steps, onEvent, now, signal, save }: Lesson): Promise<void> {
    const begin = now(), first = this.#search.generation;
    onEvent({ type: "start", name, step: first, steps });
    while (this.#search.generation < steps) {
      signal?.throwIfAborted();
      const random = this.#random.fork("generation").fork(this.#search.generation);
      const source = { model: this.#model, world, replay };
      const start = firstFrameStarts(source, this.#config.dreamEpisodes, random.fork("starts"));
      const trial = { world, start, random: random.fork("luck") };
      const fitness = await this.#fitness.evaluate(this.#search.ask(), trial);
      tf.dispose(start);
      this.#search.tell(fitness);
      this.#follow();
      const step = this.#search.generation;
      const rate = (step - first) / Math.max((now() - begin) / 1000, 1e-9);
      const finite = [...fitness].filter(Number.isFinite);
      const losses = {
        fitnessMean: finite.reduce((sum, value) => sum + value, 0) / finite.length,
        fitnessBest: Math.max(...finite),
        stepSize: this.#search.sigma,
        notFinite: fitness.length - finite.length,
      };
      onEvent({ type: "progress", name, step, steps, losses, rate, remainingSeconds: (steps - step) / rate });
      if (step % 10 === 0 && step < steps) await save?.(step);
    }
    onEvent({ type: "end", name, step: steps, seconds: (now() - begin) / 1000 });
  }

  save(): { tensors: Record<string, Savable>; data: Json } {
    const { arrays, numbers } = saveSearch(this.#search);
    return { tensors: { controller: this.#parameters, search: arrays }, data: numbers };
  }

  restore(arrays: Record<string, Record<string, NamedArray>>, data: Json): void {
    this.#search = restoreSearch({ arrays: arrays.search, numbers: data });
    this.#follow();
  }

  dispose(): void {
    tf.dispose(this.#parameters);
    this.#fitness.dispose();
  }

  /** The search's mean becomes what drives. */
  #follow(): void {
    tf.dispose(this.#parameters);
    this.#parameters = this.#controller.fromFlat(this.#search.mean);
  }
}
