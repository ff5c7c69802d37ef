import * as v from "valibot";
import type { ModelConfig, ModelKind } from "../models/model.ts";
import { expectPictures } from "../models/pictures.ts";
import { commonEntries, count, driverEntries, positive, share } from "../models/schema.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { PixelCNNPP } from "./pixel_cnn_pp.ts";
import { pixelModel } from "./pixel_model.ts";

/** Fields of a PixelCNN++'s configuration beside those of every model. */
export interface PixelCNNPPConfig extends ModelConfig {
  /** How pictures are brought to their size. */
  fit: "pad" | "resize";
  /** Features of each place in each stack. */
  filters: number;
  /** Gated blocks at each size of maps. */
  blocks: number;
  /** Sizes of maps: each is half of the one before. */
  hierarchies: number;
  /** Logistic distributions in the mixture of a pixel. */
  components: number;
  /** Share of features that is dropped while learning. */
  dropout: number;
  /** Adam's. */
  learningRate: number;
  /** Pictures that are drawn after every epoch; the book draws 2. */
  epochSamples: number;
}

const book: PixelCNNPPConfig = {
  model: "pixelcnn-pp",
  data: "fashion-mnist",
  size: 32,
  fit: "resize",
  examples: 0,
  epochs: 10,
  batchSize: 128,
  seed: 1,
  filters: 32,
  blocks: 1,
  hierarchies: 2,
  components: 5,
  dropout: 0.3,
  learningRate: 1e-3,
  epochSamples: 16,
};

/** The book's PixelCNN++ on Fashion-MNIST with 256 grey levels. */
export const PIXEL_CNN_PP: ModelKind<PixelCNNPPConfig> = {
  name: "pixelcnn-pp",
  title: "PixelCNN++ on Fashion-MNIST with 256 grey levels",
  family: "autoregressive models",
  chapter: 5,
  paper:
    "Salimans, Karpathy, Chen and Kingma 2017, PixelCNN++: Improving the PixelCNN with Discretized Logistic Mixture Likelihood and Other Modifications",
  notes: {
    see:
      "Soft shading and folds where pixelcnn, with its four levels, has flat areas; receptive_field has no blind spot, because one stack sees all rows above. surprise shows that edges cost nearly all of the bits.",
    wrong:
      "Sampling is slow and cannot revise (exposure bias): samples that begin as one class end as another. Bits per dimension are decided mostly by noise and texture, so the best likelihood does not mean the best-looking samples.",
    tune:
      "--temperature below 1 for smoother samples; more epochs first, then more filters; less dropout when the held-out loss is no higher than the training loss.",
  },
  schema: v.object({
    ...commonEntries,
    fit: driverEntries.fit,
    filters: count(),
    blocks: count(),
    hierarchies: v.pipe(count(), v.maxValue(4)),
    components: count(),
    dropout: share,
    learningRate: positive,
    epochSamples: count(0),
  }),
  presets: {
    book,
    default: { ...book, examples: 10_000, epochs: 2, batchSize: 16 },
    smoke: {
      ...book,
      size: 8,
      examples: 32,
      epochs: 1,
      batchSize: 8,
      filters: 4,
      components: 2,
      epochSamples: 4,
    },
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
