import type * as tf from "@tensorflow/tfjs";
import { fields } from "../../core/fields/field.ts";
import { latentModel } from "../models/latent_model.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import {
  binaryCrossEntropy,
  collectParameters,
  Linear,
  type Losses,
  type NamedTensors,
  type ParameterSpecs,
} from "../nn/mod.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import type { Model } from "../train/model.ts";
import { ConvolutionalDecoder, ConvolutionalEncoder } from "./convolutional_coder.ts";

/** Sizes of an {@link Autoencoder}. */
export interface AutoencoderOptions {
  /** Side of the pictures, a multiple of 8. */
  size: number;
  /** 1 or 3. */
  channels: number;
  /** Z. */
  latentSize: number;
}

/** The autoencoder (Hinton and Salakhutdinov, 2006): a picture through a bottleneck of a few numbers, and back. */
export class Autoencoder implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #encoder: ConvolutionalEncoder;
  readonly #latents: Linear;
  readonly #decoder: ConvolutionalDecoder;

  /** Declares the layers. */
  constructor(readonly options: AutoencoderOptions) {
    this.#encoder = new ConvolutionalEncoder("encoder", options);
    this.#latents = new Linear("encoder/latents", {
      inputs: this.#encoder.features,
      units: options.latentSize,
    });
    this.#decoder = new ConvolutionalDecoder("decoder", options);
    this.parameters = collectParameters(this.#encoder, this.#latents, this.#decoder);
  }

  /** Pictures `[B, H, W, C]`, 0 .. 1, to latents `[B, Z]`. */
  encode(parameters: NamedTensors, pictures: tf.Tensor): tf.Tensor {
    return this.#latents.apply(parameters, this.#encoder.apply(parameters, pictures));
  }

  /** Latents `[B, Z]` to pictures `[B, H, W, C]`, 0 .. 1. */
  decode(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    return this.#decoder.apply(parameters, latents).sigmoid();
  }

  /** The cross-entropy of the reconstruction, a mean over pixels. */
  loss(parameters: NamedTensors, { pictures }: NamedTensors): Losses {
    const logits = this.#decoder.apply(parameters, this.encode(parameters, pictures));
    return { loss: binaryCrossEntropy(logits, pictures).mean() };
  }
}

const FIELDS = fields({
  ...commonFields({ model: "autoencoder", data: "fashion-mnist", size: 32, epochs: 3, batchSize: 100 }),
  latentSize: modelFields.latentSize(2),
  learningRate: modelFields.learningRate(1e-3),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** The book's autoencoder on garments. */
export const AUTOENCODER: ModelKind<typeof standard> = {
  name: "autoencoder",
  title: "Autoencoder on Fashion-MNIST",
  family: "autoencoders",
  chapter: 3,
  paper: "Hinton and Salakhutdinov 2006, Reducing the Dimensionality of Data with Neural Networks",
  notes: {
    see:
      "Reconstructions keep class and outline and lose texture: two numbers cannot hold it. In the scatter plot, classes form islands of very different sizes.",
    wrong:
      "It is not a generative model: nothing says from where to sample, and points in the gaps between the islands decode to nothing recognisable. Its samples draw latents from a standard normal distribution, which is not where the islands lie.",
    tune:
      "A larger latentSize sharpens reconstructions and widens the gaps; the variational autoencoder closes them.",
    pictures: ["reconstructions", "latent_scatter", "latent_grid"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    book: standard,
    smoke: { ...standard, examples: 500, epochs: 1, batchSize: 50 },
  },
  published: {
    parameters: 343_043,
    data: { kind: "pictures", name: "fashion-mnist", count: 1, height: 32, width: 32, channels: 1 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook autoencoder",
  },
  create(config, data) {
    const { height: size, channels } = expectPictures(data, { model: "autoencoder", multipleOf: 8 });
    const autoencoder = new Autoencoder({ ...config, size, channels });
    return latentModel(autoencoder, {
      optimiser: kerasAdam({ learningRate: config.learningRate }),
      latentSize: config.latentSize,
      encode: (parameters, pictures) => ({ mu: autoencoder.encode(parameters, pictures) }),
      decode: (parameters, latents) => autoencoder.decode(parameters, latents),
    });
  },
};
