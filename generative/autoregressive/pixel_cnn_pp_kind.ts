import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, shareBelowOne } from "../../core/fields/value_schemas.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { PixelCNNPP } from "./pixel_cnn_pp.ts";
import { pixelModel } from "./pixel_model.ts";

const FIELDS = fields({
  ...commonFields({
    model: "pixelcnn-pp",
    data: "fashion-mnist",
    size: 32,
    examples: 10_000,
    epochs: 2,
    batchSize: 16,
  }),
  fit: modelFields.fit("resize"),
  filters: field(count(), "Features of each pixel in each stack: channels of the convolutions.", 32),
  blocks: field(count(), "Gated blocks at each size of the feature maps.", 1),
  hierarchies: field(
    v.pipe(count(), v.maxValue(4)),
    "Sizes of the feature maps, each half of the one before.",
    2,
  ),
  components: field(count(), "Logistic distributions in the mixture of each pixel.", 5),
  dropout: field(shareBelowOne, "Share of features that training drops at random.", 0.3),
  learningRate: modelFields.learningRate(1e-3),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  epochSamples: modelFields.epochSamples(16), // the book draws 2
});
const standard = FIELDS.defaults;

/** The book's PixelCNN++ on Fashion-MNIST with 256 grey levels. */
export const PIXEL_CNN_PP: ModelKind<typeof standard> = {
  name: "pixelcnn-pp",
  title: "PixelCNN++ on Fashion-MNIST with 256 grey levels",
  family: "autoregressive models",
  chapter: 5,
  paper:
    "Salimans, Karpathy, Chen and Kingma 2017, PixelCNN++: Improving the PixelCNN with Discretized Logistic Mixture Likelihood and Other Modifications",
  fields: FIELDS,
  presets: {
    default: standard,
    book: { ...standard, examples: 0, epochs: 10, batchSize: 128 },
    smoke: {
      ...standard,
      size: 8,
      examples: 32,
      epochs: 1,
      batchSize: 8,
      filters: 4,
      components: 2,
      epochSamples: 4,
    },
  },
  published: {
    parameters: 624_990,
    data: { kind: "pictures", name: "fashion-mnist", count: 1, height: 32, width: 32, channels: 1 },
    source:
      'TensorFlow Probability, PixelCNN(num_resnet=1, num_hierarchies=2, num_filters=32, num_logistic_mix=5) without its 36 flags "initialized"',
  },
  create(config, data) {
    const multipleOf = 2 ** (config.hierarchies - 1);
    const { height: size } = expectPictures(data, { model: "pixelcnn-pp", channels: 1, multipleOf });
    const { learningRate, epochSamples } = config;
    return pixelModel(new PixelCNNPP({ ...config, size }), {
      optimiser: kerasAdam({ learningRate }),
      epochSamples,
    });
  },
};
