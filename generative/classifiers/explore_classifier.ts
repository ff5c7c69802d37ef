import * as tf from "@tensorflow/tfjs";
import { captionPicture } from "../../core/pictures/caption_picture.ts";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import { heatMap } from "../../core/pictures/heat_map.ts";
import type { PictureData } from "../data/dataset.ts";
import { pictureOf } from "../models/latents/exploration.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import { pictureBatch, toPictures, unitPixels } from "../data/picture_tensors.ts";
import { type NamedTensors, parameter } from "../nn/mod.ts";
import type { ClassifierNetwork } from "./classifier_network.ts";

const BATCH = 250;
/** Pictures that are classified at most. */
const EXAMPLES = 5000;
const SHOWN = 40;
const COLUMNS = 8;
const [RIGHT, WRONG] = [[0, 110, 70], [190, 60, 0]] as const;

/** What a network says of a picture. */
interface Verdict {
  /** The place of the picture in the data. */
  example: number;
  /** The true class. */
  label: number;
  /** The class of the highest probability. */
  predicted: number;
  /** The probability that the network gives it. */
  confidence: number;
}

/** A classifier's pictures: what it says of pictures, what it mixes up, where it errs most, what its first layer sees. */
export async function* exploreClassifier(
  network: ClassifierNetwork,
  { parameters, data, random }: ExploreContext,
): AsyncGenerator<Artifact> {
  const pictures = data as PictureData;
  const verdicts = await judge(network, parameters, pictures);
  const right = verdicts.filter(({ label, predicted }) => label === predicted).length;
  const share = `${(100 * right / verdicts.length).toFixed(1)} % of ${verdicts.length} held-out pictures`;
  const chosen = random.fork("predictions").shuffle([...verdicts]).slice(0, SHOWN);
  yield {
    name: "predictions",
    caption: `Held-out pictures: the class that was predicted, and below it the true one; ${share} are right`,
    content: sheet(chosen, pictures),
  };
  yield drawConfusion(verdicts, pictures);
  const mistakes = verdicts.filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.confidence - a.confidence || a.example - b.example).slice(0, SHOWN);
  if (mistakes.length > 0) {
    yield {
      name: "confident_mistakes",
      caption:
        "The most confident mistakes: predicted class and its probability, and below them the true class",
      content: sheet(mistakes, pictures),
    };
  }
  yield await drawKernels(parameter(parameters, network.firstKernel), pictures);
}

/** The likeliest class of every picture. */
async function judge(
  network: ClassifierNetwork,
  parameters: NamedTensors,
  data: PictureData,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const count = Math.min(EXAMPLES, data.count);
  for (let first = 0; first < count; first += BATCH) {
    const indices = Int32Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => first + i);
    const probabilities = tf.tidy(() =>
      network.apply(parameters, unitPixels(pictureBatch(data, indices))).softmax()
    );
    const [values, classes] = [await probabilities.data(), probabilities.shape[1]!];
    probabilities.dispose();
    indices.forEach((example, row) => {
      const shares = values.subarray(row * classes, (row + 1) * classes);
      const confidence = Math.max(...shares);
      verdicts.push({
        example,
        label: data.labels![example],
        predicted: shares.indexOf(confidence),
        confidence,
      });
    });
  }
  return verdicts;
}

function sheet(verdicts: readonly Verdict[], data: PictureData) {
  const scale = Math.max(1, Math.round(96 / data.width));
  const cells = verdicts.map(({ example, label, predicted, confidence }) => {
    const lines = [`${Math.round(100 * confidence)}% ${data.classes![predicted]}`, data.classes![label]];
    return captionPicture(pictureOf(data, example), lines, {
      scale,
      colors: [label === predicted ? RIGHT : WRONG],
    });
  });
  return contactSheet(cells, COLUMNS, { gap: 6 });
}

function drawConfusion(verdicts: readonly Verdict[], { classes = [] }: PictureData): Artifact {
  const counts = classes.map(() => new Float64Array(classes.length));
  for (const { label, predicted } of verdicts) counts[label][predicted]++;
  const shares = counts.map((row) => {
    const all = row.reduce((sum, value) => sum + value, 0);
    return row.map((value) => value / Math.max(all, 1));
  });
  return {
    name: "confusion_matrix",
    caption:
      "Rows are true classes, columns predicted ones, in per cent of the row: what lies off the diagonal is mixed up",
    content: {
      svg: heatMap({
        title: "What is taken for what",
        xLabel: "predicted class",
        yLabel: "true class",
        values: shares,
        rows: classes,
        columns: classes,
        format: (value) => `${Math.round(100 * value)}`,
      }),
    },
  };
}

/** The first layer's weights as pictures, the strongest first: grey is 0. */
async function drawKernels(kernel: tf.Tensor, { height, width, channels }: PictureData): Promise<Artifact> {
  const convolutional = kernel.rank === 4;
  const units = kernel.shape[kernel.rank - 1]!;
  const [rows, columns] = convolutional ? kernel.shape : [height, width];
  const pixels = tf.tidy(() => {
    const each = kernel.reshape([rows * columns * channels, units]).transpose();
    const strength = each.square().sum(1);
    const strongest = strength.topk(Math.min(units, 64)).indices;
    const chosen = each.gather(strongest);
    const scaled = chosen.div(chosen.abs().max(1, true).maximum(1e-12));
    return scaled.mul(0.5).add(0.5).reshape([-1, rows, columns, channels]);
  });
  const pictures = await toPictures(pixels);
  pixels.dispose();
  return {
    name: "first_layer",
    caption: convolutional
      ? `The ${pictures.length} kernels of the first convolution, ${rows}x${columns} pixels each; grey is 0`
      : `What ${pictures.length} of the first layer's ${units} units weigh the pixels with; grey is 0`,
    content: contactSheet(pictures, COLUMNS, { scale: Math.max(1, Math.floor(64 / rows)), gap: 4 }),
  };
}
