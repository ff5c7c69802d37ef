// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task data [NAME]`: lists data sets, or shows one. `--help` tells the rest.
 *
 * @module
 */
import { basename, extname, join } from "node:path";
import { writeFileAtomic } from "../core/mod.ts";
import { writePng } from "../core/pictures/mod.ts";
import { type DataEvent, type Dataset, DATASETS, loadDataset } from "../generative/data/mod.ts";
import { formatCount, formatShare, parseArguments, runTask, table, usage, UsageError } from "./cli.ts";
import { datasetSheet } from "./data_sheet.ts";
import { Progress } from "./progress.ts";

const HELP = `deno task data [NAME or PATH] [options]

Lists the data sets; with a name it loads one, says what it holds and writes a sheet of its first examples.
PATH is your own: a folder of pictures (subfolders are classes), of CIFAR-10 (binary) or CelebA (with its list
of attributes), a text file, full_format_recipes.json or winemag-data-130k-v2.json.

  --count N        examples on the sheet (default: 96)
  --limit N        examples that are loaded (default: 0, all)
  --size S         side of pictures in pixels (default: 0, as they are)
  --fit HOW        how pictures are brought to it: pad or resize (default: the data set's own)
  --split NAME     train or test (default: train)
  --seed S         of data that are computed (default: 0)
  --out FILE       where the sheet goes (default: runs/data/NAME.png, .txt or .svg)
  --json           what the data set holds, as one JSON object
  --help           this text

deno task data fashion-mnist --size 32`;

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const { values, switches, positionals } = parseArguments(Deno.args, {
    count: "value",
    limit: "value",
    size: "value",
    fit: "value",
    split: "value",
    seed: "value",
    out: "value",
    json: "switch",
    help: "switch",
  });
  if (switches.has("help")) return console.log(HELP);
  const [name, extra] = positionals;
  if (extra !== undefined) {
    throw new UsageError(`Cannot read "${extra}": expected one data set; --help lists what follows it`);
  }
  if (name === undefined) return console.log(switches.has("json") ? JSON.stringify(DATASETS) : list());

  const count = usage(() => parseCount("count", values.count ?? "96"));
  const options = usage(() => ({
    limit: parseCount("limit", values.limit ?? "0"),
    size: parseCount("size", values.size ?? "0"),
    seed: parseCount("seed", values.seed ?? "0"),
    fit: parseChoice("fit", values.fit, ["pad", "resize"] as const),
    split: parseChoice("split", values.split, ["train", "test"] as const),
  }));
  const data = await load(name, options);
  const sheet = datasetSheet(data, Math.max(count, 1));
  const out = values.out ?? join("runs", "data", `${basename(name, extname(name))}.${sheet.ending}`);
  if (extname(out) !== `.${sheet.ending}`) {
    throw new UsageError(`Cannot write "${out}": expected a name that ends in .${sheet.ending}`);
  }
  if (sheet.ending === "png") writePng(out, sheet.picture);
  else writeFileAtomic(out, sheet.text);
  console.log(
    switches.has("json") ? JSON.stringify({ ...facts(name, data), sheet: out }) : report(name, data, out),
  );
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
      return `${event.dataset}: ${formatCount(event.count)} left out, the first: ${event.first}`;
    case "cache":
      return `${event.dataset}: ${event.reason}`;
  }
}

function list(): string {
  const rows = DATASETS.map(({ name, title, source, book }) => [name, title, source, book]);
  const own = "PATH: a folder of pictures, CIFAR-10 or CelebA, a text, recipes or wine reviews of your own";
  return `${table([["name", "what", "source", "stands for"], ...rows])}\n${own}`;
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
    `${formatCount(data.count)} ${data.kind === "text" ? "texts" : data.kind}, ${describe(data)}`,
    `source: ${source}; licence: ${licence}`,
    ...(rows.length > 0 ? [table([["what", "how many", "share"], ...rows])] : []),
    ...(data.kind === "text" ? [words(data)] : []),
    `first examples: ${out}`,
  ].join("\n");
}

function shapeOf(data: Dataset): number[] {
  if (data.kind === "pictures") return [data.height, data.width, data.channels];
  return [data.kind === "text" ? data.length : data.dimensions];
}

function describe(data: Dataset): string {
  if (data.kind === "pictures") {
    return `${data.width} x ${data.height}, ${data.channels === 1 ? "grey" : "colour"}`;
  }
  if (data.kind === "points") return `${data.dimensions} coordinates`;
  return `${data.length} tokens each, ${formatCount(data.vocabulary.length)} words are known`;
}

/** The share of each class and attribute. */
function shares(data: Dataset): [string, number][] {
  if (data.kind === "text") return [];
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
  return `padding: ${formatShare(padding / tokens.length)} of all tokens; words that are not known: ` +
    `${formatShare(unknown / (tokens.length - padding))} of the rest`;
}

function parseCount(name: string, text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new RangeError(`Cannot set --${name}: expected an integer >= 0, got "${text}"`);
}

function parseChoice<T extends string>(name: string, text: string | undefined, choices: readonly T[]) {
  if (text === undefined || choices.includes(text as T)) return text as T | undefined;
  throw new RangeError(`Cannot set --${name}: expected ${choices.join(" or ")}, got "${text}"`);
}
