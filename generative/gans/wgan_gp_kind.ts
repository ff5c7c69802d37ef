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
  notes: {
    see:
      "The Wasserstein estimate rises while the critic learns, and then falls as samples get better: a loss that says how good they are. Hair, glasses and mouths come in all combinations, and faces between two samples are faces.",
    wrong:
      "It is slow: several updates of the critic for one of the generator. A held-out estimate that stays below the one in training says that the critic has memorised its faces. Rare features (hats) come last or never: coverage says how many faces are near a sample.",
    tune:
      "A penalty far above 0 calls for a higher penaltyWeight, unstable samples for a lower learningRate or more criticSteps; more epochs help where nothing else does.",
    losses: ["wasserstein"],
  },
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
