import type * as tf from "@tensorflow/tfjs";
import { addBias } from "./bias.ts";
import { glorotUniform, type Initialiser, zeros } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";

/** The options of a {@link Conv2d} and of a transposed one. */
export interface Conv2dOptions {
  /** Channels that come in. */
  inputChannels: number;
  /** Channels that go out. */
  filters: number;
  /** Side of the square kernel, in pixels. */
  kernelSize: number;
  /** Step of the kernel, in pixels. @default 1 */
  strides?: number;
  /** `valid` adds no border, `same` keeps `ceil(size / strides)`. @default "valid" */
  padding?: "valid" | "same";
  /** Whether a bias is added. @default true */
  bias?: boolean;
  /** How the kernel starts. @default glorotUniform */
  kernelInitialiser?: Initialiser;
  /** How the bias starts. @default zeros */
  biasInitialiser?: Initialiser;
}

/**
 * A convolution over pictures. Parameters: `<name>/kernel` `[k, k, inputChannels, filters]`, `<name>/bias`
 * `[filters]`.
 */
export class Conv2d implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: Conv2dOptions) {
    const { inputChannels, filters, kernelSize, bias = true } = options;
    const { kernelInitialiser = glorotUniform, biasInitialiser = zeros } = options;
    const shape = [kernelSize, kernelSize, inputChannels, filters];
    this.parameters = { [`${name}/kernel`]: { shape, initialiser: kernelInitialiser } };
    if (bias) this.parameters[`${name}/bias`] = { shape: [filters], initialiser: biasInitialiser };
  }

  /**
   * Applies it to a batch of pictures.
   *
   * @param x `[B, H, W, inputChannels]`.
   * @returns `[B, H', W', filters]` with `H' = floor((H - k) / strides) + 1` (`valid`) or `ceil(H / strides)`.
   * @throws TypeError when the channels do not fit.
   */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { inputChannels, strides = 1, padding = "valid", bias = true } = this.options;
    if (x.rank !== 4 || x.shape[3] !== inputChannels) {
      throw new TypeError(
        `Cannot apply "${this.name}": expected [B, H, W, ${inputChannels}], got [${x.shape}]`,
      );
    }
    const kernel = parameter(parameters, `${this.name}/kernel`) as tf.Tensor4D;
    const y = padding === "valid" && x.shape[1] === kernel.shape[0] && x.shape[2] === kernel.shape[1]
      ? wholePicture(x, kernel)
      : x.conv2d(kernel, strides, padding);
    return bias ? addBias(y, parameter(parameters, `${this.name}/bias`)) : y;
  }
}

/** A kernel as large as the picture fits in one place: a product, which takes half the time. */
function wholePicture(x: tf.Tensor, kernel: tf.Tensor4D): tf.Tensor {
  const filters = kernel.shape[3];
  const product = x.reshape([x.shape[0], -1]).matMul(kernel.reshape([-1, filters]));
  return product.reshape([x.shape[0], 1, 1, filters]);
}
