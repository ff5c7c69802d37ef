import { basename, extname, join } from "node:path";
import type { TextData } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { chunkParagraphs, chunkText, paragraphsOf } from "../text/chunk_text.ts";
import { plainText } from "../text/plain_text.ts";
import { loadTexts } from "../text/load_texts.ts";
import { tokenise } from "../text/tokenise.ts";
import { readText } from "./read_text.ts";

/** Endings of files that hold plain text. */
export const TEXT_FILES = /\.(txt|text|md|markdown)$/i;
/** Tokens in a piece of running text, as in the book. */
const LENGTH = 201;

/** A kind of JSON file: a list of records, each a text when it has all that is wanted. */
interface RecordKind {
  /** What it is called in errors. */
  name: string;
  /** Tokens in each text, as in the book. */
  length: number;
  /** The text of a record, if it has one. */
  text(record: Record<string, unknown>): string | undefined;
}

/** `full_format_recipes.json` of Epicurious: chapter 5 of the book. */
const RECIPES: RecordKind = {
  name: "recipes",
  length: 201,
  text: ({ title, directions }) =>
    typeof title === "string" && Array.isArray(directions)
      ? `Recipe for ${title} | ${directions.join(" ")}`
      : undefined,
};

/** `winemag-data-130k-v2.json`: chapter 9 of the book. */
const WINE_REVIEWS: RecordKind = {
  name: "wine reviews",
  length: 81,
  text: ({ country, province, variety, description }) => {
    const parts = [country, province, variety, description];
    return parts.every((part) => typeof part === "string") ? `wine review : ${parts.join(" : ")}` : undefined;
  },
};

/**
 * A text file (paragraph by paragraph, in pieces of 201 tokens, a heading with what follows it), or a JSON file of
 * recipes or wine reviews (one text each, as in the book).
 *
 * @throws SyntaxError naming the file when it is no text or no JSON, TypeError when there is nothing to learn from.
 */
export async function loadTextFile(path: string, options: ResolvedLoadOptions): Promise<TextData> {
  const text = await readText(path);
  const name = basename(path, extname(path));
  if (extname(path).toLowerCase() !== ".json") {
    const paragraphs = paragraphsOf(plainText(text)).map((paragraph) => ({
      text: paragraph,
      words: (length: number) => chunkText(paragraph, length),
    }));
    return await loadTexts(name, paragraphs, { ...options, ownLength: LENGTH, running: true });
  }
  const records = parseRecords(path, text);
  const kind = [RECIPES, WINE_REVIEWS].find((kind) =>
    records.some((record) => kind.text(record) !== undefined)
  );
  if (!kind) {
    throw new TypeError(
      `Cannot load "${path}": expected recipes (with "title" and "directions") or wine reviews (with "country", ` +
        `"province", "variety" and "description"), got ${records.length} other records`,
    );
  }
  const texts = records.map((record) => kind.text(record)).filter((text) => text !== undefined);
  const skipped = records.length - texts.length;
  if (skipped > 0) {
    const first = `record ${records.findIndex((record) => kind.text(record) === undefined)} of ${kind.name}`;
    options.onEvent?.({
      type: "skipped",
      dataset: name,
      count: skipped,
      first: `${first}: a field is missing`,
    });
  }
  const written = texts.map((text) => ({ text: plainText(text), words: () => [tokenise(text)] }));
  return await loadTexts(name, written, { ...options, ownLength: kind.length });
}

/** A folder of text files, each of them learned from as a whole, or held out. */
export async function loadTextFolder(
  folder: string,
  paths: readonly string[],
  options: ResolvedLoadOptions,
): Promise<TextData> {
  if (paths.length === 1) return await loadTextFile(join(folder, paths[0]), options);
  const texts = await Promise.all(paths.map((path) => readText(join(folder, path))));
  const documents = texts.map(plainText).map((text) => ({
    text,
    words: (length: number) => chunkParagraphs(text, length),
  }));
  return await loadTexts(basename(folder), documents, { ...options, ownLength: LENGTH });
}

function parseRecords(path: string, text: string): Record<string, unknown>[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read "${path}": ${(error as Error).message}`, { cause: error });
  }
  if (!Array.isArray(value)) throw new TypeError(`Cannot load "${path}": expected a list of records in JSON`);
  return value.filter((record) => typeof record === "object" && record !== null);
}
