import * as tf from "@tensorflow/tfjs";
import { Linear, type NamedTensors, parameter, type ParameterSpecs } from "../generative/nn/mod.ts";
import type { Policy } from "./policy.ts";

/** The shape of a {@link LinearController}. */
export interface LinearControllerOptions {
  /** F, how many numbers are seen of the world. @default 288, the paper's 32 latents and 256 units */
  featureSize?: number;
  /**
   * What the outputs mean. `carRacing`, the paper's: `[steer, gas, brake]` = `[tanh a0, (tanh a1 + 1) / 2,
   * clip(tanh a2, 0, 1)]`; `tanh`: any number of actions in [-1, 1].
   *
   * @default carRacing
   */
  squash?: "carRacing" | "tanh";
  /** How many actions; `carRacing` has 3. @default 3 */
  actionSize?: number;
}

/**
 * The paper's controller: one linear layer on a world model's features; 867 numbers by default. It acts as plain code on
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
  readonly #squash: "carRacing" | "tanh";

  /** Declares the layer. @throws RangeError when `carRacing` is asked for other than 3 actions. */
  constructor(options: LinearControllerOptions = {}) {
    const { featureSize = 288, squash = "carRacing", actionSize = 3 } = options;
    if (squash === "carRacing" && actionSize !== 3) {
      throw new RangeError(`Cannot make a CarRacing controller: expected 3 actions, got ${actionSize}`);
    }
    this.featureSize = featureSize;
    this.actionSize = actionSize;
    this.parameterCount = (this.featureSize + 1) * actionSize;
    this.parameters = new Linear("controller", { inputs: this.featureSize, units: actionSize }).parameters;
    this.low = squash === "carRacing" ? [-1, 0, 0] : new Array(actionSize).fill(-1);
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
    const [steer, gas, brake] = raw;
    if (this.#squash === "tanh") return Float32Array.from(raw, Math.tanh);
    return Float32Array.of(Math.tanh(steer), (Math.tanh(gas) + 1) / 2, Math.max(0, Math.tanh(brake)));
  }

  #squashTensor(raw: tf.Tensor): tf.Tensor {
    const squashed = raw.tanh();
    if (this.#squash === "tanh") return squashed;
    const [steer, gas, brake] = squashed.split(3, 1);
    return tf.concat([steer, gas.add(1).div(2), brake.relu()], 1);
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
