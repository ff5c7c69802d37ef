import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../core/atomic_file.ts";
import { type ChartSeries, lineChart } from "../core/pictures/line_chart.ts";
import type { LoadedModel } from "../generative/load_model.ts";
import { countParameters } from "../generative/nn/mod.ts";
import { encodeNumber, type JsonNumber, type MetricsLine, MetricsWriter } from "../generative/train/mod.ts";

/** What a run came to, as `docs/models/results.json` keeps it by model; `deno task document` writes it. */
export interface ModelResult {
  /** The preset, and what was changed in it. */
  preset: string;
  /** Fields that differ from the preset. */
  overrides: Record<string, unknown>;
  /** The module that it comes from. @default none: it comes with Somnium */
  module?: string;
  /** The data set. */
  data: string;
  /** Numbers that the model holds. */
  parameters: number;
  /** Those that gradients change. */
  trainable: number;
  /** Steps of training. */
  steps: number;
  /** Epochs that were trained and that the configuration asks for, where training was not finished. */
  epochs?: { trained: number; planned: number };
  /** How long training took, measurements and samples after every epoch included. */
  seconds: number;
  /** What was measured on data that was not learned from. */
  metrics: Record<string, JsonNumber | null>;
  /** Where it was trained. */
  machine: string;
  /** When, such as 2025-11-23. */
  date: string;
}

/** What held-out measurements after epochs are called in a run's metrics. */
export const HELD_OUT = "held-out";
/** Points of a curve at most. */
const POINTS = 300;

/** Reads all results. @throws SyntaxError naming the file when it is damaged. */
export function readResults(folder: string): Record<string, ModelResult> {
  return readTable<ModelResult>(join(folder, "results.json"));
}

/** Writes all results, by name. */
export function writeResults(folder: string, results: Record<string, ModelResult>): void {
  writeTable(join(folder, "results.json"), results);
}

/** Reads a JSON file of results by name, empty where it is missing. @throws SyntaxError naming a damaged one. */
export function readTable<T>(path: string): Record<string, T> {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new SyntaxError(`Cannot read "${path}": expected JSON, got ${(error as Error).message}`);
  }
}

/** Writes what {@link readTable} reads, in the order of the names. */
export function writeTable(path: string, results: Record<string, unknown>): void {
  const sorted = Object.fromEntries(Object.entries(results).toSorted(([a], [b]) => a < b ? -1 : 1));
  writeFileAtomic(path, JSON.stringify(sorted, null, 2) + "\n");
}

/** What a run came to. @throws Error when it was measured nowhere yet. */
export function resultOf(folder: string, { kind, config, model, step }: LoadedModel): ModelResult {
  const lines = new MetricsWriter(folder).lines();
  const measured = lines.findLast(({ name }) => name === "evaluation") ??
    lines.findLast((line) => line.name === HELD_OUT && line.step === step) ??
    lines.findLast(({ name }) => name === HELD_OUT);
  if (!measured) {
    throw new Error(`Cannot document "${folder}": it has no metrics yet; resume its training first`);
  }
  const { preset = "?", overrides = {}, module, machine } = environmentOf(folder);
  const epochs = { trained: lines.filter(({ name }) => name === HELD_OUT).length, planned: config.epochs };
  return {
    preset,
    overrides,
    ...module === undefined ? {} : { module },
    data: config.data,
    parameters: countParameters(model.parameters),
    trainable: countParameters(model.parameters, { trainable: true }),
    steps: step,
    ...epochs.trained > 0 && epochs.trained < epochs.planned ? { epochs } : {},
    seconds: Math.round(trainingSeconds(lines.filter(({ name }) => name === kind.name))),
    metrics: Object.fromEntries(
      Object.entries(measured.values).map((
        [name, value],
      ) => [name, value === null ? null : encodeNumber(value)]),
    ),
    machine: machineWords(machine),
    date: dateWords(measured.time),
  };
}

/** The machine of an `environment.json`. */
export interface Machine {
  processor?: string;
  cores?: number;
}

/** What `deno task train` wrote to a run's `environment.json`. */
export function environmentOf(folder: string) {
  const path = join(folder, "environment.json");
  return JSON.parse(existsSync(path) ? readFileSync(path, "utf8") : "{}") as {
    module?: string;
    preset?: string;
    overrides?: Record<string, unknown>;
    machine?: Machine;
  };
}

/** A machine in a few words. */
export function machineWords({ processor = "?", cores }: Machine = {}): string {
  return `${cores ?? "?"} cores, ${processor}`;
}

/** A time in seconds since 1970 as a date such as 2025-11-23. */
export function dateWords(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}

/** How long training took by the rates between readings of the losses: pauses between sessions do not count. */
export function trainingSeconds(lines: readonly MetricsLine[]): number {
  let [seconds, last] = [0, 0];
  for (const { step, values: { rate } } of lines) {
    if (!rate) continue;
    seconds += (step - last) / rate;
    last = step;
  }
  return seconds;
}

/** The curves of a run by step, as texts of SVG pictures. */
export interface RunCharts {
  /** Losses in training, and the loss on held-out data. */
  losses?: string;
  /** How far samples are from the data, where that was measured after two epochs or more. */
  distances?: string;
}

/** Draws the curves of a run. @param shown The losses that are drawn, see `ModelPage.losses`. */
export function runCharts(folder: string, name: string, shown: readonly string[] = ["loss"]): RunCharts {
  const lines = new MetricsWriter(folder).lines();
  const [training, held] = [name, HELD_OUT].map((wanted) =>
    curves(lines.filter((line) => line.name === wanted))
  );
  const pick = (all: readonly ChartSeries[], where: string) =>
    all.filter((curve) => shown.includes(curve.name)).map((curve) => ({
      ...curve,
      name: `${curve.name}, ${where}`,
    }));
  const losses = [...pick(training, "training"), ...pick(held, "held out")];
  const distances = held.filter((curve) => curve.name.startsWith("FD-") && curve.points.length > 1);
  const values = losses.flatMap(({ points }) => points.map(([, y]) => y));
  const logY = Math.min(...values) > 0 && Math.max(...values) > 20 * Math.min(...values);
  const draw = (what: string, yLabel: string, series: ChartSeries[], logY = false) =>
    series.length > 0
      ? lineChart({ title: `${name}: ${what}`, xLabel: "steps", yLabel, series, logY })
      : undefined;
  return {
    losses: training.length > 0 ? draw("losses", "loss", losses, logY) : undefined,
    distances: draw("distance of samples from the data", "FD", distances),
  };
}

function curves(lines: readonly MetricsLine[]): ChartSeries[] {
  const names = [...new Set(lines.flatMap(({ values }) => Object.keys(values)))];
  return names.map((name) => ({
    name,
    points: thin(lines.flatMap(({ step, values }): [number, number][] => {
      const value = values[name];
      return Number.isFinite(value) ? [[step, value!]] : [];
    })),
  }));
}

/** Means of neighbours, where there are too many points. */
function thin(points: readonly [number, number][]): [number, number][] {
  const together = Math.ceil(points.length / POINTS);
  return Array.from({ length: Math.ceil(points.length / together) }, (_, i) => {
    const some = points.slice(i * together, (i + 1) * together);
    const mean = (axis: 0 | 1) => some.reduce((sum, point) => sum + point[axis], 0) / some.length;
    return [mean(0), mean(1)];
  });
}
