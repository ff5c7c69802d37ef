import * as tf from "@tensorflow/tfjs";
import { Linear, type NamedTensors, parameter, type ParameterSpecs } from "../generative/nn/mod.ts";
import type { Squash } from "../envs/controls.ts";
import type { Policy } from "./policy.ts";

/** The shape of a {@link LinearController}. */
export interface LinearControllerOptions {
  /** F, how many numbers are seen of the world. */
  featureSize: number;
  /** How each output becomes a number of the action, `[A]`. */
  squash: readonly Squash[];
}

/** A squashing function, on tensors and on numbers, and the least value that it gives; the greatest is 1. */
const SQUASHES: Record<Squash, { tensor(x: tf.Tensor): tf.Tensor; number(x: number): number; low: number }> =
  {
    tanh: { tensor: (x) => x.tanh(), number: Math.tanh, low: -1 },
    shifted: { tensor: (x) => x.tanh().add(1).div(2), number: (x) => (Math.tanh(x) + 1) / 2, low: 0 },
    clipped: { tensor: (x) => x.tanh().relu(), number: (x) => Math.max(0, Math.tanh(x)), low: 0 },
  };

/**
 * The paper's controller: one linear layer on a world model's features: 867 numbers for 288 of these and three actions. It acts as plain code on
 * arrays, as a tensor function with one set of weights, and with weights of its own for every candidate.
 *
 * Flat weights are the kernel `[F, A]` row-major, then the bias `[A]`.
 */
export class LinearController implements Policy {
  /** `controller/kernel` and `controller/bias`. */
  readonly parameters: ParameterSpecs;
  /** Numbers in an action, A. */
  readonly actionSize: number;
  /** The least value of each action. */
  readonly low: readonly number[];
  /** The greatest value of each action. */
  readonly high: readonly number[];
  /** Features that it sees, F. */
  readonly featureSize: number;
  /** How many numbers the controller has. */
  readonly parameterCount: number;
  readonly #squash: readonly Squash[];

  /** Declares the layer. */
  constructor({ featureSize, squash }: LinearControllerOptions) {
    const actionSize = squash.length;
    this.featureSize = featureSize;
    this.actionSize = actionSize;
    this.parameterCount = (featureSize + 1) * actionSize;
    this.parameters = new Linear("controller", { inputs: featureSize, units: actionSize }).parameters;
    this.low = squash.map((name) => SQUASHES[name].low);
    this.high = new Array(actionSize).fill(1);
    this.#squash = squash;
  }

  /** Named tensors of flat weights, the caller's. @throws RangeError when there are too few or too many. */
  fromFlat(weights: ArrayLike<number>): NamedTensors {
    this.#check(weights.length, 1);
    const { featureSize, actionSize } = this;
    const values = Float32Array.from(weights);
    return {
      "controller/kernel": tf.tensor(values.slice(0, featureSize * actionSize), [featureSize, actionSize]),
      "controller/bias": tf.tensor(values.slice(featureSize * actionSize), [actionSize]),
    };
  }

  /** Acts on a batch, `[B, A]`. */
  act(parameters: NamedTensors, features: tf.Tensor): tf.Tensor {
    const raw = features.matMul<tf.Tensor2D>(parameter(parameters, "controller/kernel") as tf.Tensor2D);
    return this.#squashTensor(raw.add(parameter(parameters, "controller/bias")));
  }

  /**
   * Acts with weights of its own for every candidate.
   *
   * @param weights `[P, parameterCount]`, flat weights a row.
   * @param features `[P E, F]`: E rows for the first candidate, then E for the second, and so on.
   * @returns `[P E, A]`.
   */
  actPopulation(weights: tf.Tensor, features: tf.Tensor): tf.Tensor {
    const { featureSize, actionSize } = this;
    const [candidates, count] = weights.shape;
    this.#check(count, candidates);
    const rows = features.shape[0] / candidates;
    const [kernels, biases] = weights.split([featureSize * actionSize, actionSize], 1);
    const raw = features.reshape([candidates, rows, featureSize]).matMul(
      kernels.reshape([candidates, featureSize, actionSize]),
    );
    const shifted = raw.add(biases.reshape([candidates, 1, actionSize]));
    return this.#squashTensor(shifted.reshape([candidates * rows, actionSize]));
  }

  /**
   * Acts without tensors, for one row.
   *
   * @param weights Flat weights, `[parameterCount]`.
   * @param features `[F]`.
   * @returns `[A]`.
   */
  actArray(weights: ArrayLike<number>, features: ArrayLike<number>): Float32Array {
    this.#check(weights.length, 1);
    const { featureSize, actionSize } = this;
    if (features.length !== featureSize) {
      throw new RangeError(`Cannot act: expected ${featureSize} features, got ${features.length}`);
    }
    const raw = new Float64Array(actionSize);
    for (let a = 0; a < actionSize; a++) raw[a] = weights[featureSize * actionSize + a];
    for (let f = 0, w = 0; f < featureSize; f++) {
      for (let a = 0; a < actionSize; a++) raw[a] += features[f] * weights[w++];
    }
    return Float32Array.from(raw, (value, a) => SQUASHES[this.#squash[a]].number(value));
  }

  #squashTensor(raw: tf.Tensor): tf.Tensor {
    const parts = raw.split(this.actionSize, 1);
    return tf.concat(parts.map((part, a) => SQUASHES[this.#squash[a]].tensor(part)), 1);
  }

  #check(count: number, candidates: number): void {
    if (count !== this.parameterCount) {
      const wanted = `${this.parameterCount} weights a candidate`;
      throw new RangeError(
        `Cannot use controller weights: expected ${wanted}, got ${count} (${candidates} candidates)`,
      );
    }
  }
}
