import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import type { Picture } from "../../core/pictures/picture.ts";
import type { PictureData } from "../data/dataset.ts";
import { pictureOf, sheetScale } from "../models/latents/exploration.ts";
import type { Artifact, ExploreContext, GenerativeModel } from "../models/model.ts";
import { pictureBatch, toPictures, unitPixels } from "../data/picture_tensors.ts";
import {
  collectParameters,
  Conv2d,
  initialiseParameters,
  initialisers,
  type NamedTensors,
} from "../nn/mod.ts";

/** Kernels that answer where bright lies above dark, and where bright lies right of dark; row by row. */
const KERNELS = {
  horizontal: [1, 1, 1, 0, 0, 0, -1, -1, -1],
  vertical: [-1, 0, 1, -1, 0, 1, -1, 0, 1],
};
type Direction = keyof typeof KERNELS;
const STRIDES = [1, 2];
/** Red, green and blue in how bright a colour looks (ITU-R BT.601). */
const LUMINANCE = [0.299, 0.587, 0.114];

/** A 3x3 convolution with a fixed kernel, the border filled up with zeros. */
function edgeFilter(direction: Direction, strides: number): Conv2d {
  return new Conv2d(direction, {
    inputChannels: 1,
    filters: 1,
    kernelSize: 3,
    strides,
    padding: "same",
    bias: false,
    kernelInitialiser: initialisers.values(KERNELS[direction]),
  });
}

/** Grey of pictures `[B, H, W, C]`: `[B, H, W, 1]`. */
function greyPixels(pixels: tf.Tensor): tf.Tensor {
  return pixels.shape[3] === 1 ? pixels : pixels.mul(tf.tensor1d(LUMINANCE)).sum(3, true);
}

/** The edges of a direction in pictures: `[B, ceil(H / strides), ceil(W / strides), 1]`, -3 .. 3. */
export function findEdges(
  parameters: NamedTensors,
  pictures: tf.Tensor,
  { direction, strides }: { direction: Direction; strides: number },
): tf.Tensor {
  return edgeFilter(direction, strides).apply(parameters, greyPixels(pictures));
}

/** Two fixed convolutions as a model that learns nothing: its measures are how strong the edges of both directions are. */
export function convolutions(): GenerativeModel {
  const parameters = collectParameters(edgeFilter("horizontal", 1), edgeFilter("vertical", 1));
  return {
    parameters,
    begin: (_, random) => ({ parameters: initialiseParameters(parameters, random), optimiser: {} }),
    batch: (data, { indices }) => tf.tidy(() => ({ pictures: unitPixels(pictureBatch(data, indices)) })),
    measure: (parameters, { pictures }) => {
      const strength = (direction: Direction) =>
        findEdges(parameters, pictures, { direction, strides: 1 }).abs().mean();
      return { horizontal: strength("horizontal"), vertical: strength("vertical") };
    },
    explore: exploreEdges,
  };
}

async function* exploreEdges({ parameters, data }: ExploreContext): AsyncGenerator<Artifact> {
  const pictures = data as PictureData;
  const original = pictureOf(pictures, 0);
  const scale = 3 * sheetScale(original);
  const drawn: Record<string, Picture> = {};
  for (const direction of ["horizontal", "vertical"] as const) {
    for (const strides of STRIDES) {
      drawn[`${direction}_${strides}`] = await drawEdges(parameters, pictures, { direction, strides });
    }
  }
  yield {
    name: "edges",
    caption:
      "The picture; then its horizontal edges at stride 1 and 2, and its vertical ones; dark: bright above dark (or bright right of dark), bright: the other way round, grey: no edge",
    content: contactSheet([original, ...Object.values(drawn)], 5, { scale, gap: 6 }),
  };
  for (const [name, content] of Object.entries(drawn)) {
    const [direction, strides] = name.split("_");
    const { width, height } = content;
    yield {
      name: `${direction}_stride${strides}`,
      caption: `${direction === "horizontal" ? "Horizontal" : "Vertical"} edges at stride ${strides}: ` +
        `${width}x${height} pixels`,
      content: contactSheet([content], 1, { scale: scale * Number(strides) }),
    };
  }
}

/** Edges of the first picture, the strongest answer black, its opposite white. */
async function drawEdges(
  parameters: NamedTensors,
  data: PictureData,
  options: { direction: Direction; strides: number },
): Promise<Picture> {
  const pixels = tf.tidy(() => {
    const edges = findEdges(parameters, unitPixels(pictureBatch(data, [0])), options);
    return tf.sub(0.5, edges.div(edges.abs().max().maximum(1e-6)).div(2));
  });
  const [picture] = await toPictures(pixels);
  pixels.dispose();
  return picture;
}
