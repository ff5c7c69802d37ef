import { field, fields } from "../../core/fields/field.ts";
import { positive } from "../../core/fields/value_schemas.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import { latentModel } from "../models/latent_model.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { VAE } from "./vae.ts";

/** The option `reconstructionWeight` of a variational autoencoder. */
export const reconstructionWeight = (value: number) =>
  field(
    positive,
    "Weight of the reconstruction loss beside the KL divergence (the book's beta): higher gives sharper pictures, " +
      "lower smoother latents.",
    value,
  );

const FIELDS = fields({
  ...commonFields({ model: "vae-fashion", data: "fashion-mnist", size: 32, epochs: 5, batchSize: 100 }),
  distanceSamples: modelFields.distanceSamples(1000),
  latentSize: modelFields.latentSize(2),
  reconstructionWeight: reconstructionWeight(500),
  learningRate: modelFields.learningRate(5e-4),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** The configuration of {@link VAE_FASHION}. */
export type VAEConfig = typeof standard;

/** The book's VAE on garments, with two latents that can be drawn in the plane. */
export const VAE_FASHION: ModelKind<VAEConfig> = {
  name: "vae-fashion",
  title: "Variational autoencoder on Fashion-MNIST",
  family: "autoencoders",
  chapter: 3,
  paper: "Kingma and Welling 2013, Auto-Encoding Variational Bayes",
  page: { pictures: ["reconstructions", "latent_scatter", "latent_grid", "kl_by_dimension"] },
  fields: FIELDS,
  presets: {
    default: standard,
    book: standard,
    smoke: { ...standard, examples: 500, epochs: 1, batchSize: 50, distanceSamples: 0 },
  },
  published: {
    parameters: 347_141,
    data: { kind: "pictures", name: "fashion-mnist", count: 1, height: 32, width: 32, channels: 1 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook vae_fashion",
  },
  create(config, data) {
    const { height: size, channels } = expectPictures(data, { model: "vae-fashion", multipleOf: 8 });
    const vae = new VAE({ ...config, size, channels });
    return latentModel(vae, {
      optimiser: kerasAdam({ learningRate: config.learningRate }),
      latentSize: config.latentSize,
      encode: (parameters, pictures) => vae.encode(parameters, pictures),
      decode: (parameters, latents) => vae.decode(parameters, latents),
    });
  },
};
