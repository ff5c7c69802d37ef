import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { chooseLabels } from "../models/label_choice.ts";
import type { ModelKind } from "../models/model.ts";
import { adversarialModel } from "./adversarial_model.ts";
import { ConditionalWGANGP } from "./conditional_wgan_gp.ts";
import { expectSide } from "./convolutional_networks.ts";
import { measureWasserstein, wassersteinPhases } from "./wasserstein.ts";
import { wassersteinFields } from "./wasserstein_fields.ts";

const FIELDS = fields({
  ...wassersteinFields({ model: "conditional-wgan-gp", latentSize: 32 }),
  attribute: field(
    v.string(),
    "Attribute of the data that is the label, such as blondHair (deno task data shows them); class takes their classes.",
    "blondHair",
  ),
});
const standard = FIELDS.defaults;

/** The book's conditional GAN on faces. */
export const CONDITIONAL_WGAN_GP: ModelKind<typeof standard> = {
  name: "conditional-wgan-gp",
  title: "Conditional WGAN-GP on faces with and without an attribute",
  family: "adversarial networks",
  chapter: 4,
  paper: "Mirza and Osindero 2014, Conditional Generative Adversarial Nets",
  page: { losses: ["wasserstein"] },
  fields: FIELDS,
  presets: {
    default: standard,
    // the book's 2,000 epochs are of one step each
    book: {
      ...standard,
      size: 64,
      filters: [64, 128, 128, 128],
      epochs: 20,
      epochSteps: 100,
      batchSize: 128,
      interpolation: "normal",
      learningRate: 5e-5,
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
      learningRate: 5e-5,
      distanceSamples: 0,
    },
  },
  published: {
    parameters: 1_391_940,
    data: {
      kind: "pictures",
      name: "celeba",
      count: 1,
      height: 64,
      width: 64,
      channels: 3,
      attributes: ["blondHair"],
    },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook cgan",
  },
  create(config, data) {
    const { attribute, latentSize, filters } = config;
    const channels = expectSide(data, { model: "conditional-wgan-gp", filters });
    const labels = chooseLabels(data, attribute, { model: "conditional-wgan-gp" });
    const pair = new ConditionalWGANGP({ ...config, channels, labels: labels.names.length });
    return adversarialModel({
      training: { phases: wassersteinPhases(pair, config) },
      latentSize,
      labels: labels.names,
      labelShares: (data) => labels.shares(data),
      labelBatch: (data, indices) => {
        const all = labels.of(data);
        const chosen = Int32Array.from(indices, (index) => all[index]);
        return tf.oneHot(tf.tensor1d(chosen, "int32"), labels.names.length).toFloat();
      },
      measure: (parameters, batch, seed) => measureWasserstein(pair, config, { parameters, batch, seed }),
      generate: (parameters, latents, labels) => pair.generate(parameters, latents, { labels: labels! }),
    });
  },
};
