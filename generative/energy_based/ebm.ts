import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import {
  activate,
  collectParameters,
  Conv2d,
  gatherRows,
  initialisers,
  Linear,
  type Losses,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
} from "../nn/mod.ts";
import { foldSeed, normal, uniform } from "../runtime/random.ts";
import type { TrainState } from "../train/model.ts";
import { areaUnderCurve } from "./area_under_curve.ts";
import type { ContrastiveModel, Walk } from "./contrastive_step.ts";
import { langevin } from "./langevin.ts";

/** Sizes and settings of an {@link EBM}. */
export interface EBMOptions {
  /** Side of the pictures. */
  size: number;
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** Maps of each convolution; each halves the side. */
  filters: readonly number[];
  /** Units between the convolutions and the score. */
  hidden: number;
  /** What the scores of data and of chains are compared by. */
  objective: "contrast" | "softplus";
  /** Weight of the squares of the scores, alpha. */
  regularisation: number;
  /** Pictures that the buffer starts with, and chains of a step. */
  batchSize: number;
  /** Pictures that the buffer holds. */
  bufferSize: number;
  /** Share of the chains that start from noise instead of the buffer. */
  restarts: number;
  /** Steps of Langevin dynamics in a step of training. */
  chainSteps: number;
  /** What the gradient is multiplied by in a step of a chain. */
  stepSize: number;
  /** Standard deviation of the noise in a step of a chain, and on the data. */
  noise: number;
  /** Largest absolute value of an element of a chain's gradient. */
  clipScore: number;
}

/** Fresh chains that are measured beside each batch of held-out pictures. */
const MEASURED_CHAINS = 32;

/**
 * A deep energy-based model (Du and Mordatch, 2019, in the form of Foster's book): a network gives each picture x in
 * -1 .. 1 a score, minus its energy, and the density of x is exp(score(x)) up to a factor that nobody knows. It learns
 * to give data a higher score than what Langevin chains find by climbing the score.
 */
export class EBM implements ContrastiveModel {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** Where chains ended, newest first, and how many there are. */
  readonly buffers: ParameterSpecs;
  readonly #convolutions: Conv2d[];
  readonly #hidden: Linear;
  readonly #score: Linear;

  /** Declares the layers. */
  constructor(readonly options: EBMOptions) {
    const { size, channels, filters, hidden, batchSize, bufferSize } = options;
    this.#convolutions = filters.map((width, i) =>
      new Conv2d(`conv${i + 1}`, {
        inputChannels: i === 0 ? channels : filters[i - 1],
        filters: width,
        kernelSize: i === 0 ? 5 : 3,
        strides: 2,
        padding: "same",
      })
    );
    const side = filters.reduce((side) => Math.ceil(side / 2), size);
    this.#hidden = new Linear("hidden", { inputs: side ** 2 * filters.at(-1)!, units: hidden });
    this.#score = new Linear("score", { inputs: hidden, units: 1 });
    this.parameters = collectParameters(...this.#convolutions, this.#hidden, this.#score);
    this.buffers = {
      "buffer/pictures": {
        shape: [bufferSize, size, size, channels],
        initialiser: (shape: number[], random: RandomStream) => {
          const pictures = initialisers.zeros(shape);
          const begun = batchSize * size * size * channels;
          for (let i = 0; i < begun; i++) pictures[i] = random.uniform(-1, 1);
          return pictures;
        },
      },
      "buffer/filled": { shape: [], initialiser: initialisers.constant(batchSize) },
    };
  }

  /** Pictures `[B, H, W, C]` to their scores `[B]`: minus their energies. */
  score(parameters: NamedTensors, pictures: tf.Tensor): tf.Tensor {
    let x = pictures;
    for (const convolution of this.#convolutions) x = activate("swish", convolution.apply(parameters, x));
    x = activate("swish", this.#hidden.apply(parameters, x.reshape([x.shape[0], -1])));
    return this.#score.apply(parameters, x).reshape([-1]);
  }

  /** `[count, H, W, C]` of uniform noise: where new chains start. */
  startChains(count: number, seed: tf.Tensor): tf.Tensor {
    const { size, channels } = this.options;
    return uniform([count, size, size, channels], seed).mul(2).sub(1);
  }

  /**
   * Pictures `[B, H, W, C]` after so many steps of Langevin dynamics up the score. Step and noise are those of the book,
   * which do not match: the chains climb to peaks, at a low temperature, and are no fair draws from the density.
   *
   * @param options `temperature` multiplies the noise; 1 by default.
   */
  climb(
    parameters: NamedTensors,
    pictures: tf.Tensor,
    { steps, temperature = 1 }: { steps: number; temperature?: number },
    seed: tf.Tensor,
  ): tf.Tensor {
    const { stepSize, noise, clipScore } = this.options;
    const total = (x: tf.Tensor) => this.score(parameters, x).sum(); // a mean would shrink the steps
    const options = { steps, stepSize, noise: noise * temperature, clipScore, range: [-1, 1] as const };
    return langevin(tf.grad(total), pictures, options, seed);
  }

  /** Some chains start from noise, the others where one of the buffer ended; all are put in front of the buffer. */
  walk({ parameters, buffers = {} }: TrainState, { pictures }: NamedTensors, seed: tf.Tensor): Walk {
    const { restarts, chainSteps, bufferSize } = this.options;
    const [buffer, filled] = ["pictures", "filled"].map((name) => parameter(buffers, `buffer/${name}`));
    const count = pictures.shape[0];
    const rows = uniform([count], foldSeed(seed, 0)).mul(filled).floor().toInt() as tf.Tensor1D;
    const fresh = uniform([count, 1, 1, 1], foldSeed(seed, 1)).less(restarts);
    const start = tf.where(fresh, this.startChains(count, foldSeed(seed, 2)), gatherRows(buffer, rows));
    const chains = this.climb(parameters, start, { steps: chainSteps }, foldSeed(seed, 3));
    const kept = buffer.slice([0, 0, 0, 0], [Math.max(0, bufferSize - count), -1, -1, -1]);
    return {
      chains,
      buffers: {
        "buffer/pictures": tf.concat([
          chains.slice([0, 0, 0, 0], [Math.min(count, bufferSize), -1, -1, -1]),
          kept,
        ]),
        "buffer/filled": filled.add(count).minimum(bufferSize),
      },
    };
  }

  /** Scores of data are pulled up, those of chains down, and both towards 0. */
  loss(parameters: NamedTensors, { pictures, chains }: NamedTensors, seed: tf.Tensor): Losses {
    const { objective, regularisation, noise } = this.options;
    const data = pictures.add(normal(pictures.shape, seed).mul(noise)).clipByValue(-1, 1);
    const [real, fake] = this.score(parameters, tf.concat([data, chains])).split(2);
    const contrast = fake.mean().sub(real.mean());
    const regulariser = real.square().add(fake.square()).mean().mul(regularisation);
    const compared = objective === "contrast" ? contrast : fake.sub(real).softplus().mean();
    return {
      loss: compared.add(regulariser),
      contrast,
      regulariser,
      realScore: real.mean(),
      chainScore: fake.mean(),
    };
  }

  /**
   * On pictures that were not learned from: how much higher their scores are than those of noise and of fresh chains,
   * and how often a picture has a higher score than one that was given a quarter turn.
   */
  measure(parameters: NamedTensors, { pictures }: NamedTensors, seed: tf.Tensor): NamedTensors {
    const count = pictures.shape[0];
    const score = (x: tf.Tensor) => this.score(parameters, x);
    const start = this.startChains(MEASURED_CHAINS, foldSeed(seed, 0));
    const chains = this.climb(parameters, start, { steps: this.options.chainSteps }, foldSeed(seed, 1));
    const real = score(pictures);
    return {
      realScore: real.mean(),
      noiseGap: real.mean().sub(score(this.startChains(count, foldSeed(seed, 2))).mean()),
      chainGap: real.mean().sub(score(chains).mean()),
      turnedArea: areaUnderCurve(real, score(quarterTurn(pictures))),
    };
  }
}

/** Pictures `[B, H, W, C]` of square sides, turned by 90 degrees. */
export function quarterTurn(pictures: tf.Tensor): tf.Tensor {
  return pictures.transpose([0, 2, 1, 3]).reverse(2);
}
