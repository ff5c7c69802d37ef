import { fields } from "../../core/fields/field.ts";
import type { ModelKind } from "../models/model.ts";
import { adversarialModel } from "./adversarial_model.ts";
import { expectSide } from "./convolutional_networks.ts";
import { measureWasserstein, wassersteinPhases } from "./wasserstein.ts";
import { wassersteinFields } from "./wasserstein_fields.ts";
import { WGANGP } from "./wgan_gp.ts";

const FIELDS = fields(wassersteinFields({ model: "wgan-gp", latentSize: 128 }));
const standard = FIELDS.defaults;

/** The book's WGAN-GP on faces. */
export const WGAN_GP: ModelKind<typeof standard> = {
  name: "wgan-gp",
  title: "Wasserstein GAN with gradient penalty on faces",
  family: "adversarial networks",
  chapter: 4,
  paper: "Gulrajani et al. 2017, Improved Training of Wasserstein GANs",
  page: { losses: ["wasserstein"] },
  fields: FIELDS,
  presets: {
    default: standard,
    // the book calls every two steps an epoch, and has 200 of them
    book: {
      ...standard,
      size: 64,
      filters: [64, 128, 256, 512],
      epochs: 20,
      epochSteps: 20,
      batchSize: 512,
      interpolation: "normal",
    },
    smoke: {
      ...standard,
      size: 16,
      filters: [8, 16],
      examples: 256,
      epochs: 1,
      epochSteps: 0,
      batchSize: 32,
      interpolation: "normal",
      distanceSamples: 0,
    },
  },
  published: {
    parameters: 6_570_820,
    data: { kind: "pictures", name: "celeba", count: 1, height: 64, width: 64, channels: 3 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook wgan_gp",
  },
  create(config, data) {
    const channels = expectSide(data, { model: "wgan-gp", filters: config.filters });
    const pair = new WGANGP({ ...config, channels });
    return adversarialModel({
      training: { phases: wassersteinPhases(pair, config) },
      latentSize: config.latentSize,
      measure: (parameters, batch, seed) => measureWasserstein(pair, config, { parameters, batch, seed }),
      generate: (parameters, latents) => pair.generate(parameters, latents, {}),
    });
  },
};
