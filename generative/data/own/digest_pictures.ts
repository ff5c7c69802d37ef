import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { cachedArrays } from "../array_cache.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { pictureFormat } from "../picture_format.ts";
import { contentDigest } from "../split_by_content.ts";
import type { KeptFiles } from "./kept_files.ts";

/** A picture of the user's. */
export interface PictureFile {
  /** The path of the file. */
  path: string;
  /** The side that it is on, where the user decided that. */
  split?: "train" | "test";
  /** The class of the picture. */
  label?: number;
  /** Yes or no, by attribute. */
  attributes?: Uint8Array;
}

/** A picture of a format that is read, and what it is known by. */
export type DigestedFile = PictureFile & { digest: string };

/** From this many pictures on, their digests are kept. */
const WORTH_KEEPING = 500;
/** Bytes of a digest. */
const BYTES = 8;

/** What {@link digestPictures} is told. */
interface DigestOptions {
  /** The data set's name, for events. */
  dataset: string;
  /** Keeps what is read. */
  kept: KeptFiles;
  onEvent: ResolvedLoadOptions["onEvent"];
}

/** Reads the files: the digest of each, and which of them are no pictures of a format that is read. */
export async function digestPictures(
  files: readonly PictureFile[],
  options: DigestOptions,
): Promise<{ digested: DigestedFile[]; skipped: string[] }> {
  const digest = () => digestAll(files, options);
  const { arrays, metadata } = files.length < WORTH_KEEPING
    ? await digest()
    : await cachedArrays(`digests-${fingerprint(files)}`, digest, options);
  const { data } = arrays.digests;
  return {
    digested: Array.from(arrays.read.data, (index, i) => ({
      ...files[index],
      digest: Buffer.from(data.subarray(i * BYTES, (i + 1) * BYTES) as Uint8Array).toString("hex"),
    })),
    skipped: JSON.parse(metadata.skipped),
  };
}

async function digestAll(files: readonly PictureFile[], { dataset, kept, onEvent }: DigestOptions) {
  const read: number[] = [];
  const digests: string[] = [];
  const skipped: string[] = [];
  for (const [index, { path }] of files.entries()) {
    if (index % 1000 === 999) onEvent?.({ type: "progress", dataset, done: index, of: files.length });
    try {
      const bytes = await kept.read(path);
      if (pictureFormat(bytes) === undefined) throw new SyntaxError(foreign(bytes));
      read.push(index);
      digests.push(contentDigest(bytes));
    } catch (error) {
      skipped.push(`${path}: ${(error as Error).message}`);
    }
  }
  const data = new Uint8Array(Buffer.from(digests.join(""), "hex"));
  return {
    arrays: {
      digests: { shape: [read.length, BYTES], data },
      read: { shape: [read.length], data: Int32Array.from(read) },
    },
    metadata: { skipped: JSON.stringify(skipped) },
  };
}

function foreign(bytes: Uint8Array): string {
  const got = bytes.length === 0 ? "an empty file" : "another format";
  return `expected a PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, HEIC or JPEG XL file, got ${got}`;
}

/** Changes when a file does. */
function fingerprint(files: readonly PictureFile[]): string {
  const hash = createHash("sha256");
  for (const { path } of files) {
    const { size = 0, mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
    hash.update(`\n${path} ${size} ${mtimeMs}`);
  }
  return hash.digest("hex").slice(0, 24);
}
