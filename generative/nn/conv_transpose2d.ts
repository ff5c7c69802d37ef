import type * as tf from "@tensorflow/tfjs";
import { addBias } from "./bias.ts";
import type { Conv2dOptions } from "./conv2d.ts";
import { glorotUniform, zeros } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";

/**
 * A transposed convolution, which enlarges pictures. Parameters: `<name>/kernel`
 * `[k, k, filters, inputChannels]` (TensorFlow's order), `<name>/bias` `[filters]`.
 */
export class ConvTranspose2d implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: Conv2dOptions) {
    const { inputChannels, filters, kernelSize, bias = true } = options;
    const { kernelInitialiser = glorotUniform, biasInitialiser = zeros } = options;
    const shape = [kernelSize, kernelSize, filters, inputChannels];
    this.parameters = { [`${name}/kernel`]: { shape, initialiser: kernelInitialiser } };
    if (bias) this.parameters[`${name}/bias`] = { shape: [filters], initialiser: biasInitialiser };
  }

  /**
   * Applies it to a batch of pictures.
   *
   * @param x `[B, H, W, inputChannels]`.
   * @returns `[B, H', W', filters]` with `H' = (H - 1) strides + k` (`valid`; at least `H strides`) or
   * `H strides` (`same`).
   * @throws TypeError when the channels do not fit.
   */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { inputChannels, filters, kernelSize, strides = 1, padding = "valid", bias = true } = this.options;
    if (x.rank !== 4 || x.shape[3] !== inputChannels) {
      throw new TypeError(
        `Cannot apply "${this.name}": expected [B, H, W, ${inputChannels}], got [${x.shape}]`,
      );
    }
    const border = padding === "valid" ? Math.max(kernelSize - strides, 0) : 0;
    const [batch, height, width] = x.shape;
    const shape: [number, number, number, number] = [
      batch,
      height * strides + border,
      width * strides + border,
      filters,
    ];
    const kernel = parameter(parameters, `${this.name}/kernel`) as tf.Tensor4D;
    const y = padding === "valid" && height === 1 && width === 1 && kernelSize >= strides
      ? fromPixel(x, kernel)
      : x.conv2dTranspose(kernel, shape, strides, padding);
    return bias ? addBias(y, parameter(parameters, `${this.name}/bias`)) : y;
  }
}

/** From a single pixel the kernel is laid out once: a product, which takes half the time. */
function fromPixel(x: tf.Tensor, kernel: tf.Tensor4D): tf.Tensor {
  const [height, width, filters, inputChannels] = kernel.shape;
  const product = x.reshape([-1, inputChannels]).matMul(kernel.reshape([-1, inputChannels]), false, true);
  return product.reshape([x.shape[0], height, width, filters]);
}
