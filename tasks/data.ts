/**
 * `deno task data [NAME]`: lists data sets, or shows one. `--help` tells the rest.
 *
 * @module
 */
import { basename, extname, join } from "node:path";
import { writeFileAtomic } from "../core/mod.ts";
import { writePng } from "../core/pictures/mod.ts";
import { type DataEvent, type Dataset, DATASETS, loadDataset } from "../generative/data/mod.ts";
import { withAdvice } from "./advice.ts";
import { type Given, Task } from "./cli.ts";
import { datasetSheet } from "./data_sheet.ts";
import { typedData } from "./config_flags.ts";
import { choice, JSON_FLAG, path, wholeNumber } from "./flags.ts";
import { formatCount, formatShare, table } from "./format.ts";
import { projectPath, shownPath } from "./paths.ts";
import { Progress } from "./progress.ts";
import { print, printJson, UsageError } from "./run_task.ts";

/** `deno task data [NAME]`. */
export const TASK = new Task({
  name: "data",
  help:
    "Lists the data sets. With a name, loads one, describes it and writes a sheet of its first examples. PATH " +
    "is your own data: a folder of pictures (subfolders are classes), CIFAR-10 (binary) or CelebA (with its list of " +
    "attributes), a text file or a folder of them, a folder of MIDI files, full_format_recipes.json or winemag-data-130k-v2.json.",
  operand: {
    name: "NAME|PATH",
    help: "a listed data set, or your own folder or file",
    wanted: "at most one data set",
    suggest: () => DATASETS.map(({ name }) => name),
  },
  flags: {
    count: wholeNumber("examples on the sheet", { fallback: 96 }),
    limit: wholeNumber("number of examples to load", { fallback: 0, unset: "0, all" }),
    size: wholeNumber("width and height of pictures in pixels", { fallback: 0, unset: "0, unchanged" }),
    fit: choice("how pictures are resized", ["pad", "resize"], "the data set's own"),
    split: choice("which split", ["train", "test"], "train"),
    voices: wholeNumber("voices of music: 1, the melody, or 4", {
      fallback: 0,
      unset: "0, the data set's own",
    }),
    seed: wholeNumber("seed of generated data", { fallback: 0 }),
    out: path("FILE", "file of the sheet", "the project's runs/data/NAME.png, .txt or .svg"),
    json: JSON_FLAG,
  },
  writes: "out",
  examples: ["data", "data fashion-mnist --size 32", "data my_pictures --split test"],
});

/** What examples of each kind of data are called. */
const EXAMPLES: Record<Dataset["kind"], string> = {
  pictures: "pictures",
  text: "texts",
  points: "points",
  music: "passages",
};

if (import.meta.main) await TASK.run(main);

async function main({ flags, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const { count, json, out: asked, ...options } = flags;
  if (operands[0] === undefined) {
    if (json) { for (const dataset of DATASETS) printJson({ type: "dataset", ...dataset }); }
    else print(list());
    return;
  }
  const name = typedData(operands[0]);
  const data = await load(name, options);
  const sheet = datasetSheet(data, Math.max(count, 1));
  const out = asked ?? projectPath(join("runs", "data", `${basename(name, extname(name))}.${sheet.ending}`));
  if (extname(out) !== `.${sheet.ending}`) {
    throw new UsageError(`Cannot write "${out}": expected a name that ends in .${sheet.ending}`);
  }
  if (sheet.ending === "png") writePng(out, sheet.picture);
  else writeFileAtomic(out, sheet.text);
  if (json) printJson({ type: "dataset", ...facts(name, data), sheet: shownPath(out) });
  else print(report(name, data, out));
}

async function load(name: string, options: Parameters<typeof loadDataset>[1]): Promise<Dataset> {
  const progress = new Progress();
  const onEvent = (event: DataEvent) => {
    if (event.type === "progress") {
      progress.show({ label: event.dataset, done: event.done, of: event.of });
    } else progress.line(sentence(event));
  };
  try {
    return await loadDataset(name, { ...options, onEvent });
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
  } finally {
    progress.clear();
  }
}

/** What loading tells, in words. */
function sentence(event: Exclude<DataEvent, { type: "progress" }>): string {
  switch (event.type) {
    case "fetch":
      return `${event.dataset}: fetching ${event.what}`;
    case "skipped":
      return `${event.dataset}: ${formatCount(event.count)} skipped, the first: ${event.first}`;
    case "warning":
      return `${event.dataset}: ${event.text}`;
    case "cache":
      return `${event.dataset}: ${withAdvice(event.reason)}`;
  }
}

function list(): string {
  const rows = DATASETS.map(({ name, title, source, book }) => [name, title, source, book]);
  const own = "PATH: a folder of pictures, CIFAR-10 or CelebA, MIDI files, texts, recipes or wine reviews";
  return `${table([["name", "what", "source", "replaces"], ...rows])}\n${own}`;
}

/** What a data set holds, for `--json`. */
function facts(name: string, data: Dataset): Record<string, unknown> {
  const source = DATASETS.find((known) => known.name === name);
  return {
    name,
    kind: data.kind,
    count: data.count,
    shape: shapeOf(data),
    shares: Object.fromEntries(shares(data)),
    source: source?.source ?? "your own",
    licence: source?.licence ?? "your own",
  };
}

function report(name: string, data: Dataset, out: string): string {
  const { source, licence } = facts(name, data);
  const rows = shares(data).map((
    [label, share],
  ) => [label, formatCount(share * data.count), formatShare(share)]);
  return [
    `${formatCount(data.count)} ${EXAMPLES[data.kind]}, ${describe(data)}`,
    `source: ${source}; licence: ${licence}`,
    ...(rows.length > 0 ? [table([["label", "count", "share"], ...rows])] : []),
    ...(data.kind === "text" ? [words(data)] : []),
    `first examples: ${shownPath(out)}`,
  ].join("\n");
}

function shapeOf(data: Dataset): number[] {
  if (data.kind === "pictures") return [data.height, data.width, data.channels];
  if (data.kind === "music") return [data.length, data.streams.length];
  return [data.kind === "text" ? data.length : data.dimensions];
}

function describe(data: Dataset): string {
  if (data.kind === "pictures") {
    return `${data.width} x ${data.height}, ${data.channels === 1 ? "grey" : "colour"}`;
  }
  if (data.kind === "points") return `${data.dimensions} coordinates`;
  if (data.kind === "music") {
    const words = data.streams.map(({ name, words }) => `${words.length} ${name}`).join(" and ");
    return `${data.form === "melody" ? "melodies" : "four voices"}, ${data.length} tokens each, of ${words}`;
  }
  return `${data.length} tokens each, ${formatCount(data.vocabulary.length)} words in the vocabulary`;
}

/** The share of each class and attribute. */
function shares(data: Dataset): [string, number][] {
  if (data.kind === "text" || data.kind === "music") return [];
  const classes = (data.classes ?? []).map((label, i): [string, number] => [
    label,
    (data.labels ?? new Int32Array()).reduce((sum, value) => sum + Number(value === i), 0) / data.count,
  ]);
  const attributes = data.kind === "pictures" ? Object.entries(data.attributes ?? {}) : [];
  return [
    ...classes,
    ...attributes.map(([label, has]): [string, number] => [
      label,
      has.reduce((sum, value) => sum + value, 0) / data.count,
    ]),
  ];
}

function words({ tokens }: Extract<Dataset, { kind: "text" }>): string {
  const padding = tokens.reduce((sum, token) => sum + Number(token === 0), 0);
  const unknown = tokens.reduce((sum, token) => sum + Number(token === 1), 0);
  return `padding: ${formatShare(padding / tokens.length)} of all tokens; unknown words: ` +
    `${formatShare(unknown / (tokens.length - padding))} of the rest`;
}
