import { basename, extname } from "node:path";
import { readFile } from "node:fs/promises";
import { fileError } from "../../../core/atomic_file.ts";
import type { TextData } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { chunkParagraphs } from "../text/chunk_text.ts";
import { textData } from "../text/text_data.ts";
import { tokenise } from "../text/tokenise.ts";

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
 * A text file (paragraph by paragraph, in pieces of 201 tokens), or a JSON file of recipes or wine reviews (one text
 * each, as in the book).
 *
 * @throws SyntaxError naming the file when it is no UTF-8 or no JSON, TypeError when there is nothing to learn from.
 */
export async function loadTextFile(path: string, options: ResolvedLoadOptions): Promise<TextData> {
  const text = await readText(path);
  const name = basename(path, extname(path));
  if (extname(path).toLowerCase() !== ".json") {
    const length = options.length || 201;
    return textData(name, chunkParagraphs(text.replaceAll("\r\n", "\n"), length), { ...options, length });
  }
  const records = parseRecords(path, text);
  const kind = [RECIPES, WINE_REVIEWS].find((kind) =>
    records.some((record) => kind.text(record) !== undefined)
  );
  if (!kind) {
    throw new TypeError(
      `Cannot load "${path}": expected recipes (with "title" and "directions") or wine reviews (with "country", ` +
        `"province", "variety" and "description"), got ${records.length} records of neither`,
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
      first: `${first}: something is missing`,
    });
  }
  return textData(name, texts.map(tokenise), { ...options, length: options.length || kind.length });
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw fileError("read", path, error);
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SyntaxError(`Cannot read "${path}": expected text in UTF-8, got other bytes; convert it first`);
  }
  if (text.trim() === "") {
    throw new TypeError(`Cannot load "${path}": expected text, got an empty file`);
  }
  return text;
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
