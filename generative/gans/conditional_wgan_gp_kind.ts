import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { nearestName } from "../../core/nearest_name.ts";
import type { Dataset, DataShape, PictureData } from "../data/dataset.ts";
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
    const labels = labelNames(data, attribute);
    const pair = new ConditionalWGANGP({ ...config, channels, labels: labels.length });
    return adversarialModel({
      training: { phases: wassersteinPhases(pair, config) },
      latentSize,
      labels,
      labelShares: (data) => {
        const all = labelsOf(data, attribute);
        const counts = labels.map(() => 0);
        for (const label of all) counts[label]++;
        return counts.map((count) => count / all.length);
      },
      labelBatch: (data, indices) => {
        const all = labelsOf(data, attribute);
        const chosen = Int32Array.from(indices, (index) => all[index]);
        return tf.oneHot(tf.tensor1d(chosen, "int32"), labels.length).toFloat();
      },
      measure: (parameters, batch, seed) => measureWasserstein(pair, config, { parameters, batch, seed }),
      generate: (parameters, latents, labels) => pair.generate(parameters, latents, { labels: labels! }),
    });
  },
};

/** Stands for the data's classes. */
const CLASS = "class";

/** The label of every example, 0 .. labels - 1. */
function labelsOf(data: Dataset, attribute: string): ArrayLike<number> & Iterable<number> {
  const { attributes, labels } = data as PictureData;
  return attribute === CLASS ? labels! : attributes![attribute];
}

/** What `--label` may be. @throws RangeError when the data do not have the attribute. */
function labelNames(data: DataShape, attribute: string): string[] {
  const { attributes = [], classes = [] } = data as Extract<DataShape, { kind: "pictures" }>;
  if (attribute === CLASS && classes.length > 0) return [...classes];
  if (attributes.includes(attribute)) return [`no-${attribute}`, attribute];
  const known = [...attributes, ...classes.length > 0 ? [CLASS] : []];
  const near = nearestName(attribute, known);
  throw new RangeError(
    `Cannot train conditional-wgan-gp on "${data.name}": expected --attribute to be ${
      known.length ? `one of ${known.join(", ")}` : "known there, but its pictures have none"
    }, got "${attribute}"${near ? ` (did you mean "${near}"?)` : ""}`,
  );
}
