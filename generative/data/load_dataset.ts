import type { Dataset } from "./dataset.ts";
import type { TokenUnit } from "./text/tokeniser.ts";

/** What `loadDataset` takes. */
export interface LoadOptions {
  /** Examples to learn from, or those held out. @default "train" */
  split?: "train" | "test";
  /** Side that pictures are brought to, in pixels; 0 leaves them as they are. @default 0 */
  size?: number;
  /**
   * How pictures are brought to that side: a border of zeros around smaller ones (28 to 32 in chapter 3 of the book),
   * or bilinear interpolation (chapter 5). Larger ones are always interpolated.
   *
   * @default "pad" for `mnist` and `fashion-mnist`, "resize" for all others
   */
  fit?: "pad" | "resize";
  /** Examples at most; 0 takes all. @default 0 */
  limit?: number;
  /** Tokens in each text or passage of music; 0 takes the data set's own length. @default 0 */
  length?: number;
  /** Tokens that are told apart in texts, those for padding and for unknown words included. @default 10000 */
  vocabulary?: number;
  /** What a token of a text is: a word, a frequent sequence of characters, or a character. @default "word" */
  unit?: TokenUnit;
  /** Brings texts of byte pairs or characters to the form that words have, see `simplify`. @default false */
  simplified?: boolean;
  /** How music is told: 1 by its melody, 4 by four voices on a grid; 0 takes the data set's own. @default 0 */
  voices?: number;
  /** Seed of data that are computed; which examples are held out never depends on it. @default 0 */
  seed?: number;
  /** Hears of downloads, progress and files that were left out. */
  onEvent?: (event: DataEvent) => void;
}

/** The options that a {@link DatasetSource} is given: those with a default of their own are there. */
export type ResolvedLoadOptions =
  & Required<Omit<LoadOptions, "fit" | "onEvent">>
  & Pick<LoadOptions, "fit" | "onEvent">;

/** What loading reports. */
export type DataEvent =
  /** A package is being fetched. */
  | { type: "fetch"; dataset: string; what: string }
  /** Examples are drawn or decoded; they are kept for the next time. */
  | { type: "progress"; dataset: string; done: number; of: number }
  /** Files that could not be read were left out. */
  | { type: "skipped"; dataset: string; count: number; first: string }
  /** What was loaded is hardly what was meant. */
  | { type: "warning"; dataset: string; text: string }
  /** What was kept could not be used, or cannot be kept; the data are made anew. */
  | { type: "cache"; dataset: string; reason: string };

/** A data set by name. */
export interface DatasetSource {
  /** The name of the data set. */
  name: string;
  /** What it holds, in a few words. */
  title: string;
  /** How many, of which shape. */
  contents: string;
  /** Where it comes from: a package with its version, or "computed". */
  source: string;
  /** The licence of the data set. */
  licence: string;
  /** What it stands for in the book. */
  book: string;
  /** Loads it; the same options give the same arrays. */
  load(options: ResolvedLoadOptions): Promise<Dataset>;
}

/** The defaults of {@link LoadOptions}. @throws RangeError for numbers that are no whole numbers of 0 or more. */
export function resolveLoadOptions(options: LoadOptions): ResolvedLoadOptions {
  const resolved = {
    split: "train" as const,
    size: 0,
    limit: 0,
    length: 0,
    vocabulary: 10_000,
    unit: "word" as const,
    simplified: false,
    voices: 0,
    seed: 0,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  };
  for (const name of ["size", "limit", "length", "vocabulary", "voices", "seed"] as const) {
    if (!Number.isSafeInteger(resolved[name]) || resolved[name] < 0) {
      throw new RangeError(
        `Cannot load data: expected a whole number of 0 or more for ${name}, got ${resolved[name]}`,
      );
    }
  }
  if (![0, 1, 4].includes(resolved.voices)) {
    throw new RangeError(`Cannot load data: expected 1 or 4 voices, got ${resolved.voices}`);
  }
  return resolved;
}
