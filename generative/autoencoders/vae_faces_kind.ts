import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import { latentModel } from "../models/latent_model.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { FaceVAE } from "./vae_faces.ts";
import { reconstructionWeight } from "./vae_kind.ts";

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
  page: {
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
