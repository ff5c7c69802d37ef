import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { fallingRate } from "../models/step_batches.ts";
import { adamW } from "../train/adamw.ts";
import { warmUp } from "../train/schedules.ts";
import { Glow } from "./glow.ts";
import { pictureFlow } from "./picture_flow.ts";

const FIELDS = fields({
  ...commonFields({ model: "glow", data: "avatars", size: 32, epochs: 12, batchSize: 64 }),
  fit: modelFields.fit("resize"),
  levels: field(v.pipe(count(), v.maxValue(6)), "Sizes of the feature maps, each half of the one before.", 3),
  flowSteps: field(count(), "Steps of flow at each level.", 8),
  width: field(count(), "Channels of the couplings' networks.", 64),
  mixing: field(
    v.picklist(["conv", "reverse"]),
    "What mixes channels before a coupling: conv is Glow's learned 1x1 convolution, reverse only reverses their order, as " +
      "RealNVP does.",
    "conv",
  ),
  bits: field(
    v.pipe(count(), v.maxValue(8)),
    "Bits of a pixel that are modelled: 8 keeps all 256 shades, the paper has 5 for faces.",
    8,
  ),
  learningRate: modelFields.learningRate(1e-3),
  finalLearningRate: modelFields.finalLearningRate(1e-4),
  warmUpSteps: modelFields.warmUpSteps(100),
  distanceSamples: modelFields.distanceSamples(1000),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  averageDecay: { ...learningFields.averageDecay, default: 0.99 },
});
const standard = FIELDS.defaults;

/** Glow on faces. */
export const GLOW: ModelKind<typeof standard> = {
  name: "glow",
  title: "Glow: a normalising flow of pictures",
  family: "normalising flows",
  chapter: 6,
  paper: "Kingma and Dhariwal 2018, Glow: Generative Flow with Invertible 1x1 Convolutions",
  page: {
    losses: ["bitsPerDimension"],
    pictures: ["temperatures", "returns", "morphs", "directions"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    hour: { ...standard, epochs: 24, width: 128, averageDecay: 0.999 },
    // the paper's for CIFAR-10
    book: { ...standard, epochs: 200, flowSteps: 32, width: 512, averageDecay: 0.999, warmUpSteps: 3000 },
    smoke: {
      ...standard,
      size: 8,
      examples: 256,
      epochs: 1,
      batchSize: 32,
      levels: 2,
      flowSteps: 1,
      width: 8,
      warmUpSteps: 0,
      distanceSamples: 0,
    },
  },
  create(config, data) {
    const multipleOf = 2 ** config.levels;
    const { height: size, channels } = expectPictures(data, { model: "glow", multipleOf });
    return pictureFlow(new Glow({ ...config, size, channels }), {
      optimiser: adamW({ learningRate: warmUp(config.warmUpSteps, fallingRate(config, data.count)) }),
    });
  },
};
