import * as tf from "@tensorflow/tfjs";
import { normal } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";

/**
 * Sines, then cosines, of a number at several frequencies: what tells a network of a time or a noise level.
 *
 * @param x `[..]`.
 * @param frequencies In radians for each unit of x, `[F]`; see {@link geometricFrequencies} and
 * {@link decayingFrequencies}.
 * @returns `[.., 2 F]`.
 */
export function sinusoids(x: tf.Tensor, frequencies: tf.Tensor | readonly number[]): tf.Tensor {
  const factors = frequencies instanceof tf.Tensor ? frequencies : tf.tensor1d([...frequencies]);
  const angles = x.toFloat().expandDims(-1).mul(factors);
  return tf.concat([angles.sin(), angles.cos()], -1);
}

/**
 * Frequencies from `lowest` to `highest` turns a unit, evenly spaced in their logarithm: the embedding of the noise
 * variance in Foster's "Generative Deep Learning" (chapter 8) has 16 of them from 1 to 1,000.
 *
 * @param count 2 or more.
 * @returns Radians a unit.
 */
export function geometricFrequencies(count: number, lowest = 1, highest = 1000): number[] {
  const step = Math.log(highest / lowest) / (count - 1);
  return Array.from({ length: count }, (_, i) => 2 * Math.PI * lowest * Math.exp(i * step));
}

/**
 * The frequencies `base^(-i / count)` of a transformer's positions (Vaswani et al., 2017, section 3.5), which diffusion
 * models take for the step's number as well (Ho et al., 2020).
 *
 * @returns Radians a unit, from 1 down.
 */
export function decayingFrequencies(count: number, base = 10_000): number[] {
  return Array.from({ length: count }, (_, i) => base ** (-i / count));
}

/**
 * Positions as a transformer that learns none adds them to its embeddings (Vaswani et al., 2017, section 3.5): sine and
 * cosine of each frequency side by side.
 *
 * @param positions Of any shape, `[..]`.
 * @param size Even.
 * @returns `[.., size]`.
 * @throws RangeError when the size is odd.
 */
export function sinusoidalPositions(positions: tf.Tensor, size: number): tf.Tensor {
  if (size % 2 !== 0) {
    throw new RangeError(`Cannot make sinusoidal positions: expected an even size, got ${size}`);
  }
  const waves = sinusoids(positions, decayingFrequencies(size / 2));
  const [sines, cosines] = waves.split(2, -1);
  return tf.stack([sines, cosines], -1).reshape([...positions.shape, size]);
}

/** The options of {@link FourierFeatures}. */
export interface FourierFeaturesOptions {
  /** How many numbers come out, even. */
  size: number;
  /** Deviation of the frequencies, in turns a unit. @default 1, as in EDM; 16 in the paper of score models */
  scale?: number;
}

/**
 * Sines and cosines at random frequencies that stay as they were drawn (Tancik et al., 2020; Song et al., 2021,
 * "Score-Based Generative Modeling"; Karras et al., 2022). Parameter: `<name>/frequencies` `[size / 2]`, a statistic: no
 * gradient changes it.
 */
export class FourierFeatures implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /**
   * Declares the frequencies under a name; they are made by `initialiseParameters`.
   *
   * @throws RangeError when the size is odd.
   */
  constructor(readonly name: string, readonly options: FourierFeaturesOptions) {
    const { size, scale = 1 } = options;
    if (size % 2 !== 0) throw new RangeError(`Cannot make "${name}": expected an even size, got ${size}`);
    this.parameters = {
      [`${name}/frequencies`]: {
        shape: [size / 2],
        initialiser: normal(2 * Math.PI * scale),
        statistic: true,
      },
    };
  }

  /**
   * The features of numbers.
   *
   * @param x `[..]`.
   * @returns `[.., size]`, sines first.
   */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    return sinusoids(x, parameter(parameters, `${this.name}/frequencies`));
  }
}
