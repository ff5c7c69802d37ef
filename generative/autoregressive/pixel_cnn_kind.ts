import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { PixelCNN } from "./pixel_cnn.ts";
import { pixelModel } from "./pixel_model.ts";

const FIELDS = fields({
  ...commonFields({
    model: "pixelcnn",
    data: "fashion-mnist",
    size: 16,
    examples: 20_000,
    epochs: 6,
    batchSize: 64,
  }),
  fit: modelFields.fit("resize"),
  levels: field(v.pipe(count(2), v.maxValue(256)), "Shades of grey that the model tells apart.", 4),
  filters: field(
    v.pipe(count(2), v.multipleOf(2)),
    "Features of each pixel: channels of the convolutions.",
    128,
  ),
  blocks: field(count(0), "Residual blocks. More of them see further.", 5),
  learningRate: modelFields.learningRate(5e-4),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  epochSamples: modelFields.epochSamples(10),
});
const standard = FIELDS.defaults;

/** The book's PixelCNN on small garments of four shades. */
export const PIXEL_CNN: ModelKind<typeof standard> = {
  name: "pixelcnn",
  title: "PixelCNN on Fashion-MNIST with four grey levels",
  family: "autoregressive models",
  chapter: 5,
  paper: "van den Oord, Kalchbrenner and Kavukcuoglu 2016, Pixel Recurrent Neural Networks",
  fields: FIELDS,
  presets: {
    default: standard,
    book: { ...standard, examples: 0, epochs: 150, batchSize: 128 },
    smoke: { ...standard, examples: 64, epochs: 1, batchSize: 16, filters: 16, blocks: 1, epochSamples: 4 },
  },
  published: {
    parameters: 307_460,
    data: { kind: "pictures", name: "fashion-mnist", count: 1, height: 16, width: 16, channels: 1 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook pixelcnn",
  },
  create(config, data) {
    const { height: size } = expectPictures(data, { model: "pixelcnn", channels: 1 });
    const { learningRate, epochSamples } = config;
    return pixelModel(new PixelCNN({ ...config, size }), {
      optimiser: kerasAdam({ learningRate }),
      epochSamples,
      preparation: {
        name: `${config.levels}-levels`,
        apply: (bytes) => bytes.map((byte) => shadeOf(byte, config.levels)),
      },
    });
  },
};

/** A byte as the model shows it: the lowest level black, the highest white. */
function shadeOf(byte: number, levels: number): number {
  return Math.round(255 * Math.floor(byte * levels / 256) / (levels - 1));
}
