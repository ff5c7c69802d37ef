import type * as tf from "@tensorflow/tfjs";
import { relu } from "../nn/activations.ts";
import { categoricalCrossEntropy } from "../nn/cross_entropy.ts";
import type { Losses } from "../nn/gradients.ts";
import { MaskedConv2d } from "../nn/masked_conv2d.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../nn/parameters.ts";
import { type Evaluation, WholePictures } from "./evaluation.ts";
import type { LearningPixelNetwork } from "./learning_pixel_network.ts";

/** Sizes of a {@link PixelCNN}. */
export interface PixelCNNOptions {
  /** Side of the pictures. */
  size: number;
  /** Shades that are told apart, L. */
  levels: number;
  /** Features of each place; half as many inside a block. */
  filters: number;
  /** Residual blocks. */
  blocks: number;
}

/**
 * PixelCNN (van den Oord, Kalchbrenner and Kavukcuoglu, 2016, "Pixel Recurrent Neural Networks", sections 3.3 to 3.5): each
 * pixel is one of a few shades, with probabilities that a stack of masked convolutions reads off the pixels before it.
 * The first sees none of its own place (mask A), the others see the features of it (mask B).
 */
export class PixelCNN implements LearningPixelNetwork {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** Side of the pictures. */
  readonly size: number;
  /** See `PixelNetwork`. */
  readonly rowsAtOnce = 1;
  /** See `PixelNetwork`. */
  readonly noiseSize: number;
  readonly #first: MaskedConv2d;
  readonly #blocks: { reduce: MaskedConv2d; look: MaskedConv2d; expand: MaskedConv2d }[];
  readonly #last: MaskedConv2d[];
  readonly #logits: MaskedConv2d;

  /** Declares the layers. */
  constructor(readonly options: PixelCNNOptions) {
    const { filters, blocks, levels } = options;
    this.size = options.size;
    this.noiseSize = levels;
    this.#first = masked("first", { inputs: 1, filters, size: 7, mask: "A" });
    const half = filters / 2;
    this.#blocks = Array.from({ length: blocks }, (_, i) => ({
      reduce: masked(`block${i + 1}/reduce`, { inputs: filters, filters: half, size: 1 }),
      look: masked(`block${i + 1}/look`, { inputs: half, filters: half, size: 3 }),
      expand: masked(`block${i + 1}/expand`, { inputs: half, filters, size: 1 }),
    }));
    this.#last = [1, 2].map((i) => masked(`last${i}`, { inputs: filters, filters, size: 1 }));
    this.#logits = masked("logits", { inputs: filters, filters: levels, size: 1 });
    const blockLayers = this.#blocks.flatMap(({ reduce, look, expand }) => [reduce, look, expand]);
    this.parameters = collectParameters(this.#first, ...blockLayers, ...this.#last, this.#logits);
  }

  /** Pixels, level / L, to the logits of each pixel's level, `[.., 1]` to `[.., L]`. */
  predict<F>(pixels: F, evaluation: Evaluation<F>): F {
    const layer = (convolution: MaskedConv2d, x: F) =>
      evaluation.map(relu, evaluation.convolve(convolution, x));
    let x = layer(this.#first, pixels);
    for (const { reduce, look, expand } of this.#blocks) {
      const change = layer(expand, layer(look, layer(reduce, x)));
      x = evaluation.map((x, change) => x.add(change), x, change);
    }
    for (const convolution of this.#last) x = layer(convolution, x);
    return evaluation.convolve(this.#logits, x);
  }

  /** Bytes to levels, int32 `0 .. L - 1`. */
  prepare(bytes: tf.Tensor): tf.Tensor {
    return bytes.toFloat().mul(this.options.levels / 256).floor().toInt();
  }

  /** Levels to pixels, 0 up to `(L - 1) / L`. */
  asPixels(levels: tf.Tensor): tf.Tensor {
    return levels.toFloat().div(this.options.levels);
  }

  /** The lowest level black, the highest white. */
  show(pixels: tf.Tensor): tf.Tensor {
    const { levels } = this.options;
    return pixels.mul(levels / (levels - 1));
  }

  /**
   * How surprising each pixel was, in nats.
   *
   * @param levels int32 `[B, H, W, 1]`, `0 .. L - 1`.
   * @returns `[B, H, W]`.
   */
  surprise(parameters: NamedTensors, levels: tf.Tensor): tf.Tensor {
    const logits = this.predict(this.asPixels(levels), new WholePictures(parameters));
    return categoricalCrossEntropy(logits, levels.squeeze([3]));
  }

  /** The cross-entropy of the levels, in nats a pixel. @param batch `pixels`: levels, int32 `[B, H, W, 1]`. */
  loss(parameters: NamedTensors, { pixels }: NamedTensors): Losses {
    return { loss: this.surprise(parameters, pixels).mean() };
  }

  /** The loss. */
  measure(parameters: NamedTensors, batch: NamedTensors): NamedTensors {
    return this.loss(parameters, batch);
  }

  /** See `PixelNetwork.draw`: the level of the largest logit, with Gumbel noise for the temperature. */
  draw(logits: tf.Tensor, noise: tf.Tensor, temperature: tf.Tensor): tf.Tensor {
    const gumbel = noise.add(1e-20).log().neg().log().neg();
    const level = logits.add(gumbel.mul(temperature)).argMax(-1);
    return level.toFloat().div(this.options.levels).expandDims(-1);
  }
}

function masked(
  name: string,
  { inputs, filters, size, mask = "B" }: { inputs: number; filters: number; size: number; mask?: "A" | "B" },
): MaskedConv2d {
  return new MaskedConv2d(name, { inputChannels: inputs, filters, kernelSize: [size, size], mask });
}
