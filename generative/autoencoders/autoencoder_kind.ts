import { fields } from "../../core/fields/field.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import { latentModel } from "../models/latent_model.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { Autoencoder } from "./autoencoder.ts";

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
  page: { pictures: ["reconstructions", "latent_scatter", "latent_grid"] },
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
