import * as tf from "@tensorflow/tfjs";
import type { Denoise } from "../../generative/diffusion/guidance.ts";
import {
  followPlan,
  planTable,
  type SamplingState,
  startState,
  takeTurn,
} from "../../generative/diffusion/follow_plan.ts";
import { addNoise, type NoiseLevel, spreadLevel } from "../../generative/diffusion/noise_level.ts";
import { parametrisation } from "../../generative/diffusion/parametrisation.ts";
import type { SamplingTurn } from "../../generative/diffusion/sampling_plan.ts";
import { UNet } from "../../generative/diffusion/unet.ts";
import type { Losses } from "../../generative/nn/gradients.ts";
import { Linear } from "../../generative/nn/linear.ts";
import { MLP } from "../../generative/nn/mlp.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import { depthToSpace, spaceToDepth } from "../../generative/nn/resample.ts";
import { FourierFeatures } from "../../generative/nn/sinusoids.ts";
import { foldSeed, normal } from "../../generative/runtime/random.ts";
import { stopGradient } from "../../generative/runtime/stop_gradient.ts";
import type { Model } from "../../generative/train/model.ts";
import type { DecisionSequences } from "../parts/decision_sequences.ts";
import { denoisingPlan, LEAST_NOISE } from "./denoising_plan.ts";
import { type History, joinActions, sameEpisode, stackFrames, toPixels } from "./history.ts";

/** Sizes of a {@link Denoiser}, and how it samples. */
export interface DenoiserConfig {
  /** Side of the frames that it computes with, S: a power of two, 16 to 64. */
  size: number;
  /** Numbers in an action, A. */
  actionSize: number;
  /** Frames that the next one depends on, L. */
  past: number;
  /** Channels of the U-Net's first level, half as wide as a frame; each further one, down to a side of 8, has as many more. */
  channels: number;
  /** Turns of the sampler. */
  turns: number;
  /** Deviation of the noise that all pixels of a color share; 0 for none. @default 0.3 */
  offset?: number;
}

/** Deviation of frames in -1 .. 1. */
const DATA_DEVIATION = 0.5;
/** The noises that it learns at: their logarithm is normal. */
const LOG_MEAN = -0.4, LOG_DEVIATION = 1.2, MOST_NOISE = 20;
/** Side of the squares of pixels that the U-Net sees as one, with more channels: wide maps take most of the time. */
const PATCH = 2;
/** Numbers of the embedding of noise and actions. */
const EMBEDDING = 128;

/**
 * The diffusion model of DIAMOND (Alonso et al., 2024): what it foresees is the next frame itself. A U-Net sees
 * the noised frame over the last L frames; noise and actions scale and shift the channels of its blocks. It is
 * preconditioned as in EDM (Karras et al., 2022).
 *
 * Parameters: `<name>/unet/...`, `<name>/noise/frequencies`, `<name>/actions/...`, `<name>/embedding/...`.
 */
export class Denoiser implements Model<DecisionSequences> {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #unet: UNet;
  readonly #noise: FourierFeatures;
  readonly #actions: Linear;
  readonly #embedding: MLP;
  readonly #edm = parametrisation("edm", { dataDeviation: DATA_DEVIATION });
  readonly #plan: SamplingTurn[];

  /** Declares the networks under a name. */
  constructor(readonly config: DenoiserConfig, name = "denoiser") {
    const { size, actionSize, past, channels, turns } = config;
    this.#unet = new UNet(`${name}/unet`, {
      size: size / PATCH,
      inputs: 3 * (past + 1) * PATCH ** 2,
      outputs: 3 * PATCH ** 2,
      channels,
      multipliers: Array.from({ length: Math.log2(size / PATCH) - 2 }, (_, level) => level + 1),
      blocks: 1,
      attention: [],
      dropout: 0,
      embedding: EMBEDDING,
    });
    this.#noise = new FourierFeatures(`${name}/noise`, { size: EMBEDDING });
    this.#actions = new Linear(`${name}/actions`, { inputs: past * actionSize, units: EMBEDDING });
    this.#embedding = new MLP(`${name}/embedding`, {
      inputs: EMBEDDING,
      hidden: [EMBEDDING],
      outputs: EMBEDDING,
      activation: "swish",
    });
    this.#plan = denoisingPlan(turns);
    this.parameters = collectParameters(this.#unet, this.#noise, this.#actions, this.#embedding);
  }

  /** Numbers that a sample is drawn from. */
  get noiseSize(): number {
    return this.config.size ** 2 * 3;
  }

  /**
   * The clean frames that are foreseen in noised ones.
   *
   * @param x `[B, S, S, 3]`.
   * @param sigma Deviation of the noise without its offset: a scalar, or `[B]`.
   * @returns In -1 .. 1, `[B, S, S, 3]`.
   */
  denoise(parameters: NamedTensors, x: tf.Tensor, sigma: tf.Tensor, history: History): tf.Tensor {
    const level = this.#withOffset(sigma);
    const answer = this.#answer(parameters, x, level, history);
    return this.#edm.clean(answer, x, spreadLevel(level, x)).clipByValue(-1, 1);
  }

  /**
   * Next frames.
   *
   * @param noise Standard normal, `[B, 3 S S]`; it is where the sampler starts, not multiplied by the first turn's noise,
   * as in the paper's code.
   * @returns In -1 .. 1, `[B, S, S, 3]`.
   */
  sample(parameters: NamedTensors, history: History, noise: tf.Tensor): tf.Tensor {
    const table = planTable(this.#plan);
    return followPlan(this.#denoising(parameters, history), this.#beginning(noise), table).x;
  }

  /**
   * The same frames in the making: where the sampler starts, and where it is after each of its turns.
   *
   * @returns Each `[B, S, S, 3]`: what is there, `x`, and the frame without noise that was foreseen on the way, `clean`.
   */
  sampleTurns(
    parameters: NamedTensors,
    history: History,
    noise: tf.Tensor,
  ): { x: tf.Tensor; clean: tf.Tensor }[] {
    const denoise = this.#denoising(parameters, history);
    const states: SamplingState[] = [startState(this.#beginning(noise))];
    for (const row of planTable(this.#plan).unstack()) states.push(takeTurn(denoise, states.at(-1)!, row));
    return states;
  }

  /**
   * The error of the network's answers where it is asked for several frames in succession: the first L frames of the
   * sequences are given, and each further one is foreseen from those before it, as the network made them out in the noised
   * ones. So it learns on its own predictions, against drift, as in the authors' code. No frame is asked for that begins an
   * episode. Reported: `first` and `last`, the errors of the first and of the last frame.
   */
  loss(parameters: NamedTensors, batch: DecisionSequences, seed: tf.Tensor): Losses {
    const { past, size } = this.config;
    const [time, count] = batch.resets.shape;
    const real = toPixels(batch.seen.reshape([time * count, ...batch.seen.shape.slice(2)]), size).split(time);
    const [actions, resets] = [batch.actions.unstack(), batch.resets.unstack()];
    const frames = real.slice();
    const errors: tf.Tensor[] = [], counts: tf.Tensor[] = [];
    for (let t = past; t < time; t++) {
      const same = sameEpisode(resets.slice(t - past, t));
      const history = {
        frames: stackFrames(frames.slice(t - past, t), same),
        actions: joinActions(actions.slice(t - past, t), same),
      };
      const { error, clean } = this.#errorOf(parameters, real[t], history, foldSeed(seed, t));
      const goesOn = tf.sub(1, resets[t]);
      errors.push(error.mul(goesOn));
      counts.push(goesOn);
      const foreseen = goesOn.reshape([-1, 1, 1, 1]);
      frames[t] = stopGradient(clean.mul(foreseen).add(real[t].mul(tf.sub(1, foreseen))));
    }
    const mean = (errors: tf.Tensor[], counts: tf.Tensor[]) =>
      tf.concat(errors).sum().div(tf.concat(counts).sum().maximum(1)) as tf.Scalar;
    return {
      loss: mean(errors, counts),
      first: mean(errors.slice(0, 1), counts.slice(0, 1)),
      last: mean(errors.slice(-1), counts.slice(-1)),
    };
  }

  #denoising(parameters: NamedTensors, history: History): Denoise {
    return (x, { noise }) => this.denoise(parameters, x, noise, history);
  }

  #beginning(noise: tf.Tensor): tf.Tensor {
    const { size } = this.config;
    return noise.reshape([-1, size, size, 3]);
  }

  /** The mean squared error of each answer, `[B]`, at noises that are drawn, and the frames that are foreseen. */
  #errorOf(
    parameters: NamedTensors,
    clean: tf.Tensor,
    history: History,
    seed: tf.Tensor,
  ): { error: tf.Tensor; clean: tf.Tensor } {
    const { offset = 0.3 } = this.config;
    const [count, , , colors] = clean.shape as number[];
    const draw = (shape: number[], label: number) => normal(shape, foldSeed(seed, label));
    const sigma = draw([count], 0).mul(LOG_DEVIATION).add(LOG_MEAN).exp().clipByValue(
      LEAST_NOISE,
      MOST_NOISE,
    );
    const level = this.#withOffset(sigma);
    const spread = spreadLevel(level, clean);
    const noise = draw(clean.shape, 1).mul(sigma.reshape([-1, 1, 1, 1]))
      .add(draw([count, 1, 1, colors], 2).mul(offset)).div(spread.noise);
    const x = addNoise(clean, noise, spread);
    const answer = this.#answer(parameters, x, level, history);
    return {
      error: answer.sub(this.#edm.target(clean, noise, spread)).square().mean([1, 2, 3]),
      clean: this.#edm.clean(answer, x, spread).clipByValue(-1, 1),
    };
  }

  #answer(
    parameters: NamedTensors,
    x: tf.Tensor,
    level: NoiseLevel<tf.Tensor>,
    { frames, actions }: History,
  ): tf.Tensor {
    const told = this.#noise.apply(parameters, this.#edm.noiseNumber(level))
      .add(this.#actions.apply(parameters, actions));
    const input = tf.concat([this.#edm.input(x, spreadLevel(level, x)), frames], 3);
    const embedding = this.#embedding.apply(parameters, told);
    return depthToSpace(this.#unet.apply(parameters, spaceToDepth(input, PATCH), embedding), PATCH);
  }

  /** Noise of such a deviation, with that which all pixels share. */
  #withOffset(sigma: tf.Tensor): NoiseLevel<tf.Tensor> {
    const { offset = 0.3 } = this.config;
    return { signal: sigma.onesLike(), noise: sigma.square().add(offset ** 2).sqrt() };
  }
}
