import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { LEARNER_KINDS } from "../agents/kinds.ts";
import { type LearnerConfig, type LearnerKind, learnerPresets, stepsOption } from "../agents/learner_kind.ts";
import { agentSpaces } from "../agents/train_agent/agent_environments.ts";
import type { AgentEvent } from "../agents/train_agent/events.ts";
import { recordedEnvironment } from "../agents/train_agent/read_recordings.ts";
import { type AgentResult, trainAgent } from "../agents/train_agent/train_agent.ts";
import { completeConfig } from "../core/fields/field.ts";
import { type MetricsWriter, resolveConfig, RunFolder } from "../generative/train/mod.ts";
import { agentTable, tellAgent } from "./agent_report.ts";
import { configFlags } from "./config_flags.ts";
import type { Flags } from "./flags.ts";
import { findRun, isRun } from "./find_run.ts";
import { environmentOf } from "./model_results.ts";
import { projectPath, shownPath, typedPath } from "./paths.ts";
import { print, usage } from "./run_task.ts";
import { shellWord } from "./shell_word.ts";
import { checkRunName, runTraining, trainPlanned } from "./training.ts";

/** What `deno task train` was told of an agent. */
export interface AgentOrder {
  /** The run to resume. @default a new one */
  run?: string;
  /** The way to learn. */
  kind: LearnerKind;
  /** The task's options. */
  flags: { preset?: string; run?: string; runs?: string; json: boolean; module?: string };
  /** Options of the kind that were given. */
  overrides: Record<string, string>;
}

/** Trains an agent, or goes on with its run. @throws UsageError for options that make no sense. */
export async function trainAgentRun({ run, kind, flags, ...order }: AgentOrder): Promise<void> {
  const overrides = run === undefined ? namingRecordings(kind, order.overrides) : order.overrides;
  const presets = run ? { default: configOf(run, kind) } : learnerPresets(kind, overrides.environment);
  const { config, preset } = usage(() => {
    const resolved = resolveConfig(kind.fields, presets, { preset: flags.preset, overrides });
    agentSpaces(resolved.config); // an environment that is unknown or cannot be learned
    return resolved;
  });
  const begun = run ? String(environmentOf(run).preset ?? preset) : preset;
  const name = run ? basename(run) : flags.run ?? runName(kind, config, begun);
  checkRunName(name);
  const root = run ? dirname(run) : flags.runs ?? projectPath("runs");
  const module = flags.module !== undefined && isOwn(kind) ? shownPath(flags.module) : undefined;
  const fresh = !existsSync(join(root, name));
  using folder = RunFolder.open(name, {
    root,
    kind: kind.name,
    config,
    grows: [stepsOption(config)],
    complete: (written) => completeConfig(kind.fields, written),
  });
  await runTraining<AgentEvent, AgentResult>(folder, {
    preset: begun,
    json: flags.json,
    more: { preset: begun, ...module && { module } },
  }, {
    tell: tellAgent,
    record: recordMetrics,
    train: ({ onEvent, ...hooks }) =>
      trainPlanned(
        folder,
        { fresh, onEvent },
        (hear) => trainAgent(kind, config, folder.path, { ...hooks, onEvent: hear }),
      ),
    print: ({ test }) => {
      const shown = shellWord(shownPath(folder.path));
      const end = module === undefined ? "" : ` --module ${shellWord(module)}`;
      print(`\n${agentTable(test, config.environment)}\n`);
      print(
        `Metrics: ${shownPath(folder.path)}/metrics.jsonl, and ${
          shownPath(folder.path)
        }/tensorboard for TensorBoard`,
      );
      print(`Next: deno task evaluate ${shown}${end} --seeds 100-199\n      deno task watch ${shown}`);
    },
  });
}

/** The options of a way to learn. @param run The run that is resumed. */
export function agentFlags(kind: LearnerKind, run?: string): { flags: Flags } {
  const presets = run === undefined ? learnerPresets(kind) : { default: configOf(run, kind) };
  const known = Object.keys(kind.environments).join(", ");
  const heading = run === undefined && known
    ? `Options of ${kind.name}, in ${presets.default.environment}; ${known} have presets of their own:`
    : `Options of ${kind.name}:`;
  return { flags: configFlags(kind.fields, presets as Record<string, LearnerConfig>, heading) };
}

/**
 * The options, with the folders of the recordings that are meant (folders, or runs by their names) and the environment
 * that they are of, unless another was asked for.
 *
 * @throws UsageError where there are no recordings.
 */
function namingRecordings(
  { learnsFrom }: LearnerKind,
  overrides: Record<string, string>,
): Record<string, string> {
  if (learnsFrom !== "recordings") return overrides;
  const place = (meant: string) =>
    !existsSync(typedPath(meant)) && isRun(meant) ? findRun(meant, "learn from") : typedPath(meant);
  const { recordings: meant = "" } = overrides;
  const recordings = meant === "" ? "" : meant.split(",").map(place).join(",");
  return { environment: usage(() => recordedEnvironment(recordings)), ...overrides, recordings };
}

/** Whether a kind comes from a module of the user's. */
function isOwn({ name }: LearnerKind): boolean {
  return !LEARNER_KINDS.some((known) => known.name === name);
}

function configOf(run: string, { fields }: LearnerKind): LearnerConfig {
  return RunFolder.load(run).checkedConfig(fields) as LearnerConfig;
}

/** `ppo-cartpole-default-1`. */
function runName({ name }: LearnerKind, { environment, seed }: LearnerConfig, preset: string): string {
  return `${name}-${environment.replace(/-v\d+$/, "").toLowerCase()}-${preset}-${seed}`;
}

/** Writes rounds and the test to the run's metrics. */
function recordMetrics(metrics: MetricsWriter): (event: AgentEvent) => void {
  return (event) => {
    if (event.type === "start") metrics.resume(event.name, event.step);
    else if (event.type === "test") {
      metrics.resume("test", 0);
      const { failures, ...values } = event.report;
      metrics.write("test", 1, { ...values, ...failures !== undefined && { failures } });
    } else if (event.type === "progress") metrics.record(event);
  };
}
