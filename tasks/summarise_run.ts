import { statSync } from "node:fs";
import { join } from "node:path";
import { stepsOption } from "../agents/learner_kind.ts";
import { assembleNetworks } from "../agents/train_world_model/assemble_networks.ts";
import { readAgentProgress } from "../agents/train_agent/agent_checkpoint.ts";
import { planStages } from "../agents/train_world_model/plan.ts";
import { readRunConfig } from "../agents/train_world_model/read_run_config.ts";
import { sessionProgressSchema } from "../agents/train_world_model/session_progress.ts";
import { readModelSteps } from "../generative/models/model_checkpoint.ts";
import {
  describeCheckpoint,
  encodeNumber,
  hasCheckpoint,
  type Json,
  type MetricsLine,
  MetricsWriter,
  type RunFamily,
  runFamily,
  RunFolder,
  RunLock,
} from "../generative/train/mod.ts";
import { formatCount, formatScore } from "./format.ts";
import { formatMetrics, formatNumber, mostTelling } from "./model_report.ts";
import { HELD_OUT } from "./model_results.ts";

/** What a run is and what it came to, in words. */
export interface RunSummary {
  folder: string;
  /** What was trained; "?" where that cannot be read. */
  kind: string;
  /** When it was trained last, milliseconds since 1970. */
  modified: number;
  /** "finished", how far it is, or why it cannot be opened. */
  state: string;
  /** The result in a few words; empty where there is none yet. */
  headline: string;
  /** All that was measured, by name. */
  results: Record<string, string>;
  /** The resolved configuration. */
  options: Record<string, Json>;
}

/** Reads what a run's files tell of it; one that cannot be read says in its state why not. */
export function summariseRun(folder: string): RunSummary {
  const time = (path: string) => statSync(join(folder, path), { throwIfNoEntry: false })?.mtimeMs;
  const modified = time("checkpoints/checkpoint.json") ?? time("config.json") ?? 0;
  const unread = { folder, kind: "?", modified, headline: "", results: {}, options: {} };
  try {
    const run = RunFolder.load(folder);
    const { kind, config: options } = run;
    const known = { ...unread, kind, options };
    try {
      const lines = new MetricsWriter(folder).lines();
      const { state, ...result } = BY_FAMILY[runFamily(kind, options)](run, lines);
      return { ...known, ...result, state: RunLock.isHeld(folder) ? `${state}, open` : state };
    } catch (error) {
      return { ...known, state: (error as Error).message };
    }
  } catch (error) {
    return { ...unread, state: (error as Error).message };
  }
}

type Progress = Pick<RunSummary, "state" | "headline" | "results">;

const BY_FAMILY: Record<RunFamily, (run: RunFolder, lines: readonly MetricsLine[]) => Progress> = {
  "model": ofModel,
  "world model": ofWorldModel,
  "agent": ofAgent,
};

function ofAgent({ path, kind, config }: RunFolder, lines: readonly MetricsLine[]): Progress {
  const progress = readAgentProgress(path);
  const steps = stepsOption(config), unit = steps.slice(0, -1);
  const done = progress?.steps ?? 0, wanted = Number(config[steps]), test = progress?.test;
  const last = lines.findLast(({ name }) => name === kind)?.values.return;
  const result = test ? formatScore(test.mean, test.deviation) : undefined;
  const learning = last === undefined || last === null ? undefined : formatNumber(Number(encodeNumber(last)));
  return {
    state: test && done >= wanted ? "finished" : `${unit} ${formatCount(done)} of ${formatCount(wanted)}`,
    headline: result !== undefined
      ? `${result} in ${test!.episodes} test episodes`
      : learning !== undefined
      ? `return ${learning} while learning`
      : "",
    results: {
      environment: String(config.environment),
      ...learning !== undefined && { "return while learning": learning },
      ...result !== undefined && { "test, in reality": result },
    },
  };
}

function ofWorldModel(run: RunFolder): Progress {
  const config = readRunConfig(run.path), networks = assembleNetworks(config);
  const checkpoints = join(run.path, "checkpoints");
  const progress = hasCheckpoint(checkpoints)
    ? describeCheckpoint(checkpoints, { data: sessionProgressSchema(networks.components) })
      .data
    : undefined;
  const stages = planStages(config, networks).length, done = progress?.stage ?? 0;
  const test = progress?.tests[0], round = progress?.rounds.at(-1);
  const results = {
    ...round && { "last round, in reality": formatScore(round.reality, round.realityDeviation) },
    ...test && {
      "test, in reality": formatScore(test.mean, test.deviation),
      ...test.dream !== undefined &&
        { "test, in its dream": formatScore(test.dream, test.dreamDeviation ?? NaN) },
    },
  };
  return {
    state: done >= stages ? "finished" : `stage ${done} of ${stages}`,
    headline: test
      ? `${results["test, in reality"]} in ${test.episodes} test episodes`
      : round
      ? `${results["last round, in reality"]} after round ${round.round}`
      : "",
    results: { environment: config.environment, ...results },
  };
}

function ofModel({ path, config }: RunFolder, lines: readonly MetricsLine[]): Progress {
  const measured = lines.findLast(({ name }) => name === "evaluation" || name === HELD_OUT);
  const ends = lines.filter(({ name }) => name === HELD_OUT).map(({ step }) => step);
  const epochs = Number(config.epochs), done = ends.length;
  const steps = readModelSteps(path), { bestStep = Infinity } = steps ?? {};
  const best = ends.filter((step) => step <= bestStep).length;
  const stopped = best > 0 && done - best >= Number(config.patience);
  const values = Object.entries(measured?.values ?? {});
  const metrics = Object.fromEntries(
    values.map(([name, value]) => [name, value === null ? null : encodeNumber(value)]),
  );
  const fittedAtOnce = done > 0 && measured?.step === 0;
  return {
    state: steps && (done >= epochs || fittedAtOnce)
      ? "finished"
      : bestStep < Infinity && stopped
      ? `finished early, best in epoch ${best} of ${done}`
      : `epoch ${done} of ${epochs}`,
    headline: formatMetrics(mostTelling(metrics)),
    results: Object.fromEntries(
      values.map(([name, value]) => [name, value === null ? "?" : formatNumber(value)]),
    ),
  };
}
