import * as tf from "@tensorflow/tfjs";
import { initialisers, type Module, type NamedTensors, type ParameterSpecs } from "../nn/mod.ts";

/**
 * Activation normalisation: `(x + b) exp(l)` for each channel (Kingma and Dhariwal, 2018, section 3.1). Parameters:
 * `<name>/bias` and `<name>/logScale`, `[C]`. Where these are missing, they are set by x, so that its channels come out
 * with mean 0 and variance 1, and put among the parameters: that is how training begins, see `startByData`.
 */
export class ActNorm implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name. */
  constructor(readonly name: string, channels: number) {
    this.parameters = {
      [`${name}/bias`]: { shape: [channels], initialiser: initialisers.zeros },
      [`${name}/logScale`]: { shape: [channels], initialiser: initialisers.zeros },
    };
  }

  /** @param x `[B, H, W, C]`. */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { bias, logScale } = this.#own(parameters, x);
    return x.add(bias).mul(logScale.exp());
  }

  /** The inverse. @param y `[B, H, W, C]`. */
  invert(parameters: NamedTensors, y: tf.Tensor): tf.Tensor {
    const { bias, logScale } = this.#own(parameters, y);
    return y.mul(logScale.neg().exp()).sub(bias);
  }

  /** The log determinant, a scalar: `H W sum(l)`, the same for all pictures. @param x `[B, H, W, C]`. */
  logDeterminant(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const [, height, width] = x.shape;
    return this.#own(parameters, x).logScale.sum().mul(height! * width!);
  }

  #own(parameters: NamedTensors, x: tf.Tensor): { bias: tf.Tensor; logScale: tf.Tensor } {
    const [bias, logScale] = [`${this.name}/bias`, `${this.name}/logScale`];
    if (!(bias in parameters)) {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      parameters[bias] = mean.neg();
      parameters[logScale] = variance.add(1e-6).log().mul(-0.5);
    }
    return { bias: parameters[bias], logScale: parameters[logScale] };
  }
}

/**
 * Parameters of the {@link ActNorm}s of a network, as some data set them.
 *
 * @param parameters Of the whole network.
 * @param names Those of the `ActNorm`s among them.
 * @param pass A pass of data through the network, in the order of its layers.
 * @returns The new values by name.
 */
export function startByData(
  parameters: NamedTensors,
  names: Iterable<string>,
  pass: (parameters: NamedTensors) => void,
): NamedTensors {
  const own = new Set(names);
  const filled = Object.fromEntries(Object.entries(parameters).filter(([name]) => !own.has(name)));
  pass(filled);
  return Object.fromEntries([...own].map((name) => [name, filled[name]]));
}
