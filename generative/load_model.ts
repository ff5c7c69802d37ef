import { join } from "node:path";
import { createModel, createParts } from "./create_model.ts";
import type { Dataset, DataShape } from "./data/dataset.ts";
import type { DataEvent } from "./data/load_dataset.ts";
import { modelKind } from "./kinds.ts";
import { unseenExamples } from "./models/learned_data.ts";
import type { GenerativeModel, ModelKind, Part, Parts } from "./models/model.ts";
import { checkSameShape, readModelCheckpoint, readModelOrigin } from "./models/model_checkpoint.ts";
import { loadModelData } from "./models/model_data.ts";
import type { ModelConfig } from "./models/model_fields.ts";
import { createPart } from "./models/parts.ts";
import { savedParameters } from "./models/saved_parameters.ts";
import { disposeTensors, type NamedTensors } from "./nn/mod.ts";
import { checkShapes, hasCheckpoint, RunFolder, toTensors } from "./train/mod.ts";

/** The model of a run without what it learned: enough to ask what it can do. */
export interface RunModel {
  /** The kind of the model. */
  kind: ModelKind;
  /** The configuration of the model, checked. */
  config: ModelConfig;
  /** The model. */
  model: GenerativeModel;
  /** The shape of what it learned from. */
  shape: DataShape;
}

/** A trained model, ready to be sampled, explored or measured. */
export interface LoadedModel extends RunModel {
  /** What it learned: those of the best epoch where training looks for one, else the average where there is one. */
  parameters: NamedTensors;
  /** Steps that these parameters learned for. */
  step: number;
  /**
   * Loads what it learned from, or what is held out: never what it learned from, even where the data changed since.
   *
   * @throws TypeError when that is of another shape by now, or nothing is left to be held out.
   */
  loadData(split: "train" | "test", onEvent?: (event: DataEvent) => void): Promise<Dataset>;
  /** Frees the parameters. */
  dispose(): void;
}

/**
 * Reads a run of `deno task train MODEL`. Its data are not needed for that.
 *
 * @param folder The run's folder.
 * @throws Error when there is no run or no checkpoint; RangeError for a kind that is not known; SyntaxError or
 * TypeError naming the file or tensor that is damaged or does not fit.
 */
export function loadModel(folder: string): LoadedModel {
  const { kind, config, model, shape, best, ...saved } = readModel(folder);
  const arrays = savedParameters(saved.arrays);
  checkShapes(arrays, model.parameters, { what: `${kind.name} in "${folder}"` });
  const parameters = toTensors(arrays);
  return {
    kind,
    config,
    model,
    parameters,
    shape,
    step: best?.step ?? saved.step,
    async loadData(split, onEvent) {
      const loaded = await loadModelData(config, split, onEvent);
      checkSameShape(shape, loaded, folder);
      if (split === "train") return loaded;
      const { data, seen } = unseenExamples(folder, loaded);
      const first = "they were learned from, before the data changed";
      if (seen > 0) onEvent?.({ type: "skipped", dataset: data.name, count: seen, first });
      return data;
    },
    dispose: () => disposeTensors(parameters),
  };
}

/** The model of a run of `deno task train MODEL`; its parameters are not read. @throws As {@link loadModel}. */
export function describeModel(folder: string): RunModel {
  const { kind, config, ...origin } = readOrigin(folder);
  return { kind, config, model: createModel(kind, config, origin), shape: origin.shape };
}

/**
 * The parts of a run: the copies in its own checkpoint where there is one, else what the runs learned that it is to be
 * built on.
 *
 * @param folder The run's, which need not be there yet.
 * @param find Finds the folder of the run that a part comes from.
 * @throws As {@link loadModel} for these runs; TypeError for one of another kind than the part has to be.
 */
export function loadParts(
  { name, parts = {} }: ModelKind,
  folder: string,
  find: (part: string) => string,
): Parts {
  if (Object.keys(parts).length === 0) return {};
  if (hasCheckpoint(join(folder, "checkpoints"))) return createParts(readOrigin(folder).parts);
  return Object.fromEntries(
    Object.entries(parts).map(([part, spec]): [string, Part] => {
      const run = find(part);
      const { kind, config, model, shape, arrays, best, step, parts } = readModel(run);
      if (!spec.fits(model, kind)) {
        throw new TypeError(
          `Cannot use "${run}" as the ${part} of ${name}: expected ${spec.wanted}, got a run of ${kind.name}`,
        );
      }
      const source = {
        model: kind.name,
        config: { ...config },
        data: shape,
        step: best?.step ?? step,
        parts,
      };
      return [part, createPart(part, { model, source, learned: savedParameters(arrays) })];
    }),
  );
}

function readModel(folder: string) {
  const { kind, config } = readConfig(folder);
  const saved = readModelCheckpoint(kind, folder) ?? missing(folder);
  return { kind, config, model: createModel(kind, config, saved), ...saved };
}

function readOrigin(folder: string) {
  const { kind, config } = readConfig(folder);
  return { kind, config, ...readModelOrigin(kind, folder) ?? missing(folder) };
}

function readConfig(folder: string): Pick<RunModel, "kind" | "config"> {
  const run = RunFolder.load(folder);
  const kind = modelKind(String(run.config.model));
  return { kind, config: run.checkedConfig(kind.fields) };
}

function missing(folder: string): never {
  throw new Error(
    `Cannot load "${folder}": expected a checkpoint, got none; resume its training first`,
  );
}
