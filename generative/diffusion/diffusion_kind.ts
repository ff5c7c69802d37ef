import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, nonNegative, shareBelowOne } from "../../core/fields/value_schemas.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { fallingRate } from "../models/step_batches.ts";
import { adamW } from "../train/adamw.ts";
import { warmUp } from "../train/schedules.ts";
import { Diffusion } from "./diffusion.ts";
import { attributeField, chooseAttribute, noiseFields, noiseOptions } from "./diffusion_fields.ts";
import { diffusionModel } from "./diffusion_model.ts";
import { SIGNED_PIXELS } from "./example_scales.ts";
import { explorePictures } from "./explore_pictures.ts";
import { PictureNetwork } from "./picture_network.ts";
import { guidanceSchema, type SamplingOptions } from "./sampling_options.ts";

const FIELDS = fields({
  ...commonFields({ model: "diffusion", data: "fashion-mnist", size: 32, epochs: 3, batchSize: 32 }),
  fit: modelFields.fit("pad"),
  epochSteps: modelFields.epochSteps(600),
  attribute: attributeField("class"),
  channels: field(
    v.pipe(count(), v.multipleOf(2)),
    "Channels of the first level of the network.",
    32,
  ),
  multipliers: field(
    v.pipe(v.array(count()), v.minLength(1)),
    "What the channels are multiplied by at each level. Every level halves the side of the pictures.",
    [1, 2, 2],
  ),
  blocks: field(count(), "Residual blocks at each level on the way down.", 1),
  attention: field(
    v.array(count()),
    "Sides of the feature maps at which every place attends to all.",
    [8],
  ),
  dropout: field(shareBelowOne, "Share of the numbers in each block that training sets to 0.", 0),
  ...noiseFields({ schedule: "cosine", target: "v", hiddenLabels: 0.1 }),
  dataDeviation: field(
    v.pipe(v.number(), v.gtValue(0)),
    "Standard deviation of the pixels, which reach from -1 to 1; --target edm alone needs it.",
    0.5,
  ),
  guidance: field(guidanceSchema, "Guidance of samples that are not asked for with another one.", 2),
  learningRate: modelFields.learningRate(1e-3),
  finalLearningRate: modelFields.finalLearningRate(1e-5),
  warmUpSteps: modelFields.warmUpSteps(100),
  weightDecay: field(nonNegative, "Decay of the kernels, times the learning rate.", 0),
  clipNorm: field(nonNegative, "Largest norm of the gradients of all parameters. 0 sets no limit.", 1),
  distanceSamples: modelFields.distanceSamples(0),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  averageDecay: { ...learningFields.averageDecay, default: 0.995 },
});
const standard = FIELDS.defaults;

/** Diffusion as it is done today, on pictures with labels. */
export const DIFFUSION: ModelKind<typeof standard> = {
  name: "diffusion",
  title: "Diffusion model of pictures with labels",
  family: "diffusion models",
  chapter: 8,
  paper: "Dhariwal and Nichol 2021, Diffusion Models Beat GANs on Image Synthesis",
  page: { pictures: ["film", "guidance", "steps", "samplers", "inpainting", "edits", "interpolation"] },
  fields: FIELDS,
  presets: {
    default: standard,
    hour: {
      ...standard,
      data: "avatars",
      fit: "resize",
      attribute: "blondHair",
      epochs: 5,
      epochSteps: 1500,
      guidance: 1,
      distanceSamples: 1000,
      averageDecay: 0.999,
    },
    // DDPM's sizes and steps for CIFAR-10, with the blocks of its successor
    book: {
      ...standard,
      epochs: 1333,
      batchSize: 128,
      channels: 128,
      multipliers: [1, 2, 2, 2],
      blocks: 2,
      attention: [16],
      dropout: 0.1,
      learningRate: 2e-4,
      finalLearningRate: 2e-4,
      warmUpSteps: 5000,
      averageDecay: 0.9999,
    },
    smoke: {
      ...standard,
      size: 16,
      examples: 256,
      epochs: 1,
      epochSteps: 0,
      channels: 8,
      multipliers: [1, 2],
      warmUpSteps: 0,
      averageDecay: 0.9,
    },
  },
  create(config, data) {
    const multipleOf = 2 ** (config.multipliers.length - 1);
    const { height: size, channels: colors, count } = expectPictures(data, {
      model: "diffusion",
      multipleOf,
    });
    const labels = chooseAttribute(data, config);
    const network = new PictureNetwork({ ...config, size, colors, labels: labels?.names.length ?? 0 });
    const diffusion = new Diffusion(network, {
      ...noiseOptions(config, { dataDeviation: config.dataDeviation, labels }),
      scale: SIGNED_PIXELS,
      error: "squared",
    });
    const { weightDecay, clipNorm, warmUpSteps } = config;
    const shape = [size, size, colors];
    const sampling = {
      sampler: "dpm",
      steps: 20,
      threshold: "clip",
      guidance: config.guidance,
    } satisfies Partial<SamplingOptions>;
    return diffusionModel(diffusion, {
      optimiser: adamW({
        learningRate: warmUp(warmUpSteps, fallingRate(config, count)),
        weightDecay,
        clipNorm: clipNorm || undefined,
      }),
      shape,
      labels,
      sampling,
      explore: (context) =>
        explorePictures(diffusion, { ...context, shape, labels, sampling, steps: [2, 5, 10, 20, 50] }),
    });
  },
};
