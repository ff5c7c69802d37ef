import { createHash } from "node:crypto";
import { basename } from "node:path";
import { cachedArrays } from "../array_cache.ts";
import type { PictureData } from "../dataset.ts";
import { decodePicture } from "../decode_picture.ts";
import { padPixels, type Pixels, resizePixels } from "../fit_pictures.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { type ContentSplit, splitByContent } from "../split_by_content.ts";
import { type DigestedFile, digestPictures, type PictureFile } from "./digest_pictures.ts";
import { KeptFiles } from "./kept_files.ts";
import { tellSkipped } from "./tell_skipped.ts";

/** From this many pictures on, what was decoded is kept. */
const WORTH_KEEPING = 500;
/** Pictures that tell whether all of them are grey. */
const PROBES = 32;
/** Changes whenever the same files are decoded to other pixels. */
const VERSION = 2;

/**
 * Decodes the pictures of a split, in the order of their contents. Those that cannot be read are left out and
 * reported; all become grey when the first few of both sides are.
 *
 * @returns The pictures, and the files that they come from.
 * @throws TypeError when none can be read, or when they differ in size and no size is set.
 */
export async function readPictureFiles(
  folder: string,
  files: readonly PictureFile[],
  options: ResolvedLoadOptions,
): Promise<{ data: PictureData; files: PictureFile[] }> {
  const { split, limit, onEvent } = options;
  const name = basename(folder);
  const kept = new KeptFiles();
  const { digested, skipped: foreign } = await digestPictures(files, { dataset: name, kept, onEvent });
  if (split === "train") tellSkipped(name, foreign, onEvent);
  const { learned, held } = await sidesOf(folder, digested, {
    kept,
    skipped: foreign,
    onCopies: (copies) => split === "test" && tellSkipped(name, copies, onEvent),
    onWarning: (text) => onEvent?.({ type: "warning", dataset: name, text }),
  });
  const chosen = (split === "train" ? learned : held).slice(0, limit || undefined);
  const probes = [...held, ...learned].slice(0, PROBES);
  const decode = () => decodeAll(folder, chosen, options, { probes, kept });
  const { arrays, metadata } = chosen.length < WORTH_KEEPING
    ? await decode()
    : await cachedArrays(`own-${fingerprint([...probes, ...chosen], options)}`, decode, {
      dataset: name,
      onEvent,
    });
  const { shape: [count, height, width, channels], data: pictures } = arrays.pictures;
  tellSkipped(name, JSON.parse(metadata.skipped), onEvent);
  return {
    data: {
      kind: "pictures",
      name,
      count,
      height,
      width,
      channels,
      ...metadata.fit && { fit: metadata.fit as "pad" | "resize" },
      pictures: pictures as Uint8Array,
    },
    files: Array.from(arrays.read.data, (index) => chosen[index]),
  };
}

/** Both sides: by the user's folders, else by content. @throws TypeError when one of them would be empty. */
async function sidesOf(
  folder: string,
  files: readonly DigestedFile[],
  { kept, skipped, onCopies, onWarning }: {
    kept: KeptFiles;
    skipped: readonly string[];
    onCopies: (copies: string[]) => void;
    onWarning: (text: string) => void;
  },
): Promise<Record<keyof ContentSplit, DigestedFile[]>> {
  const given = files.some(({ split }) => split !== undefined);
  const split = given
    ? undefined
    : await splitByContent(files.map(({ digest }) => digest), (i) => canBeRead(files[i], kept));
  if (split) return { learned: split.learned.map((i) => files[i]), held: split.held.map((i) => files[i]) };
  if (given) {
    const sorted = files.toSorted((a, b) => a.digest < b.digest ? -1 : 1);
    const learned = sorted.filter(({ split }) => split === "train");
    const known = new Set(learned.map(({ digest }) => digest));
    const [copies, held] = [true, false].map((copy) =>
      sorted.filter(({ split, digest }) => split === "test" && known.has(digest) === copy)
    );
    onCopies(copies.map(({ path }) => `${path}: a copy of a training picture`));
    if (learned.length > 0 && held.length > 0) return { learned, held };
  }
  const unreadable = [...skipped];
  const readable: DigestedFile[] = [];
  for (const file of files) {
    if (await canBeRead(file, kept, (reason) => unreadable.push(reason))) readable.push(file);
  }
  if (!given && readable.length > 1) {
    onWarning("all pictures are copies of one: the held-out pictures are training pictures, too");
    return { learned: readable.slice(1), held: readable.slice(0, 1) };
  }
  const why = unreadable.length > 0 ? `; ${unreadable.length} cannot be read (${unreadable[0]})` : "";
  throw new TypeError(
    `Cannot load "${folder}": expected at least two pictures (.png, .jpg, .webp, ...), one to train on and ` +
      `one to hold out, got ${readable.length}${why}`,
  );
}

async function canBeRead(
  { path }: PictureFile,
  kept: KeptFiles,
  onFailure?: (reason: string) => void,
): Promise<boolean> {
  try {
    await decodePicture(await kept.read(path));
    return true;
  } catch (error) {
    onFailure?.(`${path}: ${(error as Error).message}`);
    return false;
  }
}

async function decodeAll(
  folder: string,
  files: readonly PictureFile[],
  { size, fit = "resize", onEvent }: ResolvedLoadOptions,
  { probes, kept }: { probes: readonly PictureFile[]; kept: KeptFiles },
) {
  const channels = await areGrey(probes, kept) ? 1 : 3;
  const read: number[] = [];
  const skipped: string[] = [];
  let fitted = "";
  let whole = new Uint8Array(0);
  let shape = { height: size, width: size, path: "" };
  for (const [index, { path }] of files.entries()) {
    if (index % 100 === 0) {
      onEvent?.({ type: "progress", dataset: basename(folder), done: index, of: files.length });
    }
    let pixels: Pixels;
    try {
      const decoded = withChannels(await decodePicture(await kept.read(path)), channels);
      pixels = fitPixels(decoded, size, fit);
      if (pixels !== decoded) fitted = fit;
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
          `("${shape.path}") and ${width}x${height} ("${path}"); resize them with --size`,
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
    metadata: { skipped: JSON.stringify(skipped), fit: fitted },
  };
}

/** Whether all of the pictures that can be read have no colour. */
async function areGrey(files: readonly PictureFile[], kept: KeptFiles): Promise<boolean> {
  for (const { path } of files) {
    try {
      const { data } = await decodePicture(await kept.read(path));
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

/** Changes when a file's content does. */
function fingerprint(files: readonly DigestedFile[], { size, fit }: ResolvedLoadOptions): string {
  const hash = createHash("sha256").update(`${VERSION} ${size} ${fit}`);
  for (const { digest } of files) hash.update(digest);
  return hash.digest("hex").slice(0, 24);
}
