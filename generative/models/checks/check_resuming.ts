import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RandomStream } from "../../../core/random_stream.ts";
import { shapeOf } from "../../data/dataset.ts";
import { disposeTensors } from "../../nn/parameters.ts";
import { loadCheckpoint } from "../../train/checkpoint.ts";
import { RunFolder } from "../../train/run_folder.ts";
import type { NamedArray } from "../../train/safetensors.ts";
import { toTensors } from "../../train/tensor_arrays.ts";
import { measureModel } from "../measure_model.ts";
import { loadModelData } from "../model_data.ts";
import type { ModelConfig } from "../model_fields.ts";
import { savedParameters } from "../saved_parameters.ts";
import { type ModelEvent, trainModel } from "../train_model.ts";
import { joinGroups, type ModelChecker } from "./model_checker.ts";

/** Passes over the data: one before the kill, one after it. */
const EPOCHS = 2;
/** Examples that are learned from, at most. */
const EXAMPLES = 64;

/** Decay of the average of the weights, where the kind has one. */
const AVERAGE_DECAY = 0.5;

/**
 * A run that is killed after its first checkpoint and resumed ends with the numbers of one that was not; where weights
 * are averaged, measures are those of the average.
 */
export async function checkResuming(check: ModelChecker): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "somnium-check-"));
  try {
    const config = runConfig(check);
    const train = (name: string, kill = false) =>
      check.leaves("a run", () => run(check, config, { root, name, kill }), () => undefined);
    const whole = await train("whole");
    await train("killed", true);
    const resumed = await train("killed");
    for (const part of ["metrics", "state", "samples"] as const) {
      check.same(whole[part], resumed[part], `the same ${part} from a run that was killed and resumed`);
    }
    if ("average" in whole.arrays) await checkAverage(check, config, whole);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function runConfig({ kind, trial: { config } }: ModelChecker): ModelConfig {
  const averages = "averageDecay" in kind.fields.entries;
  return {
    ...config,
    epochs: EPOCHS,
    examples: Math.min(config.examples || Infinity, EXAMPLES),
    ...averages && { averageDecay: AVERAGE_DECAY },
  };
}

/** The files and metrics that a run left. */
interface Left {
  /** What was measured last. */
  metrics: Record<string, number>;
  /** Its checkpoint, by group and name. */
  arrays: Record<string, Record<string, NamedArray>>;
  /** The same, by the names of both. */
  state: Record<string, NamedArray>;
  /** What it drew, by file. */
  samples: Record<string, Uint8Array>;
}

/** What killed a run. */
class Killed extends Error {}

async function run(
  { kind, trial: { parts } }: ModelChecker,
  config: ModelConfig,
  { root, name, kill }: { root: string; name: string; kill: boolean },
): Promise<Left> {
  const controller = new AbortController();
  const onEvent = ({ type }: ModelEvent) => {
    if (kill && type === "checkpoint") controller.abort(new Killed());
  };
  using folder = RunFolder.open(name, { root, config });
  let metrics: Record<string, number> = {};
  try {
    metrics = await trainModel(kind, config, folder.path, { parts, onEvent, signal: controller.signal });
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  const { arrays } = loadCheckpoint(join(folder.path, "checkpoints"));
  const files = readdirSync(join(folder.path, "samples"));
  const samples = files.map((file) => [file, readFileSync(join(folder.path, "samples", file))] as const);
  return { metrics, arrays, state: joinGroups(arrays), samples: Object.fromEntries(samples) };
}

/** Measures a run's average again. */
async function checkAverage(
  check: ModelChecker,
  config: ModelConfig,
  { metrics, arrays }: Left,
): Promise<void> {
  const held = await loadModelData(config, "test");
  const shape = shapeOf(await loadModelData(config, "train"));
  const model = check.kind.create(config, shape, check.trial.parts);
  const parameters = toTensors(savedParameters(arrays));
  const random = new RandomStream(config.seed).fork("measure");
  const measures = await measureModel(model, parameters, held, random);
  disposeTensors(parameters);
  const told = Object.fromEntries(Object.keys(measures).map((name) => [name, metrics[name]])); // distances apart
  check.same(measures, told, "the measures of a run to be those of its average");
}
