import type * as tf from "@tensorflow/tfjs";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { latentModel } from "../models/latent_model.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import {
  collectParameters,
  klStandardNormal,
  Linear,
  type Losses,
  type NamedTensors,
  type ParameterSpecs,
  reparameterise,
  squaredError,
  Statistics,
} from "../nn/mod.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import type { Model } from "../train/model.ts";
import { type FaceCoderOptions, FaceDecoder, FaceEncoder } from "./face_coder.ts";
import { reconstructionWeight } from "./vae.ts";

/** Sizes and loss of a {@link FaceVAE}. */
export interface FaceVAEOptions extends FaceCoderOptions {
  /** How much the mean squared error counts beside the divergence (the book's beta). */
  reconstructionWeight: number;
}

/**
 * The variational autoencoder (Kingma and Welling, 2013) with enough latents for faces: q(z | x) = N(mu, exp(logVar)),
 * a decoder p(x | z) of Gaussian pixels (hence the squared error), a standard normal prior p(z).
 */
export class FaceVAE implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #encoder: FaceEncoder;
  readonly #mu: Linear;
  readonly #logVar: Linear;
  readonly #decoder: FaceDecoder;

  /** Declares the layers. */
  constructor(readonly options: FaceVAEOptions) {
    const { latentSize: units } = options;
    this.#encoder = new FaceEncoder("encoder", options);
    this.#mu = new Linear("encoder/mu", { inputs: this.#encoder.features, units });
    this.#logVar = new Linear("encoder/logVar", { inputs: this.#encoder.features, units });
    this.#decoder = new FaceDecoder("decoder", options);
    this.parameters = collectParameters(this.#encoder, this.#mu, this.#logVar, this.#decoder);
  }

  /** q(z | x): pictures `[B, H, W, C]`, 0 .. 1, to `[B, Z]` each. @param statistics Given in training only. */
  encode(
    parameters: NamedTensors,
    pictures: tf.Tensor,
    statistics?: Statistics,
  ): { mu: tf.Tensor; logVar: tf.Tensor } {
    const features = this.#encoder.apply(parameters, pictures, statistics);
    return { mu: this.#mu.apply(parameters, features), logVar: this.#logVar.apply(parameters, features) };
  }

  /** Means of p(x | z): latents `[B, Z]` to `[B, H, W, C]`, 0 .. 1. */
  decode(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    return this.#decoder.apply(parameters, latents);
  }

  /** The loss in training, where batches are normalised by their own statistics. */
  loss(parameters: NamedTensors, { pictures }: NamedTensors, seed: tf.Tensor): Losses {
    const statistics = new Statistics();
    return { ...this.#objective(parameters, pictures, seed, statistics), ...statistics.parts };
  }

  /** The same on pictures that were not learned from, normalised by the moving averages. */
  measure(parameters: NamedTensors, { pictures }: NamedTensors, seed: tf.Tensor): Losses {
    return this.#objective(parameters, pictures, seed);
  }

  /** `reconstructionWeight` x squared error (mean over pixels) + KL(q || p) (sum over latents). */
  #objective(
    parameters: NamedTensors,
    pictures: tf.Tensor,
    seed: tf.Tensor,
    statistics?: Statistics,
  ): Losses {
    const { mu, logVar } = this.encode(parameters, pictures, statistics);
    const latents = reparameterise({ mu, logVar }, seed);
    const decoded = this.#decoder.apply(parameters, latents, statistics);
    const reconstruction = squaredError(decoded, pictures).mean().mul(this.options.reconstructionWeight);
    const kl = klStandardNormal(mu, logVar).sum(1).mean();
    return { loss: reconstruction.add(kl), reconstruction, kl };
  }
}

/** On cartoon faces, 157 steps an epoch; `--data FOLDER` takes CelebA where the user has it, the book's 1,583. */
const FIELDS = fields({
  ...commonFields({ model: "vae-faces", data: "avatars", size: 32, epochs: 8, batchSize: 128, seed: 42 }),
  distanceSamples: modelFields.distanceSamples(1000),
  filters: field(count(), "Channels of every convolution.", 128),
  latentSize: modelFields.latentSize(200),
  reconstructionWeight: reconstructionWeight(2000),
  learningRate: modelFields.learningRate(5e-4),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** The book's VAE on faces: 200 latents, attribute vectors and morphs. */
export const VAE_FACES: ModelKind<typeof standard> = {
  name: "vae-faces",
  title: "Variational autoencoder on faces",
  family: "autoencoders",
  chapter: 3,
  paper: "Kingma and Welling 2013, Auto-Encoding Variational Bayes",
  notes: {
    see:
      "A direction of the latent space is an attribute: the mean latent of blond faces minus that of all others, added to any face, turns its hair blond and leaves the face as it is; between two faces lies a morph.",
    wrong:
      "Faces are blurred where the latents do not determine them (patterns on clothes, the exact mouth), and most of the 200 latents collapse onto the prior: kl_by_dimension shows the few that carry information.",
    tune:
      "A higher reconstructionWeight activates more latents and sharpens, until samples from the prior fall apart; a lower one blurs. A smaller latentSize changes little as long as the active ones have room.",
    pictures: ["reconstructions", "kl_by_dimension", "attribute_blondHair", "attribute_effects", "morphs"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    book: { ...standard, epochs: 10 },
    smoke: {
      ...standard,
      examples: 256,
      epochs: 1,
      batchSize: 32,
      filters: 16,
      latentSize: 16,
      distanceSamples: 0,
    },
  },
  published: {
    parameters: 1_351_315,
    data: { kind: "pictures", name: "celeba", count: 1, height: 32, width: 32, channels: 3 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook vae_faces",
  },
  create(config, data) {
    const { height: size, channels } = expectPictures(data, { model: "vae-faces", multipleOf: 16 });
    const vae = new FaceVAE({ ...config, size, channels });
    return latentModel(vae, {
      optimiser: kerasAdam({ learningRate: config.learningRate }),
      latentSize: config.latentSize,
      encode: (parameters, pictures) => vae.encode(parameters, pictures),
      decode: (parameters, latents) => vae.decode(parameters, latents),
      measure: (...inputs) => vae.measure(...inputs),
    });
  },
};
