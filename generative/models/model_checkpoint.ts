import { join } from "node:path";
import * as v from "valibot";
import type { Dataset, DataShape } from "../data/dataset.ts";
import {
  checkShapes,
  describeCheckpoint,
  hasCheckpoint,
  loadCheckpoint,
  type LoadedCheckpoint,
  type NamedArray,
  saveCheckpoint,
  toTensors,
  type TrainState,
} from "../train/mod.ts";
import { rememberData } from "./learned_data.ts";
import type { GenerativeModel, ModelKind, Parts, PartSource } from "./model.ts";
import { partsMetadata, partSourcesOf } from "./parts.ts";
import { dataShapeOf, shapeMetadata } from "./shape_metadata.ts";

/** The epoch of a run that did best on held-out data. */
export interface BestEpoch {
  /** Steps done by then. */
  step: number;
  /** What was measured after it. */
  metrics: Record<string, number>;
  /** The parameters that were measured. */
  parameters: Record<string, NamedArray>;
}

const Step = v.pipe(v.number(), v.integer(), v.minValue(0));
/** NaN is null in JSON. */
const Measure = v.pipe(v.nullable(v.number()), v.transform((value) => value ?? NaN));

/** What a checkpoint keeps beside tensors. */
const SavedModelSchema = v.object({
  model: v.string(),
  step: Step,
  best: v.optional(v.object({ step: Step, metrics: v.record(v.string(), Measure) })),
});
type SavedModel = v.InferOutput<typeof SavedModelSchema>;

/** A checkpoint as it was read. */
export interface ReadCheckpoint extends Omit<SavedModel, "model">, Pick<LoadedCheckpoint, "arrays"> {
  /** The shape of what was learned from. */
  shape: DataShape;
  /** Where its parts come from, by name. */
  parts: Record<string, PartSource>;
}

/** Where a training stands. */
export interface ModelProgress {
  /** All that training changes. */
  state: TrainState;
  /** Steps that are done. */
  step: number;
  /** The best epoch so far; missing where none is looked for, and before the first is done. */
  best?: BestEpoch;
}

/** Saves where training stands. @throws Error naming the file when it cannot be written; the old one stays. */
export function saveModel(
  kind: ModelKind,
  folder: string,
  { state, step, best, shape, parts = {} }: ModelProgress & { shape: DataShape; parts?: Parts },
): Promise<void> {
  const data = {
    model: kind.name,
    step,
    ...best && { best: { step: best.step, metrics: best.metrics } },
  } satisfies SavedModel;
  return saveCheckpoint(join(folder, "checkpoints"), {
    tensors: { ...state, best: best?.parameters },
    data,
    metadata: { ...shapeMetadata(shape), ...partsMetadata(parts) },
  });
}

/**
 * Where training stands, or nothing when there is no checkpoint. Which data it learns from is written down then.
 *
 * @returns Tensors that belong to the caller.
 * @throws TypeError when it is another model's, does not fit, or learned from other data; SyntaxError when
 * it is damaged.
 */
export function restoreModel(
  kind: ModelKind,
  folder: string,
  { model, learned, held }: { model: GenerativeModel; learned: Dataset; held: Dataset },
): ModelProgress | undefined {
  const saved = readModelCheckpoint(kind, folder);
  if (saved) {
    checkSameShape(saved.shape, learned, folder);
    checkShapes(saved.arrays.parameters ?? {}, model.parameters, { what: `${kind.name} in "${folder}"` });
  }
  rememberData(folder, { learned, held }, { begun: saved !== undefined });
  if (!saved) return undefined;
  const { arrays: { parameters, optimiser = {}, average, buffers, best: bestParameters }, step, best } =
    saved;
  return {
    state: {
      parameters: toTensors(parameters),
      optimiser: toTensors(optimiser),
      ...average && { average: toTensors(average) },
      ...buffers && { buffers: toTensors(buffers) },
    },
    step,
    ...best && { best: { ...best, parameters: bestParameters } },
  };
}

/**
 * Reads the checkpoint of a run, or nothing when there is none.
 *
 * @throws TypeError when it is another model's; SyntaxError when it is damaged.
 */
export function readModelCheckpoint(
  kind: ModelKind,
  folder: string,
): ReadCheckpoint | undefined {
  const path = join(folder, "checkpoints");
  if (!hasCheckpoint(path)) return undefined;
  const { arrays, ...described } = loadCheckpoint(path, { data: SavedModelSchema });
  const { step, best } = described.data;
  return { arrays, ...originIn(described, kind, folder), step, best };
}

/**
 * The shape of what a run learned from and where its parts come from, without reading what it learned; nothing when there is no checkpoint.
 *
 * @throws As {@link readModelCheckpoint}.
 */
export function readModelOrigin(
  kind: ModelKind,
  folder: string,
): Pick<ReadCheckpoint, "shape" | "parts"> | undefined {
  const path = join(folder, "checkpoints");
  if (!hasCheckpoint(path)) return undefined;
  return originIn(describeCheckpoint(path, { data: SavedModelSchema }), kind, folder);
}

/**
 * How many steps a run's checkpoint has done, and by which of them it did best; nothing when there is no checkpoint.
 *
 * @throws SyntaxError when it is damaged.
 */
export function readModelSteps(folder: string): { step: number; bestStep?: number } | undefined {
  const path = join(folder, "checkpoints");
  if (!hasCheckpoint(path)) return undefined;
  const { data: { step, best } } = describeCheckpoint(path, { data: SavedModelSchema });
  return { step, bestStep: best?.step };
}

/** @throws TypeError when the checkpoint is another model's. */
function originIn(
  { data, metadata }: Omit<LoadedCheckpoint<SavedModel>, "arrays">,
  kind: ModelKind,
  folder: string,
): Pick<ReadCheckpoint, "shape" | "parts"> {
  if (data.model !== kind.name) {
    throw new TypeError(
      `Cannot load "${folder}": expected a checkpoint of ${kind.name}, got one of ${data.model}`,
    );
  }
  const { parameters = {} } = metadata;
  return { shape: dataShapeOf(parameters, folder), parts: partSourcesOf(parameters, folder) };
}

/** What two shapes must have in common, in the order in which a difference is told. */
const SAME = [
  "kind",
  "height",
  "width",
  "channels",
  "length",
  "dimensions",
  "unit",
  "simplified",
  "vocabulary",
  "classes",
  "form",
  "streams",
];

/** Data must have the shape of what was learned from. @throws TypeError saying what changed. */
export function checkSameShape(shape: DataShape, data: Dataset, folder: string): void {
  const [before, now] = [shape, data] as unknown as Record<string, unknown>[];
  const changed = SAME.find((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]));
  if (changed === undefined) return;
  const short = (value: unknown) => Array.isArray(value) ? `${value.length} entries` : String(value);
  throw new TypeError(
    `Cannot resume "${folder}": its data "${data.name}" has changed since training: ${changed} was ${
      short(before[changed])
    }, is ${short(now[changed])}${Array.isArray(now[changed]) ? " or in another order" : ""}`,
  );
}
