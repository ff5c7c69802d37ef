/**
 * `deno task train MODEL|AGENT`: trains a generative model, or an agent in an environment. `--help` tells the rest.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isLearnerKind, LEARNER_KINDS, learnerKind } from "../agents/kinds.ts";
import { completeConfig, type FieldTable } from "../core/fields/field.ts";
import { isModelKind, isOwnKind, MODEL_KINDS, modelKind } from "../generative/kinds.ts";
import { loadParts } from "../generative/load_model.ts";
import type { ModelKind, Parts } from "../generative/models/model.ts";
import { type ModelEvent, trainModel } from "../generative/models/train_model.ts";
import { type Json, type MetricsWriter, resolveConfig, RunFolder } from "../generative/train/mod.ts";
import { chooseParts, findPart } from "./choose_parts.ts";
import { type Given, Task } from "./cli.ts";
import { configFlags } from "./config_flags.ts";
import { chooseRun, findNewestRun, isRun, newestRun, runNames } from "./find_run.ts";
import { MODULE_FLAG } from "./flags.ts";
import { formatMetrics, tellModel } from "./model_report.ts";
import { environmentOf, HELD_OUT } from "./model_results.ts";
import { expectKnownModel } from "./open_model.ts";
import { projectPath, shownPath } from "./paths.ts";
import { print, usage, UsageError } from "./run_task.ts";
import { shellWord } from "./shell_word.ts";
import { agentFlags, trainAgentRun } from "./train_agent.ts";
import {
  blame,
  checkRunName,
  runTraining,
  trainingFlags,
  type TrainingHooks,
  trainPlanned,
} from "./training.ts";
import { useModule } from "./use_module.ts";

const flags = {
  module: MODULE_FLAG,
  ...trainingFlags([...new Set(MODEL_KINDS.flatMap(({ presets }) => Object.keys(presets)))], {
    help:
      "book (the book's), default (fifteen minutes on two cores at most), smoke (seconds), or hour where a model " +
      "has one",
    unset:
      "model (or agent and environment), preset and seed, such as vae-fashion-default-1 or ppo-cartpole-default-1",
  }),
};

/** `deno task train MODEL|AGENT`. */
export const TASK = new Task({
  name: "train",
  help:
    "Trains a generative model, measures it on held-out data after every epoch, and draws samples; or an agent, which " +
    "learns in an environment, or from recordings, and is then tested there. If it is interrupted, run the same command again to resume: " +
    "it ends with the same numbers. A larger --epochs, or --decisions or --updates of an agent, continues a finished run. The name " +
    "of a run in place of MODEL resumes it with its own options.\n\nMODEL --help shows the options of a model or an agent, with their values in its presets.",
  operand: {
    name: "MODEL|RUN",
    help: `${
      MODEL_KINDS.map(({ name }) => name).join(", ")
    }; the agents ${
      LEARNER_KINDS.map(({ name }) => name).join(", ")
    }; or one that --module exports; or a run to resume, ` +
      "by its name or folder (default: the newest suitable run)",
    wanted: `one model such as ${MODEL_KINDS[0].name}, or one run`,
    suggest: () => [...[...MODEL_KINDS, ...LEARNER_KINDS].map(({ name }) => name), ...runNames()],
  },
  flags,
  prepare: ({ module }) => useModule(module),
  more: trainableFlags,
  writes: "runs",
  examples: [
    "train vae-fashion",
    "train vae-fashion --preset smoke --seed 2 --learning-rate 1e-3",
    "train word-lstm --data my_texts.txt --run mine",
    "train mine --epochs 40",
    "train gaussian-mixture --module generative/examples/gaussian_mixture.ts",
    "train ppo --environment Pendulum-v1 --record-episodes 200",
    "train decision-transformer --recordings ppo-pendulum-default-1",
    "train vae-fashion --help",
  ],
});

/** What `train` goes on with. */
const WISH = { task: "train", kinds: ["model", "agent"] } as const;

if (import.meta.main) await TASK.run(main);

async function main({ flags, more, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const run = isKind(operands[0]) ? undefined : runToResume(operands, flags);
  const what = run ? RunFolder.load(run).kind : operands[0];
  if (isLearnerKind(what)) {
    const overrides = more as Record<string, string>;
    return await trainAgentRun({ run, kind: learnerKind(what), flags, overrides });
  }
  const kind = run ? modelKind(RunFolder.load(run).kind) : modelKind(operands[0]);
  const { config: given, ...resolved } = usage(() =>
    resolveConfig(kind.fields, run ? presetOf(run, kind) : kind.presets, {
      preset: flags.preset,
      overrides: more as Record<string, string>,
    })
  );
  const { preset = "default", overrides } = run
    ? { ...environmentOf(run), overrides: { ...environmentOf(run).overrides, ...resolved.overrides } }
    : resolved;
  const name = run ? basename(run) : flags.run ?? `${kind.name}-${preset}-${given.seed}`;
  checkRunName(name);
  const root = run ? dirname(run) : flags.runs ?? projectPath("runs");
  const path = join(root, name);
  const fresh = !existsSync(path); // no folder of anybody's
  const config = chooseParts(kind, given, { folder: path, root });
  const runs = config as unknown as Record<string, string>;
  const parts = partsOf(kind, path, runs);
  const kinds = [kind.name, ...Object.values(parts).map(({ source }) => source.model)];
  const module = flags.module !== undefined && kinds.some(isOwnKind) ? shownPath(flags.module) : undefined;
  using folder = RunFolder.open(name, {
    root,
    config,
    grows: ["epochs"],
    complete: (written) => completeConfig(kind.fields, written),
  });
  const train = async ({ onEvent, ...hooks }: TrainingHooks<ModelEvent>) => {
    const metrics = await trainPlanned(
      folder,
      { fresh, onEvent },
      (hear) => trainModel(kind, config, folder.path, { ...hooks, parts, onEvent: hear }),
    );
    return { metrics };
  };
  const taken = Object.fromEntries(Object.keys(parts).map((part) => [part, runs[part]]));
  const changes = { ...overrides, ...taken } as Record<string, Json>;
  const described = { preset, overrides: changes, ...module && { module } };
  await runTraining(folder, { preset, json: flags.json, more: described }, {
    tell: tellModel,
    record: recordMetrics,
    train,
    print: ({ metrics }) => printResult(metrics, folder.path, module),
  });
}

function isKind(name: string | undefined): boolean {
  return name !== undefined && (isModelKind(name) || isLearnerKind(name));
}

/** The run that is meant by its name, else the newest. @throws UsageError where there is none, or options are for a new one. */
function runToResume(
  [meant]: readonly string[],
  { preset, run, runs }: { preset?: string; run?: string; runs?: string },
): string {
  if (meant !== undefined && !isRun(meant)) usage(() => modelKind(meant));
  const { folder } = meant === undefined && runs !== undefined
    ? newestRun(WISH, [runs])
    : chooseRun(meant === undefined ? [] : [meant], WISH);
  const foreign = Object.entries({ preset, run }).find(([, value]) => value !== undefined)?.[0];
  if (foreign) {
    throw new UsageError(`Cannot set --${foreign}: "${shownPath(folder)}" is resumed, and keeps its own`);
  }
  expectKnownModel(folder);
  return folder;
}

/** What a run began with, as the only preset. */
function presetOf<C>(folder: string, { fields }: { fields: FieldTable<C> }): { default: C } {
  return { default: RunFolder.load(folder).checkedConfig(fields) };
}

/** The parts of the run in a folder. @throws UsageError for a run that is none or of another kind. */
function partsOf(kind: ModelKind, folder: string, runs: Record<string, string>): Parts {
  try {
    return loadParts(kind, folder, (part) => findPart(part, runs[part]));
  } catch (error) {
    throw blame(error);
  }
}

/** The options of a model or an agent. @throws UsageError naming the nearest one. */
function trainableFlags(name: string | undefined) {
  const run = name === undefined
    ? findNewestRun(WISH)?.folder
    : !isKind(name) && isRun(name)
    ? chooseRun([name], WISH).folder
    : undefined;
  if (name === undefined && (run === undefined || !isKind(RunFolder.load(run).kind))) return { flags: {} };
  if (run !== undefined) expectKnownModel(run);
  const what = run === undefined ? name! : RunFolder.load(run).kind;
  if (isLearnerKind(what)) {
    const agent = learnerKind(what);
    const help = name === undefined ? undefined : `${agent.title} (${agent.paper}). ${agent.notes}`;
    return { help, ...agentFlags(agent, run) };
  }
  const kind = usage(() => modelKind(what));
  const { title, chapter, paper, fields, parts = {} } = kind;
  const flags = configFlags(fields, run ? presetOf(run, kind) : kind.presets, `Options of ${kind.name}:`);
  for (const part of Object.keys(parts)) flags[part] = { ...flags[part], value: "RUN", suggest: runNames };
  return { help: name === undefined ? undefined : `${title} (chapter ${chapter}; ${paper}).`, flags };
}

/** Writes what training measures to the run's metrics: losses under the model's name, the rest as `held-out`. */
function recordMetrics(metrics: MetricsWriter): (event: ModelEvent) => void {
  return (event) => {
    if (event.type === "start") {
      const step = event.steps === 0 ? -1 : event.step; // what is fitted at once is measured anew
      metrics.resume(event.name, step);
      metrics.resume(HELD_OUT, step - 1); // what was measured there is measured again
    } else if (event.type === "evaluate") metrics.write(HELD_OUT, event.step, event.metrics);
    else if (event.type === "progress" && "losses" in event) metrics.record(event);
  };
}

/** @param module Of a model of the user's own. */
function printResult(metrics: Record<string, number>, folder: string, module: string | undefined): void {
  const shown = shownPath(folder);
  const draws = readdirSync(join(folder, "samples")).length > 0; // classifiers draw nothing
  print(`\nHeld-out data: ${formatMetrics(metrics)}`);
  if (draws) print(`Samples: ${shown}/samples`);
  print(`Metrics: ${shown}/metrics.jsonl, and ${shown}/tensorboard for TensorBoard`);
  const run = module === undefined ? shellWord(shown) : `${shellWord(shown)} --module ${shellWord(module)}`;
  const next = [draws ? `sample ${run} --n 64 --seed 7` : "", `explore ${run}`, `evaluate ${run}`];
  print(`Next: ${next.filter(Boolean).map((task) => `deno task ${task}`).join("\n      ")}`);
}
