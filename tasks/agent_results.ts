import { existsSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { learnerKind } from "../agents/kinds.ts";
import { type LearnerConfig, stepsOption } from "../agents/learner_kind.ts";
import { readAgentProgress } from "../agents/train_agent/agent_checkpoint.ts";
import { assembleNetworks } from "../agents/train_world_model/assemble_networks.ts";
import { worldKindOf } from "../agents/train_world_model/config.ts";
import { readFinishedRun } from "../agents/train_world_model/finished_run.ts";
import { planStages } from "../agents/train_world_model/plan.ts";
import { MetricsWriter, RunFolder, WORLD_MODEL_RUN } from "../generative/train/mod.ts";
import {
  dateWords,
  environmentOf,
  type Machine,
  machineWords,
  readTable,
  trainingSeconds,
  writeTable,
} from "./model_results.ts";
import { agentCommand, withSeed, worldModelCommand } from "./training_command.ts";

/** Mean and standard deviation of returns. */
interface Score {
  mean: number;
  deviation: number;
}

/** What an agent came to, as `docs/agents.json` keeps it by command; `deno task document` writes it. */
export interface AgentResult {
  /** Id of the environment. */
  environment: string;
  /** The world in whose dreams it learned; absent where it learned in reality or from recordings. */
  world?: string;
  /** How it learned. */
  learner: string;
  /** What differs from the default preset, as flags; "" for nothing. */
  settings: string;
  seed: number;
  /** Episodes of the test, which training never uses. */
  episodes: number;
  /** Returns in these. */
  reality: Score;
  /** Share of their decisions at full cost, such as off the road; absent where there is none. */
  failures?: number;
  /** Returns of whole dreamt episodes, where it dreams. */
  dream?: Score;
  /** The same of the last round, where another one was chosen. */
  lastRound?: Score;
  /** Returns in Gymnasium itself, where `bench/gymnasium_drive.py` measured them. */
  gymnasium?: Score & { version: string; episodes: number };
  /** Frames of the environment that it learned from; absent where others had recorded them. */
  frames?: number;
  /** How long training took. */
  seconds: number;
  /** Where it was trained. */
  machine: string;
  /** When. */
  date: string;
}

/** The file in the folder of documents. */
const AGENTS_FILE = "agents.json";

/** What `bench/gymnasium_drive.py` writes into a run, as `gymnasium.json`. */
const GymnasiumSchema = v.object({
  version: v.string(),
  mean: v.number(),
  deviation: v.number(),
  episodes: v.number(),
});

/** Reads all results by command. @throws SyntaxError naming the file when it is damaged. */
export function readAgentResults(docs: string): Record<string, AgentResult> {
  return readTable<AgentResult>(join(docs, AGENTS_FILE));
}

/** Writes all results, by command. */
export function writeAgentResults(docs: string, results: Record<string, AgentResult>): void {
  writeTable(join(docs, AGENTS_FILE), results);
}

/**
 * What a run came to, and the command that trains it.
 *
 * @param folder A run of `deno task train-world-model`, or of an agent of `deno task train`.
 * @throws Error for a run that is not finished.
 */
export function agentResultOf(folder: string): { command: string; result: AgentResult } {
  const { kind } = RunFolder.load(folder);
  const { command, result } = kind === WORLD_MODEL_RUN ? ofWorldModel(folder) : ofAgent(folder);
  const gymnasium = readGymnasium(folder);
  return { command, result: { ...result, ...gymnasium && { gymnasium } } };
}

function ofWorldModel(folder: string): { command: string; result: AgentResult } {
  const { config, progress, environment, seconds, finished } = readFinishedRun(folder);
  const command = worldModelCommand(config);
  const [test, ...others] = progress.tests;
  const lastRound = others.find(({ driver }) => driver === "last round");
  const decisions = planStages(config, assembleNetworks(config))
    .filter(({ kind }) => kind === "collect")
    .reduce((sum, { amount }) => sum + amount, 0);
  return {
    command: withSeed(command, config.seed),
    result: {
      environment: config.environment,
      world: worldKindOf(config).name,
      learner: config.controller,
      settings: command.settings,
      seed: config.seed,
      episodes: test.episodes,
      reality: { mean: test.mean, deviation: test.deviation },
      ...test.failures !== undefined && { failures: test.failures },
      ...test.dream !== undefined &&
        { dream: { mean: test.dream, deviation: test.dreamDeviation ?? NaN } },
      ...lastRound && { lastRound: { mean: lastRound.mean, deviation: lastRound.deviation } },
      frames: decisions * config.frameSkip,
      seconds: Math.round(seconds),
      machine: machineWords(environment.machine as Machine | undefined),
      date: dateWords(finished),
    },
  };
}

function ofAgent(folder: string): { command: string; result: AgentResult } {
  const run = RunFolder.load(folder);
  const kind = learnerKind(run.kind);
  const config = run.checkedConfig(kind.fields) as LearnerConfig;
  const { steps = 0, test } = readAgentProgress(folder) ?? {};
  const lines = new MetricsWriter(folder).lines();
  if (!test) throw new Error(`Cannot use "${folder}": expected a finished run, got one without a test`);
  const command = agentCommand(kind, config);
  const { module, machine } = environmentOf(folder);
  const start = module === undefined ? command.start : `${command.start} --module ${module}`;
  return {
    command: withSeed({ ...command, start }, config.seed),
    result: {
      environment: config.environment,
      learner: kind.name,
      settings: command.settings,
      seed: config.seed,
      episodes: test.episodes,
      reality: { mean: test.mean, deviation: test.deviation },
      ...test.failures !== undefined && { failures: test.failures },
      ...stepsOption(config) === "decisions" && { frames: steps * config.frameSkip },
      seconds: Math.round(trainingSeconds(lines.filter(({ name }) => name === kind.name))),
      machine: machineWords(machine),
      date: dateWords(lines.at(-1)?.time ?? 0),
    },
  };
}

/** What was measured in Gymnasium, where it was. */
function readGymnasium(folder: string): AgentResult["gymnasium"] {
  const path = join(folder, "gymnasium.json");
  if (!existsSync(path)) return undefined;
  const { success, output } = v.safeParse(GymnasiumSchema, readTable(path));
  if (success) return output;
  throw new TypeError(
    `Cannot read "${path}": expected version, mean, deviation and episodes; ` +
      "python bench/gymnasium_drive.py writes it anew",
  );
}
