import * as tf from "@tensorflow/tfjs";
import { decayingFrequencies, MLP, type NamedTensors, type ParameterSpecs, sinusoids } from "../nn/mod.ts";
import type { Conditions, DenoisingNetwork } from "./diffusion.ts";

/** Sizes of a {@link PointNetwork}. */
export interface PointNetworkOptions {
  /** Coordinates of a point, D. */
  dimensions: number;
  /** Units of each hidden layer. */
  hidden: readonly number[];
  /** Labels, K; 0 tells it none. */
  labels: number;
}

/** Sines, and as many cosines, that stand for the noise. */
const FREQUENCIES = 16;

/** A perceptron of a point, sines and cosines of its noise and, where there are labels, a one-hot label of K + 1. */
export class PointNetwork implements DenoisingNetwork {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #network: MLP;

  /** Declares the layers. */
  constructor(readonly options: PointNetworkOptions) {
    const { dimensions, hidden, labels } = options;
    this.#network = new MLP("network", {
      inputs: dimensions + 2 * FREQUENCIES + (labels ? labels + 1 : 0),
      hidden,
      outputs: dimensions,
      activation: "swish",
    });
    this.parameters = this.#network.parameters;
  }

  /** @param x `[B, D]`. */
  apply(parameters: NamedTensors, x: tf.Tensor, { noise, labels }: Conditions): tf.Tensor {
    const told = [x, sinusoids(noise, SINES)];
    if (this.options.labels) told.push(tf.oneHot(labels!.toInt(), this.options.labels + 1).toFloat());
    return this.#network.apply(parameters, tf.concat(told, 1));
  }
}

/** In radians a unit of noise, from slow ones, of which half a turn is the whole range, to ones that tell small noises apart. */
const SINES = decayingFrequencies(FREQUENCIES, 100).map((frequency) => 100 * frequency);
