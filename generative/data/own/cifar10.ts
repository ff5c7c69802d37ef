import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { joinArrays } from "../../../core/join_arrays.ts";
import type { PictureData } from "../dataset.ts";
import { fitPictures } from "../fit_pictures.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { takePictures } from "../take_pictures.ts";
import { tellSkipped } from "./tell_skipped.ts";

const CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const PLANE = 32 * 32;
/** A label, then red, green and blue. */
const RECORD = 1 + 3 * PLANE;

/**
 * CIFAR-10 (Krizhevsky 2009), binary version: `data_batch_1.bin` to `data_batch_5.bin` to learn from, and
 * `test_batch.bin`, each with 10,000 records. Batches that are missing are left out.
 *
 * @throws SyntaxError naming the file and the byte where it is damaged, TypeError when the split has no file.
 */
export async function loadCifar10(
  folder: string,
  { split, size, fit = "resize", limit, onEvent }: ResolvedLoadOptions,
): Promise<PictureData> {
  const wanted = split === "test" ? ["test_batch.bin"] : [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
  const files = wanted.filter((name) => existsSync(join(folder, name)));
  const missing = wanted.filter((name) => !files.includes(name));
  if (files.length === 0) {
    throw new TypeError(`Cannot load "${folder}": expected ${wanted.join(" or ")} in it, got neither`);
  }
  const name = basename(folder);
  tellSkipped(name, missing.map((file) => `${file}: missing`), onEvent);
  const batches = await Promise.all(files.map((file) => readBatch(join(folder, file))));
  const all: PictureData = {
    kind: "pictures",
    name,
    count: batches.reduce((sum, { labels }) => sum + labels.length, 0),
    height: 32,
    width: 32,
    channels: 3,
    pictures: joinArrays(Uint8Array, batches.map(({ pictures }) => pictures)),
    labels: joinArrays(Int32Array, batches.map(({ labels }) => labels)),
    classes: CLASSES,
  };
  return fitPictures(takePictures(all, { limit }), size, fit);
}

async function readBatch(path: string): Promise<{ pictures: Uint8Array; labels: Uint8Array }> {
  const bytes = await readFile(path);
  const count = bytes.length / RECORD;
  if (!Number.isInteger(count) || count === 0) {
    throw new SyntaxError(
      `Cannot read "${path}": expected records of ${RECORD} bytes, got ${bytes.length} bytes; cut short at record ${
        Math.floor(count)
      }`,
    );
  }
  const pictures = new Uint8Array(count * 3 * PLANE);
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    labels[n] = bytes[n * RECORD];
    if (labels[n] >= CLASSES.length) {
      throw new SyntaxError(
        `Cannot read "${path}": expected a label below 10, got ${labels[n]} at byte ${n * RECORD}`,
      );
    }
    for (let i = 0; i < 3 * PLANE; i++) {
      pictures[n * 3 * PLANE + i % PLANE * 3 + Math.floor(i / PLANE)] = bytes[n * RECORD + 1 + i];
    }
  }
  return { pictures, labels };
}
