import type * as tf from "@tensorflow/tfjs";
import { unitPixels } from "../../generative/data/picture_tensors.ts";
import { Conv2d } from "../../generative/nn/conv2d.ts";
import { ConvTranspose2d } from "../../generative/nn/conv_transpose2d.ts";
import { GaussianHead } from "../../generative/nn/gaussian_head.ts";
import { Linear } from "../../generative/nn/linear.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import { relu } from "../../generative/nn/activations.ts";
import { klStandardNormal, reparameterise } from "../../generative/nn/distributions.ts";
import type { Losses } from "../../generative/nn/gradients.ts";
import type { Model } from "../../generative/train/model.ts";
import { arrangeKernels, enlarge } from "../parts/enlarge.ts";

/** One transposed convolution of the decoder; its stride is 2. */
export interface DecoderLayer {
  /** Channels that go out. */
  filters: number;
  /** Side of the square kernel, in pixels. */
  kernelSize: number;
}

/** What a {@link Vision} is made of. */
export interface VisionConfig {
  /** Numbers in a latent, Z. */
  latentSize: number;
  /** Filters of the encoder's convolutions: 4x4, stride 2, no padding, ReLU. */
  encoderFilters: number[];
  /** Units of a dense ReLU layer between the convolutions and mu and logVar; 0 for none. */
  encoderUnits: number;
  /** Dense layers of the decoder before its first map. ReLU after each but the last. */
  decoderUnits: number[];
  /** Activation after the last dense layer of the decoder. */
  decoderActivation: "linear" | "relu";
  /** Height and width of the decoder's first map; its channels follow from the last of `decoderUnits`. */
  decoderMapSize: number;
  /** The transposed convolutions; the last gives 64x64x3 and a sigmoid, ReLU after the others. */
  decoderLayers: DecoderLayer[];
  /** Taken from the pixels, in [0, 1], before the first convolution. */
  pixelOffset: number;
  /** Weight of the summed squared error. */
  reconstructionWeight: number;
  /** Nats a latent dimension that the divergence costs at least (free bits); 0 for none. */
  klTolerance: number;
}

/** Height and width of the frames that vision sees. */
export const FRAME_SIZE = 64;

/** Numbers in one frame, 64 x 64 x 3. */
export const FRAME_LENGTH = FRAME_SIZE * FRAME_SIZE * 3;

/** Ha & Schmidhuber 2018: 4,348,547 parameters. */
export const PAPER_VISION: VisionConfig = {
  latentSize: 32,
  encoderFilters: [32, 64, 128, 256],
  encoderUnits: 0,
  decoderUnits: [1024],
  decoderActivation: "linear",
  decoderMapSize: 1,
  decoderLayers: [
    { filters: 128, kernelSize: 5 },
    { filters: 64, kernelSize: 5 },
    { filters: 32, kernelSize: 6 },
    { filters: 3, kernelSize: 6 },
  ],
  pixelOffset: 0,
  reconstructionWeight: 1,
  klTolerance: 0.5,
};

/** The small one of the default preset, after the dream recipe: an eighth of the arithmetic. */
export const SMALL_VISION: VisionConfig = {
  latentSize: 32,
  encoderFilters: [16, 32, 64, 128],
  encoderUnits: 64,
  decoderUnits: [64, 512],
  decoderActivation: "relu",
  decoderMapSize: 2,
  decoderLayers: [
    { filters: 64, kernelSize: 4 },
    { filters: 32, kernelSize: 4 },
    { filters: 16, kernelSize: 4 },
    { filters: 3, kernelSize: 6 },
  ],
  pixelOffset: 0.5,
  reconstructionWeight: 2,
  klTolerance: 0,
};

/** A diagonal Gaussian over latents. */
export interface LatentDistribution {
  /** `[B, Z]`. */
  mu: tf.Tensor2D;
  /** Logarithm of the variance, `[B, Z]`. */
  logVar: tf.Tensor2D;
}

/** What {@link Vision.loss} takes. */
export interface VisionBatch {
  /** More tensors do no harm. */
  [name: string]: tf.Tensor;
  /** `[B, 64, 64, 3]`: float32 in [0, 1], or int32 in 0 .. 255. */
  frames: tf.Tensor;
}

/**
 * The variational autoencoder that turns a frame into a latent of a few numbers and back.
 *
 * Parameters are named `<name>/encoder/conv1/kernel`, `<name>/mu/bias`, `<name>/decoder/deconv1/kernel`, ...
 */
export class Vision implements Model<VisionBatch> {
  /** Sizes and loss. */
  readonly config: VisionConfig;
  /** Prefix of the parameters. */
  readonly name: string;
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  #convolutions: Conv2d[] = [];
  #encoderDense: Linear[] = [];
  #latents: GaussianHead;
  #decoderDense: Linear[] = [];
  #deconvolutions: ConvTranspose2d[] = [];

  /**
   * Builds the layers; nothing is computed yet.
   *
   * @param config Sizes and loss, {@link PAPER_VISION} or {@link SMALL_VISION} for instance.
   * @param name Prefix of the parameters.
   * @throws RangeError when the layers do not lead from 64x64x3 to 64x64x3.
   */
  constructor(config: VisionConfig, name = "vision") {
    this.config = config;
    this.name = name;
    let [size, channels] = [FRAME_SIZE, 3];
    for (const [i, filters] of config.encoderFilters.entries()) {
      this.#convolutions.push(
        new Conv2d(`${name}/encoder/conv${i + 1}`, {
          inputChannels: channels,
          filters,
          kernelSize: 4,
          strides: 2,
          padding: "valid",
        }),
      );
      [size, channels] = [Math.floor((size - 4) / 2) + 1, filters];
    }
    if (size < 1) {
      throw new RangeError(
        `Cannot build vision: expected at most 5 encoder layers, got ${config.encoderFilters.length}`,
      );
    }
    let width = size * size * channels;
    if (config.encoderUnits > 0) {
      this.#encoderDense = [
        new Linear(`${name}/encoder/dense`, { inputs: width, units: config.encoderUnits }),
      ];
      width = config.encoderUnits;
    }
    this.#latents = new GaussianHead(name, { inputs: width, units: config.latentSize });
    width = config.latentSize;
    for (const [i, units] of config.decoderUnits.entries()) {
      this.#decoderDense.push(new Linear(`${name}/decoder/dense${i + 1}`, { inputs: width, units }));
      width = units;
    }
    size = config.decoderMapSize;
    channels = width / (size * size);
    for (const [i, { filters, kernelSize }] of config.decoderLayers.entries()) {
      this.#deconvolutions.push(
        new ConvTranspose2d(`${name}/decoder/deconv${i + 1}`, {
          inputChannels: channels,
          filters,
          kernelSize,
          strides: 2,
          padding: "valid",
        }),
      );
      [size, channels] = [(size - 1) * 2 + kernelSize, filters];
    }
    if (size !== FRAME_SIZE || channels !== 3 || !Number.isInteger(width / config.decoderMapSize ** 2)) {
      throw new RangeError(
        `Cannot build vision: expected a decoder that ends in 64x64x3, got ${size}x${size}x${channels}`,
      );
    }
    this.parameters = collectParameters(
      ...this.#convolutions,
      ...this.#encoderDense,
      this.#latents,
      ...this.#decoderDense,
      ...this.#deconvolutions,
    );
  }

  /** How many numbers a latent has, Z. */
  get latentSize(): number {
    return this.config.latentSize;
  }

  /**
   * The distribution of the latents of frames.
   *
   * @param frames `[B, 64, 64, 3]`: float32 in [0, 1], or int32 in 0 .. 255.
   */
  encode(parameters: NamedTensors, frames: tf.Tensor): LatentDistribution {
    let x = asUnitPixels(frames).sub(this.config.pixelOffset) as tf.Tensor4D;
    for (const convolution of this.#convolutions) x = relu(convolution.apply(parameters, x)) as tf.Tensor4D;
    let features: tf.Tensor = x.reshape([x.shape[0], -1]);
    for (const dense of this.#encoderDense) features = relu(dense.apply(parameters, features));
    return this.#latents.apply(parameters, features) as LatentDistribution;
  }

  /**
   * The frames of latents.
   *
   * @param latents `[B, Z]`.
   * @returns `[B, 64, 64, 3]` in (0, 1).
   */
  decode(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor4D {
    let features = latents;
    for (const [i, dense] of this.#decoderDense.entries()) {
      features = dense.apply(parameters, features);
      const last = i === this.#decoderDense.length - 1;
      if (!last || this.config.decoderActivation === "relu") features = relu(features);
    }
    const size = this.config.decoderMapSize;
    let x = features.reshape([latents.shape[0], size, size, -1]) as tf.Tensor4D;
    for (const [i, deconvolution] of this.#deconvolutions.entries()) {
      x = enlarge(deconvolution, parameters, x) as tf.Tensor4D;
      x = i < this.#deconvolutions.length - 1 ? relu(x) as tf.Tensor4D : x.sigmoid();
    }
    return x;
  }

  /**
   * The decoder's kernels in another form, to be added to the parameters where frames are drawn on WebAssembly: see
   * {@link arrangeKernels}. Tensors belong to the caller.
   */
  arrangeDecoder(parameters: NamedTensors): NamedTensors {
    return arrangeKernels(this.#deconvolutions, parameters);
  }

  /**
   * `reconstructionWeight` x squared error summed over a frame + max(divergence, `klTolerance` x Z), both means
   * over the batch. The parts `reconstruction` (unweighted) and `kl` (without the floor) are reported in nats.
   */
  loss(parameters: NamedTensors, batch: VisionBatch, seed: tf.Tensor): Losses {
    const frames = asUnitPixels(batch.frames);
    const { mu, logVar } = this.encode(parameters, frames);
    const decoded = this.decode(parameters, reparameterise({ mu, logVar }, seed));
    const reconstruction = decoded.sub(frames).square().sum([1, 2, 3]).mean() as tf.Scalar;
    const divergence = klStandardNormal(mu, logVar).sum(1);
    const { reconstructionWeight, klTolerance, latentSize } = this.config;
    const floored = klTolerance > 0 ? divergence.maximum(klTolerance * latentSize) : divergence;
    return {
      loss: reconstruction.mul(reconstructionWeight).add(floored.mean()) as tf.Scalar,
      reconstruction,
      kl: divergence.mean() as tf.Scalar,
    };
  }
}

/** Pixels as float32 in [0, 1]. */
function asUnitPixels(frames: tf.Tensor): tf.Tensor {
  return frames.dtype === "int32" ? unitPixels(frames) : frames;
}
