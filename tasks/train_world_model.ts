/**
 * `deno task train-world-model`: collects rollouts, trains a world model, trains a controller in the dream, and drives it
 * in reality. `--help` tells the rest.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { checkRunConfig } from "../agents/train_world_model/check_run_config.ts";
import { worldKindOf, worldModelFields, worldModelPresets } from "../agents/train_world_model/config.ts";
import { presetsFor } from "../agents/train_world_model/environment_presets.ts";
import type { WorldModelEvent } from "../agents/train_world_model/events.ts";
import { readRunConfig } from "../agents/train_world_model/read_run_config.ts";
import { trainWorldModel, type WorldModelResult } from "../agents/train_world_model/train_world_model.ts";
import { completeConfig } from "../core/fields/field.ts";
import { flagName } from "../core/flag_name.ts";
import { type MetricsWriter, resolveConfig, RunFolder, WORLD_MODEL_RUN } from "../generative/train/mod.ts";
import { WORLD_KINDS, worldKind, worldKinds } from "../worlds/kinds.ts";
import { type Given, Task } from "./cli.ts";
import { configFlags } from "./config_flags.ts";
import { chooseRun, RUN } from "./find_run.ts";
import { projectPath, shownPath } from "./paths.ts";
import { print, usage, UsageError } from "./run_task.ts";
import { shellWord } from "./shell_word.ts";
import { MODULE_FLAG, text } from "./flags.ts";
import { checkRunName, runTraining, trainingFlags } from "./training.ts";
import { useModule } from "./use_module.ts";
import { tellProgress, testTable } from "./world_model_report.ts";

const [FIRST] = WORLD_KINDS;
/** Those that `--module` exports among them. */
const names = () => worldKinds().map(({ name }) => name);

const flags = {
  world: {
    ...text(
      "NAME",
      `kind of world model, each with options of its own: ${
        names().join(", ")
      }, or one that --module exports`,
      {
        fallback: FIRST.name,
        unset: FIRST.name,
      },
    ),
    fallback: FIRST.name,
    get wanted() {
      return `one of ${names().join(", ")}`;
    },
    parse: (given: string) => names().includes(given) ? given : undefined,
    suggest: names,
  },
  module: MODULE_FLAG,
  ...trainingFlags(Object.keys(FIRST.presets), {
    help: Object.keys(FIRST.presets).join(", "),
    unset:
      "world and environment where they are not the first ones, preset and seed, such as default-1 or rssm-default-1",
  }),
};

/** `deno task train-world-model`. */
export const TASK = new Task({
  name: "train-world-model",
  help:
    "Runs the whole pipeline in an environment with pictures: collects rollouts, trains a world model, trains a controller " +
    "inside the dream only, and evaluates it in reality. If it is interrupted, run the same command again to resume: it " +
    "ends with the same numbers. A larger --rounds goes on from a finished run.",
  operand: {
    ...RUN,
    help: "a run to resume with its own options, by its name or folder (default: a new run)",
  },
  flags,
  prepare: ({ module }) => useModule(module),
  more: (_, { world }) => {
    const kind = worldKind(world);
    return {
      flags: configFlags(
        worldModelFields(kind),
        worldModelPresets(kind),
        `Options of the pipeline, with ${kind.title} (${kind.paper}):`,
      ),
      refuse: (option) => ownerOf(option, world),
    };
  },
  writes: "runs",
  examples: [
    "train-world-model --seed 1",
    "train-world-model --environment TakeCover-v0",
    "train-world-model --world rssm --help",
    "train-world-model --world storm --preset hour",
    "train-world-model --world diamond --preset hour",
    "train-world-model default-1 --rounds 30",
    "train-world-model --preset smoke --run trial",
  ],
});

if (import.meta.main) await TASK.run(main);

/** The kind of world model that another one's option belongs to, as the end of a sentence. */
function ownerOf(option: string, world: string): string | undefined {
  const owner = worldKinds().find(({ fields }) =>
    Object.keys(fields).some((key) => flagName(key) === option)
  );
  return owner && `expected an option of --world ${world}, got one of --world ${owner.name}`;
}

async function main({ flags, more, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const run = operands.length === 0
    ? undefined
    : chooseRun(operands, { task: "train", kinds: ["world model"] }).folder;
  const foreign = run === undefined
    ? undefined
    : (["preset", "run", "runs"] as const).find((key) => flags[key]);
  if (foreign) {
    throw new UsageError(`Cannot set --${foreign}: "${shownPath(run!)}" is resumed, and keeps its own`);
  }
  const own = run === undefined ? undefined : readRunConfig(run);
  const kind = own ? worldKindOf(own) : worldKind(flags.world);
  if (![FIRST.name, kind.name].includes(flags.world)) {
    throw new UsageError(
      `Cannot set --world: "${shownPath(run!)}" is resumed, and its world is ${kind.name}`,
    );
  }
  const fields = worldModelFields(kind);
  const { config, preset } = usage(() => {
    const overrides = more as Record<string, string>;
    const presets = own ? { default: own } : presetsFor({ world: kind.name, ...overrides });
    const resolved = resolveConfig(fields, presets, { preset: flags.preset, overrides });
    checkRunConfig(resolved.config);
    return resolved;
  });
  const world = kind === FIRST ? "" : `${kind.name}-`;
  const where = config.environment === fields.defaults.environment
    ? ""
    : `${config.environment.replace(/-v\d+$/, "").toLowerCase()}-`;
  const name = run ? basename(run) : flags.run ?? `${world}${where}${preset}-${config.seed}`;
  checkRunName(name);
  using folder = RunFolder.open(name, {
    root: run ? dirname(run) : flags.runs ?? projectPath("runs"),
    kind: WORLD_MODEL_RUN,
    config,
    grows: ["rounds"],
    complete: (written) => completeConfig(fields, written),
  });
  await runTraining<WorldModelEvent, WorldModelResult>(folder, { preset, json: flags.json }, {
    tell: (progress) => tellProgress(progress, config),
    record: recordMetrics,
    train: (hooks) => trainWorldModel(config, folder.path, hooks),
    print: (result) => printResult(result, { folder: folder.path, environment: config.environment }),
  });
}

/** Writes training, rounds and tests to the run's metrics. */
function recordMetrics(metrics: MetricsWriter): (event: WorldModelEvent) => void {
  const replace = (name: string, step: number, values: Record<string, number>) => {
    metrics.resume(name, step - 1);
    metrics.write(name, step, values);
  };
  return (event) => {
    if (event.type === "round") {
      const { round, ...values } = event.report;
      replace("round", round, values);
    } else if (event.type === "test") {
      const { driver, ...values } = event.report;
      replace(`test ${driver}`, 1, values);
    } else if (event.type !== "plan" && event.type !== "stage" && event.type !== "work") {
      metrics.record(event);
    }
  };
}

/** The results of a run, on standard output. */
function printResult(
  { tests }: WorldModelResult,
  { folder, environment }: { folder: string; environment: string },
): void {
  const samples = existsSync(`${folder}/samples`) ? readdirSync(`${folder}/samples`) : [];
  const shown = shownPath(folder);
  print(`\n${testTable(tests, environment)}\n`);
  if (samples.length > 0) print(`Pictures: ${shown}/samples (${samples.toSorted().join(", ")})`);
  print(`Metrics: ${shown}/metrics.jsonl, and ${shown}/tensorboard for TensorBoard`);
  const run = shellWord(shown);
  print(`Next: deno task evaluate ${run} --episodes 100 --seeds 100-199`);
  print(`      deno task watch ${run}`);
  if (environment !== "CarRacing-v3") return; // the only one that Gymnasium has as well
  print(`      python bench/gymnasium_drive.py ${run} --seeds 0-29    (the same controller in Gymnasium)`);
}
