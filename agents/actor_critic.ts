import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../core/random_stream.ts";
import {
  collectParameters,
  initialiseParameters,
  MLP,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
} from "../generative/nn/mod.ts";
import { normal } from "../generative/runtime/mod.ts";
import type { Policy, PolicyOptions } from "./policy.ts";

/** The shape of an {@link ActorCritic}. */
export interface ActorCriticOptions {
  /** F, how many numbers are seen of the world. */
  featureSize: number;
  /** Units of the hidden layers of both networks. @default `[128, 128]` */
  hiddenUnits?: number[];
  /** Where the mean of each action starts, before the tanh, `[A]`. */
  initialMean: readonly number[];
  /** The mean before the tanh stays within this range of 0. @default 3 */
  meanLimit?: number;
  /** The least standard deviation. @default 0.15 */
  minimumDeviation?: number;
}

/** A sampled decision. */
export interface SampledAction {
  /** `[B, A]` in (-1, 1), differentiable by reparametrisation. */
  action: tf.Tensor;
  /** Before the tanh: what {@link ActorCritic.logProbability} takes. */
  raw: tf.Tensor;
  /** Entropy of the squashed distribution, estimated at the sample, `[B]`. */
  entropy: tf.Tensor;
}

/**
 * The actor (a tanh-Gaussian) and the critic on a world model's features: two ELU networks,
 * the mean kept within 3 by `3 tanh(m / 3)`, the deviation `0.15 + softplus(s - 0.5)`.
 *
 * Parameters are named `actor/...` and `critic/...`; everything here is a pure function of them.
 */
export class ActorCritic implements Policy {
  /** The parameters of both. */
  readonly parameters: ParameterSpecs;
  /** Numbers in an action, A. */
  readonly actionSize: number;
  /** -1 for every action. */
  readonly low: readonly number[];
  /** 1 for every action. */
  readonly high: readonly number[];
  readonly #actor: MLP;
  readonly #critic: MLP;
  readonly #meanLimit: number;
  readonly #minimumDeviation: number;

  /** Declares both networks. */
  constructor(options: ActorCriticOptions) {
    const { featureSize, initialMean, hiddenUnits = [128, 128] } = options;
    const actionSize = initialMean.length;
    const shape = { inputs: featureSize, hidden: hiddenUnits, activation: "elu" as const };
    this.#actor = new MLP("actor", {
      ...shape,
      outputs: 2 * actionSize,
      outputInitialiser: smallUniform,
      outputBiasInitialiser: () =>
        Float32Array.from({ length: 2 * actionSize }, (_, i) => initialMean[i] ?? 0),
    });
    this.#critic = new MLP("critic", { ...shape, outputs: 1, outputInitialiser: smallUniform });
    this.parameters = collectParameters(this.#actor, this.#critic);
    this.actionSize = actionSize;
    this.low = new Array(actionSize).fill(-1);
    this.high = new Array(actionSize).fill(1);
    this.#meanLimit = options.meanLimit ?? 3;
    this.#minimumDeviation = options.minimumDeviation ?? 0.15;
  }

  /** Fresh parameters, the caller's. */
  initialise(random: RandomStream): NamedTensors {
    return initialiseParameters(this.parameters, random);
  }

  /** Mean (before the tanh) and standard deviation of the actions, `[B, A]` each. */
  distribution(parameters: NamedTensors, features: tf.Tensor): { mean: tf.Tensor; deviation: tf.Tensor } {
    const [raw, spread] = this.#actor.apply(parameters, features).split(2, 1);
    const mean = raw.div(this.#meanLimit).tanh().mul(this.#meanLimit);
    return { mean, deviation: spread.sub(0.5).softplus().add(this.#minimumDeviation) };
  }

  /** Draws actions with a gradient, and their entropy. */
  sample(parameters: NamedTensors, features: tf.Tensor, seed: tf.Tensor): SampledAction {
    const { mean, deviation } = this.distribution(parameters, features);
    const noise = normal(mean.shape, seed);
    const raw = mean.add(deviation.mul(noise));
    // log|d tanh(x)/dx| = 2 (log 2 - x - softplus(-2x)), which does not underflow where tanh saturates
    const squash = tf.sub(Math.LN2, raw.add(raw.mul(-2).softplus())).mul(2);
    const gaussian = deviation.log().add(0.5 * Math.log(2 * Math.PI * Math.E));
    return { action: raw.tanh(), raw, entropy: gaussian.add(squash).sum(1) };
  }

  /**
   * The log density of decisions before the tanh, `[B]`. That of the decisions themselves differs by what does not depend
   * on the parameters.
   *
   * @param raw As {@link SampledAction.raw}.
   */
  logProbability(parameters: NamedTensors, features: tf.Tensor, raw: tf.Tensor): tf.Tensor {
    const { mean, deviation } = this.distribution(parameters, features);
    const squared = raw.sub(mean).div(deviation).square().mul(0.5);
    return squared.add(deviation.log()).add(0.5 * Math.log(2 * Math.PI)).sum(1).neg();
  }

  /** The critic's estimate of the return, `[B]`. */
  value(parameters: NamedTensors, features: tf.Tensor): tf.Tensor {
    return this.#critic.apply(parameters, features).squeeze([1]);
  }

  /** Decides: the squashed mean, or a draw. `[B, A]` in (-1, 1). */
  act(
    parameters: NamedTensors,
    features: tf.Tensor,
    seed: tf.Tensor,
    options: PolicyOptions = {},
  ): tf.Tensor {
    if (options.sample) return this.sample(parameters, features, seed).action;
    return this.distribution(parameters, features).mean.tanh();
  }

  /** The names of the actor's parameters. */
  get actorNames(): string[] {
    return Object.keys(this.#actor.parameters);
  }

  /** The names of the critic's parameters. */
  get criticNames(): string[] {
    return Object.keys(this.#critic.parameters);
  }
}

/** The tensors of some names. @throws TypeError when one is missing. */
export function pickTensors(tensors: NamedTensors, names: string[]): NamedTensors {
  return Object.fromEntries(names.map((name) => [name, parameter(tensors, name)]));
}

/** A hundredth of the usual scale: the first policy and the first values hardly depend on the state. */
function smallUniform(shape: number[], random: RandomStream): Float32Array {
  const limit = 0.01 / Math.sqrt(shape[0]);
  const size = shape.reduce((product, length) => product * length, 1);
  return Float32Array.from({ length: size }, () => random.uniform(-limit, limit));
}
