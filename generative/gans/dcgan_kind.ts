import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, shareBelowOne } from "../../core/fields/value_schemas.ts";
import type { GenerativeModel, ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { adversarialModel } from "./adversarial_model.ts";
import { expectSide } from "./convolutional_networks.ts";
import { DCGAN } from "./dcgan.ts";

/** A quarter of the book's pixels and half the maps: a step of the book's takes seconds on two cores. */
const FIELDS = fields({
  ...commonFields({ model: "dcgan", data: "bricks", size: 32, epochs: 12, batchSize: 64 }),
  distanceSamples: modelFields.distanceSamples(1000),
  latentSize: modelFields.latentSize(100),
  filters: field(
    v.pipe(v.array(count()), v.minLength(1)),
    "Channels of the discriminator's layers. Each halves the picture's side, down to 4 pixels; the generator has them " +
      "the other way round.",
    [32, 64, 128],
  ),
  dropout: field(shareBelowOne, "Share of features that the discriminator drops at random in training.", 0.3),
  labelNoise: field(
    v.pipe(v.number(), v.minValue(-0.5), v.maxValue(0.5)),
    "How far the discriminator's labels 1 and 0 are moved at random: outwards (as in the book; its loss may then " +
      "fall below 0), or inwards where it is negative, which keeps the discriminator unsure.",
    -0.1,
  ),
  learningRate: modelFields.learningRate(2e-4),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** The book's DCGAN on toy bricks. */
export const DCGAN_BRICKS: ModelKind<typeof standard> = {
  name: "dcgan",
  title: "DCGAN on toy bricks",
  family: "adversarial networks",
  chapter: 4,
  paper:
    "Radford, Metz and Chintala 2015, Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
  page: { losses: ["discriminator", "generator"] },
  fields: FIELDS,
  presets: {
    default: standard,
    book: {
      ...standard,
      size: 64,
      filters: [64, 128, 256, 512],
      epochs: 300,
      batchSize: 128,
      labelNoise: 0.1,
    },
    smoke: {
      ...standard,
      size: 16,
      filters: [8, 16],
      examples: 256,
      epochs: 1,
      batchSize: 32,
      labelNoise: 0.1,
      distanceSamples: 0,
    },
  },
  published: {
    parameters: 6_338_176,
    data: { kind: "pictures", name: "bricks", count: 1, height: 64, width: 64, channels: 1 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook dcgan",
  },
  create(config, data): GenerativeModel {
    const { latentSize, filters } = config;
    const channels = expectSide(data, { model: "dcgan", filters });
    const dcgan = new DCGAN({ ...config, channels });
    return adversarialModel({
      training: dcgan.training(),
      latentSize,
      measure: (parameters, batch, seed) => dcgan.measure(parameters, batch, seed),
      generate: (parameters, latents) => dcgan.generator.apply(parameters, latents),
    });
  },
};
