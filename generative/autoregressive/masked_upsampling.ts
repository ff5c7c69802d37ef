import * as tf from "@tensorflow/tfjs";
import { addBias } from "../nn/bias.ts";
import { glorotUniform, ones, zeros } from "../nn/initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "../nn/parameters.ts";
import { normaliseWeights } from "../nn/weight_norm.ts";

/** The options of a {@link MaskedUpsampling}. */
export interface MaskedUpsamplingOptions {
  /** Channels that come in and go out. */
  channels: number;
  /** Columns of the kernel, 2 or 4; it has 2 rows. */
  columns: 2 | 4;
  /** How many of the first columns are used. */
  shown: number;
}

/**
 * A transposed convolution of step 2 and weight normalisation: each place becomes 2x2, none of them above it.
 * With 4 columns it spreads sideways, which only features that see whole rows above may do. Parameters: `<name>/kernel`
 * `[2, columns, channels out, channels in]`, `<name>/bias` and `<name>/gain` `[channels]`.
 */
export class MaskedUpsampling implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: MaskedUpsamplingOptions) {
    const { channels, columns } = options;
    this.parameters = {
      [`${name}/kernel`]: { shape: [2, columns, channels, channels], initialiser: glorotUniform },
      [`${name}/bias`]: { shape: [channels], initialiser: zeros },
      [`${name}/gain`]: { shape: [channels], initialiser: ones },
    };
  }

  /** `[B, H, W, channels]` to `[B, 2 H, 2 W, channels]`. */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const [batch, height, width, channels] = x.shape;
    const shape: [number, number, number, number] = [batch, 2 * height, 2 * width, channels];
    const kernel = this.#kernel(parameters);
    const enlarged = x.conv2dTranspose(kernel, shape, 2, "same");
    return addBias(enlarged, parameter(parameters, `${this.name}/bias`));
  }

  /** The kernels for the four places that one becomes, `[row][column]`, `[channels in, out]` each; for 2 columns. */
  placeKernels(parameters: NamedTensors): { kernels: tf.Tensor2D[][]; bias: tf.Tensor } {
    if (this.options.columns !== 2) {
      throw new RangeError(`Cannot enlarge place by place with "${this.name}": expected 2 columns, got 4`);
    }
    const places = this.#kernel(parameters).transpose([0, 1, 3, 2]);
    return {
      kernels: places.unstack().map((row) => row.unstack() as tf.Tensor2D[]),
      bias: parameter(parameters, `${this.name}/bias`),
    };
  }

  #kernel(parameters: NamedTensors): tf.Tensor4D {
    const { columns, shown } = this.options;
    let kernel = parameter(parameters, `${this.name}/kernel`) as tf.Tensor4D;
    if (shown < columns) {
      const mask = Array.from({ length: columns }, (_, column) => column < shown ? 1 : 0);
      kernel = kernel.mul(tf.tensor4d(mask, [1, columns, 1, 1]));
    }
    return normaliseWeights(kernel, parameter(parameters, `${this.name}/gain`), 2) as tf.Tensor4D;
  }
}
