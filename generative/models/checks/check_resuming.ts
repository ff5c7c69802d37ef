import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCheckpoint } from "../../train/checkpoint.ts";
import { RunFolder } from "../../train/run_folder.ts";
import type { ModelEvent } from "../train_model.ts";
import { trainModel } from "../train_model.ts";
import type { ModelChecker } from "./model_checker.ts";

/** Passes over the data: one before the kill, one after it. */
const EPOCHS = 2;
/** Examples that are learned from, at most. */
const EXAMPLES = 64;

/** A run that is killed after its first checkpoint and resumed ends with the numbers of one that was not. */
export async function checkResuming(check: ModelChecker): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "somnium-check-"));
  try {
    const train = (name: string, kill = false) =>
      check.leaves("a run", () => run(check, { root, name, kill }), () => undefined);
    const whole = await train("whole");
    await train("killed", true);
    const resumed = await train("killed");
    for (const part of ["metrics", "state", "samples"] as const) {
      check.same(whole[part], resumed[part], `the same ${part} from a run that was killed and resumed`);
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** What killed a run. */
class Killed extends Error {}

async function run(
  { kind, trial: { config } }: ModelChecker,
  { root, name, kill }: { root: string; name: string; kill: boolean },
) {
  const controller = new AbortController();
  const onEvent = ({ type }: ModelEvent) => {
    if (kill && type === "checkpoint") controller.abort(new Killed());
  };
  const whole = { ...config, epochs: EPOCHS, examples: Math.min(config.examples || Infinity, EXAMPLES) };
  using folder = RunFolder.open(name, { root, config: whole });
  let metrics: Record<string, number> = {};
  try {
    metrics = await trainModel(kind, whole, folder.path, { onEvent, signal: controller.signal });
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  const { arrays } = loadCheckpoint(join(folder.path, "checkpoints"));
  const state = Object.entries(arrays).flatMap(([group, members]) =>
    Object.entries(members).map(([key, array]) => [`${group} ${key}`, array] as const)
  );
  const samples = readdirSync(join(folder.path, "samples"));
  return {
    metrics,
    state: Object.fromEntries(state),
    samples: Object.fromEntries(
      samples.map((file) => [file, readFileSync(join(folder.path, "samples", file))]),
    ),
  };
}
