import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, nonNegative } from "../../core/fields/value_schemas.ts";
import type { PictureData } from "../data/dataset.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { adamW } from "../train/adamw.ts";
import { BookUNet } from "./book_unet.ts";
import { Diffusion } from "./diffusion.ts";
import { diffusionModel } from "./diffusion_model.ts";
import { channelMoments, ChannelScale } from "./example_scales.ts";
import { explorePictures } from "./explore_pictures.ts";
import { noiseSchedule } from "./noise_schedule.ts";
import { parametrisation } from "./parametrisation.ts";
import type { SamplingOptions } from "./sampling_options.ts";

const FIELDS = fields({
  ...commonFields({ model: "ddm", data: "avatars", size: 32, epochs: 5, batchSize: 32 }),
  fit: modelFields.fit("resize"),
  epochSteps: modelFields.epochSteps(0),
  widths: field(
    v.pipe(v.array(count()), v.minLength(1)),
    "Channels at each size of the feature maps; each is half as large as the one before.",
    [32, 64, 96],
  ),
  middle: field(count(), "Channels of the smallest feature maps.", 128),
  blocks: field(count(), "Residual blocks at each size, each way.", 2),
  learningRate: modelFields.learningRate(1e-3),
  weightDecay: field(nonNegative, "Decay of the kernels, times the learning rate.", 1e-4),
  distanceSamples: modelFields.distanceSamples(0),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  averageDecay: { ...learningFields.averageDecay, default: 0.995 },
});
const standard = FIELDS.defaults;

/** The book's diffusion model. */
export const DDM: ModelKind<typeof standard> = {
  name: "ddm",
  title: "Denoising diffusion model",
  family: "diffusion models",
  chapter: 8,
  paper: "Song, Meng and Ermon 2020, Denoising Diffusion Implicit Models",
  page: { pictures: ["film", "steps", "denoising", "interpolation"] },
  fields: FIELDS,
  presets: {
    default: standard,
    hour: { ...standard, epochs: 20, distanceSamples: 1000, averageDecay: 0.999 },
    // 8,189 flowers five times an epoch; the lab's own 64x64 pictures stand for them
    book: {
      ...standard,
      data: "emoji",
      size: 64,
      epochs: 50,
      epochSteps: 639,
      batchSize: 64,
      averageDecay: 0.999,
    },
    smoke: {
      ...standard,
      size: 16,
      examples: 256,
      epochs: 1,
      widths: [8, 12],
      middle: 16,
      averageDecay: 0.9,
    },
  },
  published: {
    parameters: 1_950_627,
    data: { kind: "pictures", name: "flowers", count: 1, height: 64, width: 64, channels: 3 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook ddm",
  },
  create(config, data) {
    const multipleOf = 2 ** config.widths.length;
    const { height: size, channels: colors } = expectPictures(data, { model: "ddm", multipleOf });
    const diffusion = new Diffusion(new BookUNet({ ...config, colors }), {
      schedule: noiseSchedule("offset-cosine"),
      // the network is told the variance of the noise
      parametrisation: { ...parametrisation("epsilon"), noiseNumber: ({ noise }) => noise.square() },
      scale: new ChannelScale(colors),
      error: "absolute",
    });
    const { learningRate, weightDecay } = config;
    const shape = [size, size, colors];
    const sampling = { sampler: "ddim", steps: 20, threshold: "none" } satisfies Partial<SamplingOptions>;
    return diffusionModel(diffusion, {
      optimiser: adamW({ learningRate, weightDecay, epsilon: 1e-7, epsilonHat: true }), // as Keras computes it
      shape,
      sampling,
      begin(state, data) {
        const { mean, variance } = channelMoments((data as PictureData).pictures, colors);
        const found = { "scale/mean": tf.tensor1d(mean), "scale/variance": tf.tensor1d(variance) };
        tf.dispose(Object.keys(found).map((name) => state.parameters[name]));
        return { ...state, parameters: { ...state.parameters, ...found } };
      },
      explore: (context) =>
        explorePictures(diffusion, { ...context, shape, sampling, steps: [1, 2, 3, 4, 5, 20, 100] }),
    });
  },
};
