import type * as tf from "@tensorflow/tfjs";
import { type Losses, type Module, type NamedTensors, type ParameterSpecs, Statistics } from "../nn/mod.ts";
import { foldSeed, normal } from "../runtime/mod.ts";
import type { Model } from "../train/model.ts";
import { dropLabels } from "./guidance.ts";
import { addNoise, type NoiseLevel, repeatLevel, spreadLevel } from "./noise_level.ts";
import type { NoiseSchedule } from "./noise_schedule.ts";
import type { Parametrisation } from "./parametrisation.ts";

/** What a network is told beside the noised examples. */
export interface Conditions {
  /** The number that stands for the noise, `[B]`. */
  noise: tf.Tensor;
  /** Labels, int32 `[B]`, `0 .. K`, of which K says that there is none; given to networks that learned with them. */
  labels?: tf.Tensor;
}

/** What a network is handed in training alone. */
export interface DenoisingTraining {
  /** int32 `[2]`, for what is dropped out. */
  seed: tf.Tensor;
  /** Takes up moving averages. */
  statistics: Statistics;
}

/** A network between noised examples and what a {@link Parametrisation} makes clean ones of. */
export interface DenoisingNetwork extends Module {
  /** @param x `[B, ..]`. @returns The same shape. */
  apply(
    parameters: NamedTensors,
    x: tf.Tensor,
    conditions: Conditions,
    training?: DenoisingTraining,
  ): tf.Tensor;
}

/** How examples as they come are brought to what is noised, and back. */
export interface ExampleScale extends Module {
  /** Of about mean 0 and deviation 1 (or less). */
  apply(parameters: NamedTensors, examples: tf.Tensor): tf.Tensor;
  /** The inverse; of pictures 0 .. 1. */
  invert(parameters: NamedTensors, x: tf.Tensor): tf.Tensor;
}

/** What a {@link Diffusion} is made of. */
export interface DiffusionOptions {
  /** How noise depends on time. */
  schedule: NoiseSchedule;
  /** What the network is shown and what it answers. */
  parametrisation: Parametrisation;
  /** How examples are scaled. */
  scale: ExampleScale;
  /** Error of an answer: its mean square or its mean absolute value. */
  error: "squared" | "absolute";
  /** The limit of the signal-to-noise ratio in the weights of Hang et al. (2023), "min-SNR". @default 0, no weights */
  minSnr?: number;
  /** Labels, K, and the share of them that training hides. @default the network is told none */
  labels?: { count: number; hidden: number };
}

/**
 * A diffusion model (Sohl-Dickstein et al., 2015; Ho, Jain and Abbeel, 2020): a network learns to find the clean example in
 * a noised one, at all levels of noise. Batches are `{ examples: [B, ..] }`, with `labels: int32 [B]` where there are any.
 */
export class Diffusion implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Takes network and scale; nothing is computed. */
  constructor(readonly network: DenoisingNetwork, readonly options: DiffusionOptions) {
    this.parameters = { ...network.parameters, ...options.scale.parameters };
  }

  /** The error of the network's answers, at levels drawn from the schedule. */
  loss(parameters: NamedTensors, batch: NamedTensors, seed: tf.Tensor): Losses {
    const statistics = new Statistics();
    const errors = this.#errors(parameters, batch, seed, { seed: foldSeed(seed, 3), statistics });
    return { loss: errors.mean(), ...statistics.parts };
  }

  /** The same of examples that are not learned from. */
  measure(parameters: NamedTensors, batch: NamedTensors, seed: tf.Tensor): NamedTensors {
    return { loss: this.#errors(parameters, batch, seed).mean() };
  }

  /** The error of every example, `[B]`, at a level of scalars, without weights. */
  errorAt(
    parameters: NamedTensors,
    { examples, labels }: NamedTensors,
    level: NoiseLevel<tf.Tensor>,
    seed: tf.Tensor,
  ): tf.Tensor {
    const clean = this.options.scale.apply(parameters, examples);
    return this.#errorOf(parameters, { clean, labels }, repeatLevel(level, clean.shape[0]), seed);
  }

  /**
   * The clean examples that are foreseen in noised ones, "x0-hat".
   *
   * @param x `[B, ..]`.
   * @param level Scalars, or `[B]`.
   * @param labels int32 `[B]`, of models that learned with them.
   */
  denoise(
    parameters: NamedTensors,
    x: tf.Tensor,
    level: NoiseLevel<tf.Tensor>,
    labels?: tf.Tensor,
  ): tf.Tensor {
    const each = repeatLevel(level, x.shape[0]);
    return this.options.parametrisation.clean(
      this.#answer(parameters, { x, labels }, each),
      x,
      spreadLevel(each, x),
    );
  }

  #errors(
    parameters: NamedTensors,
    batch: NamedTensors,
    seed: tf.Tensor,
    training?: DenoisingTraining,
  ): tf.Tensor {
    const { schedule, scale, labels } = this.options;
    const clean = scale.apply(parameters, batch.examples);
    const level = schedule.draw(clean.shape[0], foldSeed(seed, 0));
    const told = labels && dropLabels(batch.labels, labels, foldSeed(seed, 1));
    const error = this.#errorOf(
      parameters,
      { clean, labels: told },
      level,
      foldSeed(seed, 2),
      training,
    );
    return error.mul(this.#weights(level));
  }

  /** `[B]`. */
  #errorOf(
    parameters: NamedTensors,
    { clean, labels }: { clean: tf.Tensor; labels?: tf.Tensor },
    level: NoiseLevel<tf.Tensor>,
    seed: tf.Tensor,
    training?: DenoisingTraining,
  ): tf.Tensor {
    const spread = spreadLevel(level, clean);
    const noise = normal(clean.shape, seed);
    const x = addNoise(clean, noise, spread);
    const answer = this.#answer(parameters, { x, labels }, level, training);
    const error = answer.sub(this.options.parametrisation.target(clean, noise, spread));
    const axes = clean.shape.slice(1).map((_, i) => i + 1);
    return (this.options.error === "squared" ? error.square() : error.abs()).mean(axes);
  }

  #answer(
    parameters: NamedTensors,
    { x, labels }: { x: tf.Tensor; labels?: tf.Tensor },
    level: NoiseLevel<tf.Tensor>,
    training?: DenoisingTraining,
  ): tf.Tensor {
    const { parametrisation } = this.options;
    const noise = parametrisation.noiseNumber(level);
    const input = parametrisation.input(x, spreadLevel(level, x));
    return this.network.apply(parameters, input, { noise, labels }, training);
  }

  /** Weights of the clean example's squared error, `min(SNR, limit)`, in units of the answer's. */
  #weights(level: NoiseLevel<tf.Tensor>): tf.Tensor {
    const { minSnr = 0, parametrisation } = this.options;
    if (minSnr === 0) return level.signal.onesLike();
    return level.signal.div(level.noise).square().minimum(minSnr).div(parametrisation.gain(level));
  }
}
