import { join } from "node:path";
import { RandomStream } from "../../../core/random_stream.ts";
import type { Safetensors } from "../../train/safetensors.ts";
import { cachedArrays } from "../array_cache.ts";
import type { PictureData } from "../dataset.ts";
import { decodePicture } from "../decode_picture.ts";
import { fitPictures, type Pixels } from "../fit_pictures.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { openPackage } from "../packages.ts";
import { takePictures } from "../take_pictures.ts";

const PACKAGE = "emoji-datasource-google@16.0.0";
const SIDE = 64;
const SKIN_TONES: Record<string, string> = {
  "1F3FB": "light",
  "1F3FC": "medium-light",
  "1F3FD": "medium",
  "1F3FE": "medium-dark",
  "1F3FF": "dark",
};

/** What the package says of an emoji. */
interface Emoji {
  name: string;
  image: string;
  category: string;
  "has_img_google": boolean;
  "skin_variations"?: Record<string, { image: string; "has_img_google": boolean }>;
}

/**
 * Google's emoji in colour on white, each with a caption and its group as class. One emoji in ten is held back, with
 * all its skin tones.
 */
export const EMOJI: DatasetSource = {
  name: "emoji",
  title: "Emoji",
  contents: "3,781 colour pictures, 64x64, 9 groups, captions; one in ten held out",
  source: `npm ${PACKAGE}`,
  licence: "Apache-2.0 (pictures), MIT (names)",
  book: "flowers (chapter 8), captions (chapter 13)",
  load,
};

async function load(
  { split, size, fit = "resize", limit, onEvent }: ResolvedLoadOptions,
): Promise<PictureData> {
  const { name } = EMOJI;
  const { arrays, metadata } = await cachedArrays(`${name}-16.0.0`, async () => {
    return decode(await openPackage(PACKAGE, { dataset: name, instead: "avatars", onEvent }), onEvent);
  }, { dataset: name, onEvent });
  const captions: string[] = JSON.parse(metadata.captions);
  const held = Number(metadata.held);
  const all: PictureData = {
    kind: "pictures",
    name,
    count: captions.length,
    height: SIDE,
    width: SIDE,
    channels: 3,
    pictures: arrays.pictures.data as Uint8Array,
    labels: arrays.labels.data as Int32Array,
    classes: JSON.parse(metadata.classes),
    captions,
  };
  const [first, end] = split === "train" ? [held, all.count] : [0, held];
  return fitPictures(takePictures(all, { first, end, limit }), size, fit);
}

/** All pictures, those held back first. */
async function decode(folder: string, onEvent: ResolvedLoadOptions["onEvent"]): Promise<Safetensors> {
  const emoji: Emoji[] = JSON.parse(await Deno.readTextFile(join(folder, "emoji.json")));
  const known = emoji.filter(({ category }) => category !== "Component"); // five bare skin tones
  const order = new RandomStream(0, EMOJI.name).shuffle(known);
  const [held, learned] = [order.slice(0, order.length / 10), order.slice(order.length / 10)];
  const random = new RandomStream(0, EMOJI.name);
  const files = [
    ...random.fork("test").shuffle(held.flatMap(picturesOf)),
    ...random.fork("train").shuffle(learned.flatMap(picturesOf)),
  ];
  const classes = [...new Set(known.map(({ category }) => category))].sort();
  const pictures = new Uint8Array(files.length * SIDE * SIDE * 3);
  for (const [i, { image }] of files.entries()) {
    const path = join(folder, "img", "google", "64", image);
    const { data, height, width } = await readPicture(path);
    if (height !== SIDE || width !== SIDE) {
      throw new TypeError(`Cannot read "${path}": expected ${SIDE}x${SIDE} pixels, got ${height}x${width}`);
    }
    pictures.set(data, i * data.length);
    if (i % 100 === 0) onEvent?.({ type: "progress", dataset: EMOJI.name, done: i, of: files.length });
  }
  return {
    arrays: {
      pictures: { shape: [files.length, SIDE, SIDE, 3], data: pictures },
      labels: {
        shape: [files.length],
        data: Int32Array.from(files, ({ category }) => classes.indexOf(category)),
      },
    },
    metadata: {
      captions: JSON.stringify(files.map(({ caption }) => caption)),
      classes: JSON.stringify(classes),
      held: String(held.flatMap(picturesOf).length),
    },
  };
}

async function readPicture(path: string): Promise<Pixels> {
  try {
    return await decodePicture(await Deno.readFile(path));
  } catch (error) {
    throw new SyntaxError(`Cannot read "${path}": ${(error as Error).message}`, { cause: error });
  }
}

/** An emoji in every skin tone that was drawn. */
function picturesOf(emoji: Emoji): { image: string; caption: string; category: string }[] {
  const { category } = emoji;
  const caption = emoji.name.toLowerCase();
  const variations = Object.entries(emoji.skin_variations ?? {}).map(([tones, variation]) => ({
    ...variation,
    caption: `${caption}, ${
      tones.split("-").map((tone) => SKIN_TONES[tone] ?? tone).join(" and ")
    } skin tone`,
  }));
  return [{ ...emoji, caption }, ...variations]
    .filter((picture) => picture.has_img_google)
    .map(({ image, caption }) => ({ image, caption, category }));
}
