import * as v from "valibot";
import type { ModelConfig, ModelKind } from "../models/model.ts";
import { expectPictures } from "../models/pictures.ts";
import { commonEntries, count, driverEntries, positive } from "../models/schema.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { PixelCNN } from "./pixel_cnn.ts";
import { pixelModel } from "./pixel_model.ts";

/** Fields of a PixelCNN's configuration beside those of every model. */
export interface PixelCNNConfig extends ModelConfig {
  /** How pictures are brought to their size. */
  fit: "pad" | "resize";
  /** Shades that are told apart. */
  levels: number;
  /** Features of each place. */
  filters: number;
  /** Residual blocks. */
  blocks: number;
  /** Adam's. */
  learningRate: number;
  /** Pictures that are drawn after every epoch. */
  epochSamples: number;
}

const book: PixelCNNConfig = {
  model: "pixelcnn",
  data: "fashion-mnist",
  size: 16,
  fit: "resize",
  examples: 0,
  epochs: 150,
  batchSize: 128,
  seed: 1,
  levels: 4,
  filters: 128,
  blocks: 5,
  learningRate: 5e-4,
  epochSamples: 10,
};

/** The book's PixelCNN on small garments of four shades. */
export const PIXEL_CNN: ModelKind<PixelCNNConfig> = {
  name: "pixelcnn",
  title: "PixelCNN on Fashion-MNIST with four grey levels",
  family: "autoregressive models",
  chapter: 5,
  paper: "van den Oord, Kalchbrenner and Kavukcuoglu 2016, Pixel Recurrent Neural Networks",
  notes: {
    see:
      "Outlines are sharp from the first epochs, because each pixel is sampled and nothing is averaged. In completions, the same upper half becomes different pieces of clothing; in receptive_field, the black wedge on the right is the blind spot that stacked masks leave.",
    wrong:
      "Pixels are sampled one after the other, which is slow, and a mistake stays: what follows continues it (exposure bias), so that some samples change class half way down. The likelihood is exact, but counts every pixel alike: a better one need not look better.",
    tune:
      "--temperature below 1 gives cleaner, plainer samples; more blocks see further; more epochs help, since the loss keeps falling for a hundred.",
  },
  schema: v.object({
    ...commonEntries,
    fit: driverEntries.fit,
    levels: v.pipe(count(2), v.maxValue(256)),
    filters: v.pipe(count(2), v.multipleOf(2)),
    blocks: count(0),
    learningRate: positive,
    epochSamples: count(0),
  }),
  presets: {
    book,
    default: { ...book, examples: 20_000, epochs: 6, batchSize: 64 },
    smoke: { ...book, examples: 64, epochs: 1, batchSize: 16, filters: 16, blocks: 1, epochSamples: 4 },
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
