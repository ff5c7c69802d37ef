import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type TrainWorldModelConfig,
  worldKindOf,
  worldModelPresets,
} from "../../agents/train_world_model/config.ts";

/** A run that goes through every stage in a second or two. */
const TINY = {
  streams: 2,
  roundStreams: 2,
  firstDecisions: 12,
  firstShortest: 5,
  firstLongest: 10,
  roundDecisions: 8,
  roundShortest: 4,
  roundLongest: 8,
  dreamBatch: 8,
  dreamHorizon: 3,
  controllerSteps: 3,
  controllerFinalSteps: 2,
  dreamDecisions: 10,
  dreamEpisodes: 2,
  generations: 2,
  population: 4,
  assessEpisodes: 1,
  testEpisodes: 2,
};

/** The same of the world models' own options, by kind. */
const TINY_WORLDS: Record<string, Partial<TrainWorldModelConfig>> = {
  "mdn-rnn": {
    visionSteps: 3,
    visionRefreshSteps: 2,
    visionBatch: 4,
    memoryUnits: 16,
    memorySteps: 4,
    memoryRoundSteps: 2,
    memoryBatch: 4,
    memoryLength: 4,
  },
  "rssm": {
    recurrentUnits: 16,
    sequenceBatch: 2,
    sequenceLength: 4,
    modelSteps: 3,
    modelRoundSteps: 2,
    autoencoderSteps: 3,
  },
  "iris": {
    irisCodes: 8,
    irisCodeSize: 4,
    irisUnits: 8,
    irisLayers: 1,
    irisHeads: 2,
    irisWindow: 2,
    irisContext: 1,
    irisTokenizerBatch: 4,
    irisTokenizerSteps: 3,
    irisTokenizerRefreshSteps: 2,
    irisBatch: 2,
    irisLength: 4,
    irisSteps: 3,
    irisRoundSteps: 2,
  },
  "storm": {
    stormUnits: 16,
    stormHeads: 2,
    stormWindow: 4,
    stormContext: 2,
    stormBatch: 2,
    stormLength: 4,
    stormSteps: 3,
    stormRoundSteps: 2,
  },
  "diamond": {
    diamondChannels: 4,
    diamondTurns: 2,
    diamondUnits: 16,
    denoiserBatch: 2,
    denoiserSteps: 3,
    denoiserRoundSteps: 2,
    outcomeBatch: 2,
    outcomeLength: 4,
    outcomeSteps: 3,
    outcomeRoundSteps: 2,
  },
};

/** The whole configuration of a tiny run. */
export function tinyConfig(changes: Partial<TrainWorldModelConfig> = {}): TrainWorldModelConfig {
  const kind = worldKindOf(changes);
  return { ...worldModelPresets(kind).smoke, ...TINY, ...TINY_WORLDS[kind.name], ...changes };
}

/**
 * The same as flags of `train-world-model`, with whole episodes, as the task demands: of eight decisions that last 125
 * frames each, unless `frameSkip` says otherwise.
 */
export function tinyFlags(changes: Partial<TrainWorldModelConfig> = {}): string[] {
  const { frameSkip = 125, rounds } = changes;
  const whole = 1000 / frameSkip;
  const episodes = rounds === 1
    ? { streams: 1, firstDecisions: whole, firstShortest: whole, firstLongest: whole + 1 }
    : { roundStreams: 1, roundDecisions: whole, roundShortest: whole, roundLongest: whole + 1 };
  const world = TINY_WORLDS[worldKindOf(changes).name];
  const all = { ...TINY, ...world, frameSkip, ...episodes, ...changes };
  const fields = Object.entries(all).flatMap(([key, value]) => [`--${key}`, String(value)]);
  return ["--preset", "smoke", ...fields];
}

/** All numbers that a run ended with: its checkpoint's tensors and progress, and its rollouts. */
export function finalNumbers(folder: string): Record<string, unknown> {
  const checkpoints = join(folder, "checkpoints");
  const { files, data } = JSON.parse(readFileSync(join(checkpoints, "checkpoint.json"), "utf8"));
  const numbers: Record<string, unknown> = { progress: data };
  for (const [group, { path }] of Object.entries<{ path: string }>(files)) {
    numbers[group] = digest(readFileSync(join(checkpoints, path)));
  }
  const rollouts = join(folder, "rollouts");
  for (const path of readdirSync(rollouts).toSorted()) {
    numbers[path] = digest(readFileSync(join(rollouts, path)));
  }
  return numbers;
}

/** What was measured, without times and rates, in an order of its own. */
export function measurements(folder: string): string[] {
  const path = join(folder, "metrics.jsonl");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").trim().split("\n").map((line) => {
    const { name, step, values: { rate: _, ...values } } = JSON.parse(line);
    return JSON.stringify({ name, step, values });
  }).toSorted();
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
