import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { expectPlanePoints } from "../data/point_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { fallingRate } from "../models/step_batches.ts";
import { adamW } from "../train/adamw.ts";
import { Diffusion } from "./diffusion.ts";
import { attributeField, chooseAttribute, noiseFields, noiseOptions } from "./diffusion_fields.ts";
import { diffusionModel } from "./diffusion_model.ts";
import { UNSCALED } from "./example_scales.ts";
import { explorePoints } from "./explore_points.ts";
import { PointNetwork } from "./point_network.ts";

const FIELDS = fields({
  ...commonFields({ model: "diffusion-moons", data: "moons", epochs: 12, batchSize: 256 }),
  epochSteps: modelFields.epochSteps(500),
  hidden: field(v.pipe(v.array(count()), v.minLength(1)), "Units of the hidden layers.", [128, 128, 128]),
  attribute: attributeField("class"),
  ...noiseFields({ schedule: "cosine", target: "v", hiddenLabels: 0.25 }),
  learningRate: modelFields.learningRate(2e-3),
  finalLearningRate: modelFields.finalLearningRate(1e-5),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  averageDecay: { ...learningFields.averageDecay, default: 0.999 },
});
const standard = FIELDS.defaults;

/** Diffusion of points in the plane: all of it in two minutes. */
export const DIFFUSION_MOONS: ModelKind<typeof standard> = {
  name: "diffusion-moons",
  title: "Diffusion model on two moons",
  family: "diffusion models",
  chapter: 8,
  paper: "Ho, Jain and Abbeel 2020, Denoising Diffusion Probabilistic Models",
  page: { pictures: ["film", "density", "samplers", "guidance", "field", "inversion"] },
  fields: FIELDS,
  presets: {
    default: standard,
    book: standard,
    smoke: {
      ...standard,
      examples: 1000,
      epochs: 1,
      epochSteps: 0,
      batchSize: 100,
      hidden: [16],
      averageDecay: 0.9,
    },
  },
  create(config, data) {
    const { count, dimensions } = expectPlanePoints(data, { model: "diffusion-moons" });
    const labels = chooseAttribute(data, config);
    const network = new PointNetwork({
      dimensions,
      hidden: config.hidden,
      labels: labels?.names.length ?? 0,
    });
    const diffusion = new Diffusion(network, {
      ...noiseOptions(config, { dataDeviation: 1, labels }),
      scale: UNSCALED,
      error: "squared",
    });
    return diffusionModel(diffusion, {
      optimiser: adamW({ learningRate: fallingRate(config, count) }),
      shape: [dimensions],
      labels,
      sampling: { sampler: "dpm", steps: 20, guidance: 1 },
      explore: (context) => explorePoints(diffusion, { ...context, labels }),
    });
  },
};
