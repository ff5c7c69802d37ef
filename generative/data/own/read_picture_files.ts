import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { RandomStream } from "../../../core/random_stream.ts";
import { cachedArrays } from "../array_cache.ts";
import type { PictureData } from "../dataset.ts";
import { decodePicture } from "../decode_picture.ts";
import { padPixels, type Pixels, resizePixels } from "../fit_pictures.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";

/** A picture of the user's. */
export interface PictureFile {
  /** Where it lies. */
  path: string;
  /** Its class. */
  label?: number;
  /** Yes or no, by attribute. */
  attributes?: Uint8Array;
}

/** One picture in this many is held back. */
const HELD_BACK = 20;
/** From this many pictures on, what was decoded is kept. */
const WORTH_KEEPING = 500;
/** Pictures that tell whether all of them are grey. */
const PROBES = 32;

/**
 * Decodes the pictures of a split, in an order that is chosen once and for all. Those that cannot be read are left
 * out and reported; they are grey when the first few of all are.
 *
 * @returns The pictures, and the files that they come from.
 * @throws TypeError when none can be read, or when they differ in size and no size is set.
 */
export async function readPictureFiles(
  folder: string,
  files: readonly PictureFile[],
  options: ResolvedLoadOptions,
): Promise<{ data: PictureData; files: PictureFile[] }> {
  const { split, limit } = options;
  const order = new RandomStream(0, "pictures").shuffle([...files]);
  const held = files.length > 1 ? Math.max(1, Math.floor(files.length / HELD_BACK)) : 0;
  const chosen = (split === "train" ? order.slice(held) : order.slice(0, held)).slice(0, limit || undefined);
  if (chosen.length === 0) {
    throw new TypeError(
      `Cannot load "${folder}": expected at least two pictures (.png, .jpg), one to learn from and one to hold ` +
        `back, got ${files.length}`,
    );
  }
  const name = basename(folder);
  const decode = () => decodeAll(folder, chosen, options, order.slice(0, PROBES));
  const { onEvent } = options;
  const { arrays, metadata } = chosen.length < WORTH_KEEPING
    ? await decode()
    : await cachedArrays(`own-${fingerprint(chosen, options)}`, decode, { dataset: name, onEvent });
  const { shape: [count, height, width, channels], data: pictures } = arrays.pictures;
  const skipped: string[] = JSON.parse(metadata.skipped);
  if (skipped.length > 0) {
    onEvent?.({ type: "skipped", dataset: name, count: skipped.length, first: skipped[0] });
  }
  return {
    data: { kind: "pictures", name, count, height, width, channels, pictures: pictures as Uint8Array },
    files: Array.from(arrays.read.data, (index) => chosen[index]),
  };
}

async function decodeAll(
  folder: string,
  files: readonly PictureFile[],
  { size, fit = "resize", onEvent }: ResolvedLoadOptions,
  probes: readonly PictureFile[],
) {
  const channels = await areGrey(probes) ? 1 : 3;
  const read: number[] = [];
  const skipped: string[] = [];
  let whole = new Uint8Array(0);
  let shape = { height: size, width: size, path: "" };
  for (const [index, { path }] of files.entries()) {
    if (index % 100 === 0) {
      onEvent?.({ type: "progress", dataset: basename(folder), done: index, of: files.length });
    }
    let pixels: Pixels;
    try {
      pixels = fitPixels(withChannels(decodePicture(await readFile(path)), channels), size, fit);
    } catch (error) {
      skipped.push(`${path}: ${(error as Error).message}`);
      continue;
    }
    const { height, width, data } = pixels;
    if (whole.length === 0) {
      shape = { height, width, path };
      whole = new Uint8Array(files.length * data.length);
    } else if (height !== shape.height || width !== shape.width) {
      throw new TypeError(
        `Cannot load "${folder}": expected pictures of one size, got ${shape.width}x${shape.height} ` +
          `("${shape.path}") and ${width}x${height} ("${path}"); bring them to one with --size`,
      );
    }
    whole.set(data, read.length * data.length);
    read.push(index);
  }
  if (read.length === 0) {
    throw new TypeError(
      `Cannot load "${folder}": expected pictures, got ${files.length} that cannot be read (${skipped[0]})`,
    );
  }
  const { height, width } = shape;
  const pictures = whole.subarray(0, read.length * height * width * channels);
  return {
    arrays: {
      pictures: { shape: [read.length, height, width, channels], data: pictures },
      read: { shape: [read.length], data: Int32Array.from(read) },
    },
    metadata: { skipped: JSON.stringify(skipped) },
  };
}

/** Whether all of the pictures that can be read have no colour. */
async function areGrey(files: readonly PictureFile[]): Promise<boolean> {
  for (const { path } of files) {
    try {
      const { data } = decodePicture(await readFile(path));
      for (let i = 0; i < data.length; i += 3) {
        if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
      }
    } catch {
      // Told when its turn comes.
    }
  }
  return true;
}

/** Colour to grey by Rec. 601's weights, as `tf.image.rgb_to_grayscale` has them. */
function withChannels(pixels: Pixels, channels: number): Pixels {
  if (channels === 3) return pixels;
  const data = new Uint8Array(pixels.height * pixels.width);
  for (let i = 0; i < data.length; i++) {
    const [red, green, blue] = pixels.data.subarray(i * 3, i * 3 + 3);
    data[i] = Math.round(0.2989 * red + 0.587 * green + 0.114 * blue);
  }
  return { ...pixels, channels, data };
}

function fitPixels(pixels: Pixels, size: number, fit: "pad" | "resize"): Pixels {
  const { height, width } = pixels;
  if (size === 0 || (height === size && width === size)) return pixels;
  const smaller = height <= size && width <= size;
  const data = fit === "pad" && smaller ? padPixels(pixels, size) : resizePixels(pixels, size);
  return { ...pixels, height: size, width: size, data };
}

/** Changes when a file does. */
function fingerprint(files: readonly PictureFile[], { size, fit }: ResolvedLoadOptions): string {
  const hash = createHash("sha256").update(`${size} ${fit}`);
  for (const { path } of files) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`\n${path} ${size} ${mtimeMs}`);
  }
  return hash.digest("hex").slice(0, 24);
}
