import type * as tf from "@tensorflow/tfjs";
import { relu } from "../../generative/nn/activations.ts";
import { Conv2d } from "../../generative/nn/conv2d.ts";
import { ConvTranspose2d } from "../../generative/nn/conv_transpose2d.ts";
import type { Losses } from "../../generative/nn/gradients.ts";
import { Linear } from "../../generative/nn/linear.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import { depthToSpace } from "../../generative/nn/resample.ts";
import { Statistics } from "../../generative/nn/statistics.ts";
import { VectorQuantiser } from "../../generative/nn/vector_quantiser.ts";
import type { Model } from "../../generative/train/model.ts";
import { unitFrames } from "../parts/sight.ts";

/** Codes of a frame: four rows of four, each of a square of 16 pixels and what the convolutions see around it. */
export const CODES_ACROSS = 4;
/** Codes of a frame, N. */
export const CODES_A_FRAME = CODES_ACROSS ** 2;

/** Channels of the encoder's convolutions: 4x4, stride 2, ReLU. From 64x64x3 they lead to 4x4x128. */
const CHANNELS = [32, 64, 128, 128];

/** The options of a {@link Tokenizer}. */
export interface TokenizerOptions {
  /** Vectors of the codebook, K. */
  codes: number;
  /** Numbers in each, D. */
  codeSize: number;
  /** What the distance of the encoder's vectors from their codes counts in the loss. */
  commitment: number;
}

/** What a {@link Tokenizer} learns from: frames, int32 `[B, 64, 64, 3]` in 0 .. 255. */
export type TokenizerBatch = { frames: tf.Tensor };

/**
 * The discrete autoencoder of IRIS (Micheli et al., 2023, section 2.1): a frame is 16 codes of a codebook of K, the words
 * that the world is told in.
 *
 * Parameters: `<name>/encoder/conv1`, .., `<name>/encoder/code`, `<name>/quantiser`, `<name>/decoder/code`,
 * `<name>/decoder/deconv1`, .., `<name>/decoder/pixels`.
 */
export class Tokenizer implements Model<TokenizerBatch> {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** The codebook. */
  readonly quantiser: VectorQuantiser;
  readonly #convolutions: Conv2d[];
  readonly #toCode: Linear;
  readonly #fromCode: Linear;
  readonly #deconvolutions: ConvTranspose2d[];
  readonly #pixels: Conv2d;

  /** Declares the layers under a name. */
  constructor(readonly options: TokenizerOptions, name = "tokenizer") {
    const { codes, codeSize } = options;
    const halving = { kernelSize: 4, strides: 2, padding: "same" as const };
    const widths = [3, ...CHANNELS];
    this.#convolutions = CHANNELS.map((filters, i) =>
      new Conv2d(`${name}/encoder/conv${i + 1}`, { inputChannels: widths[i], filters, ...halving })
    );
    const narrow = CHANNELS[0], wide = CHANNELS[CHANNELS.length - 1];
    this.#toCode = new Linear(`${name}/encoder/code`, { inputs: wide, units: codeSize });
    this.quantiser = new VectorQuantiser(`${name}/quantiser`, { codes, size: codeSize });
    this.#fromCode = new Linear(`${name}/decoder/code`, { inputs: codeSize, units: wide });
    this.#deconvolutions = widths.slice(1, -1).reverse().map((filters, i) =>
      new ConvTranspose2d(`${name}/decoder/deconv${i + 1}`, {
        inputChannels: widths[widths.length - 1 - i],
        filters,
        ...halving,
      })
    );
    // The colours of each 2x2 block at once: few channels are slow to enlarge to.
    this.#pixels = new Conv2d(`${name}/decoder/pixels`, {
      inputChannels: narrow,
      filters: 4 * 3,
      kernelSize: 3,
      padding: "same",
    });
    this.parameters = collectParameters(
      ...this.#convolutions,
      this.#toCode,
      this.quantiser,
      this.#fromCode,
      ...this.#deconvolutions,
      this.#pixels,
    );
  }

  /**
   * The codes of frames.
   *
   * @param frames `[B, 64, 64, 3]`: int32 in 0 .. 255, or float32 in [0, 1].
   * @returns int32 `[B, 16]`, row by row from the top left.
   */
  encode(parameters: NamedTensors, frames: tf.Tensor): tf.Tensor {
    return this.quantiser.encode(parameters, this.#embed(parameters, frames));
  }

  /**
   * The frames of codes.
   *
   * @param vectors Of the codes, `[B, 16, D]`.
   * @returns `[B, 64, 64, 3]` in [0, 1].
   */
  decode(parameters: NamedTensors, vectors: tf.Tensor): tf.Tensor4D {
    const map = vectors.reshape([-1, CODES_ACROSS, CODES_ACROSS, this.options.codeSize]);
    let x = relu(this.#fromCode.apply(parameters, map));
    for (const deconvolution of this.#deconvolutions) x = relu(deconvolution.apply(parameters, x));
    return depthToSpace(this.#pixels.apply(parameters, x)).sigmoid() as tf.Tensor4D;
  }

  /**
   * `reconstruction`, the squared error summed over a frame, and `commitment`, the squared distances of a frame's vectors
   * from their codes. Reported: `codesUsed`, see {@link VectorQuantiser.perplexity}.
   */
  loss(parameters: NamedTensors, { frames }: TokenizerBatch, seed: tf.Tensor): Losses {
    const statistics = new Statistics();
    const embedded = this.#embed(parameters, frames);
    const { vectors, commitment } = this.quantiser.apply(parameters, embedded, { statistics, seed });
    const error = this.decode(parameters, vectors).sub(unitFrames(frames)).square();
    const reconstruction = error.sum([1, 2, 3]).mean() as tf.Scalar;
    const committed = commitment.sum(1).mean() as tf.Scalar;
    return {
      loss: reconstruction.add(committed.mul(this.options.commitment)),
      reconstruction,
      commitment: committed,
      codesUsed: this.quantiser.perplexity(parameters) as tf.Scalar,
      ...statistics.parts,
    };
  }

  /** The encoder's vectors, `[B, 16, D]`. */
  #embed(parameters: NamedTensors, frames: tf.Tensor): tf.Tensor {
    let x: tf.Tensor = unitFrames(frames).sub(0.5);
    for (const convolution of this.#convolutions) x = relu(convolution.apply(parameters, x));
    return this.#toCode.apply(parameters, x).reshape([-1, CODES_A_FRAME, this.options.codeSize]);
  }
}
