import * as tf from "@tensorflow/tfjs";
import { type Losses, MLP, type NamedTensors, type ParameterSpecs } from "../nn/mod.ts";
import { foldSeed, normal, uniform } from "../runtime/mod.ts";
import type { Model } from "../train/model.ts";
import { langevin } from "./langevin.ts";

/** Sizes and settings of a {@link ScoreMatching}. */
export interface ScoreMatchingOptions {
  /** Coordinates of a point, D. */
  dimensions: number;
  /** Units of each hidden layer. */
  hidden: readonly number[];
  /** Noise levels, L. */
  levels: number;
  /** Standard deviation of the largest noise. */
  sigmaMax: number;
  /** Standard deviation of the smallest noise. */
  sigmaMin: number;
  /** Step of the chains as a share of the variance of the noise. */
  stepSize: number;
}

/** Steps of the chains that are drawn at one noise level. */
export interface AnnealingOptions {
  /** How many. */
  steps: number;
  /** What their noise is multiplied by. @default 1 */
  temperature?: number;
}

/**
 * Denoising score matching at several noise levels (Song and Ermon, 2019): a network learns the score of the data with
 * noise of deviation sigma, the gradient of their log-density, which points to where they come from. Langevin chains
 * along it draw samples, from the largest noise down to the smallest.
 */
export class ScoreMatching implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** The noise levels, falling by the same factor from one to the next. */
  readonly sigmas: readonly number[];
  readonly #network: MLP;

  /** Declares the layers. */
  constructor(readonly options: ScoreMatchingOptions) {
    const { dimensions, hidden, levels, sigmaMax, sigmaMin } = options;
    this.#network = new MLP("score", {
      inputs: dimensions + 1,
      hidden,
      outputs: dimensions,
      activation: "swish",
    });
    this.parameters = this.#network.parameters;
    this.sigmas = Array.from(
      { length: levels },
      (_, i) => sigmaMax * (sigmaMin / sigmaMax) ** (i / (levels - 1)),
    );
  }

  /** The score at points `[B, D]` under noise `[B, 1]`: `[B, D]`. The network itself says it in units of the noise. */
  score(parameters: NamedTensors, points: tf.Tensor, sigma: tf.Tensor): tf.Tensor {
    const scaled = points.div(sigma.square().add(1).sqrt()); // data of deviation 1 stay so, whatever the noise
    return this.#network.apply(parameters, tf.concat([scaled, sigma.log()], 1)).div(sigma);
  }

  /** The mean of `sigma^2 |s(x + sigma e, sigma) + e / sigma|^2 / 2`: what is learned is where the noise e came from. */
  loss(parameters: NamedTensors, { points }: NamedTensors, seed: tf.Tensor): Losses {
    const { levels, sigmaMax, sigmaMin } = this.options;
    const level = uniform([points.shape[0], 1], foldSeed(seed, 0)).mul(levels).floor();
    const sigma = level.mul(Math.log(sigmaMin / sigmaMax) / (levels - 1)).exp().mul(sigmaMax);
    const noise = normal(points.shape, foldSeed(seed, 1));
    const score = this.score(parameters, points.add(noise.mul(sigma)), sigma);
    return { loss: score.mul(sigma).add(noise).square().sum(1).mean().div(2) };
  }

  /** Langevin chains `[B, D]` at one noise level, a scalar. */
  anneal(
    parameters: NamedTensors,
    points: tf.Tensor,
    { sigma, steps, temperature = 1 }: AnnealingOptions & { sigma: tf.Tensor },
    seed: tf.Tensor,
  ): tf.Tensor {
    const stepSize = sigma.square().mul(this.options.stepSize);
    const noise = stepSize.mul(2).sqrt().mul(temperature);
    const level = sigma.broadcastTo([points.shape[0], 1]);
    return langevin((x) => this.score(parameters, x, level), points, { steps, stepSize, noise }, seed);
  }
}
