/**
 * `deno task evaluate`: measures a run's controller in reality, or serves it to Gymnasium; measures a generative
 * model on data that it did not learn from. `--help` tells the rest.
 *
 * @module
 */
import { basename } from "node:path";
import { evaluate, type Evaluation, SIDE_BY_SIDE } from "../agents/evaluate.ts";
import { serveGymnasium } from "../agents/gymnasium_server.ts";
import { assembleEnvironments } from "../agents/train_world_model/assemble_environments.ts";
import { readRunConfig } from "../agents/train_world_model/read_run_config.ts";
import { controllerActions } from "../agents/train_world_model/controller_actions.ts";
import type { TestReport } from "../agents/train_world_model/events.ts";
import { type LoadedRun, loadRun } from "../agents/train_world_model/load_run.ts";
import { TEST_SEED } from "../agents/seeds.ts";
import { temperatureTable } from "../agents/train_world_model/temperature_table.ts";
import { type Disturbance, DISTURBANCES, envSpec } from "../envs/mod.ts";
import { flagName } from "../core/mod.ts";
import { type Given, Task } from "./cli.ts";
import { backendLine, startBackendFor } from "./environment.ts";
import { actingFlags, evaluateAgents } from "./evaluate_agents.ts";
import { evaluateModel } from "./evaluate_model.ts";
import {
  comparisonTable,
  disturbedName,
  evaluationSummary,
  evaluationTable,
  showEpisode,
} from "./evaluation_report.ts";
import { chooseRun, type ChosenRun, RUN } from "./find_run.ts";
import { type Flag, flag, JSON_FLAG, MODULE_FLAG, wholeNumber } from "./flags.ts";
import { formatScore } from "./format.ts";
import { shownPath } from "./paths.ts";
import { Progress } from "./progress.ts";
import { interruptSignal, print, printJson, UsageError } from "./run_task.ts";
import { useModule } from "./use_module.ts";
import { tellProgress, testTable } from "./world_model_report.ts";

/** Drawn for distances. */
const SAMPLES = 1000;

const WORLD_MODEL = "Options for a world model, whose controller acts in real episodes, or an agent:";
const MODEL = "Options for a model of deno task train, which is measured on held-out data:";

/** The first and the last of some seeds. */
type SeedRange = [first: number, last: number];

/** `A-B` or `A`. */
const SEEDS: Flag<SeedRange | undefined> = {
  help: "seeds of the episodes",
  value: "A-B",
  fallback: undefined,
  unset: `${TEST_SEED}-${TEST_SEED + 99}, those of the final test`,
  wanted: "A-B with A <= B",
  parse(text) {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
    const range: SeedRange = [Number(from), Number(to ?? from)];
    return range[0] <= range[1] && Number.isSafeInteger(range[1]) ? range : undefined;
  },
  heading: WORLD_MODEL,
};

/** `deno task evaluate RUN`. */
export const TASK = new Task({
  name: "evaluate",
  help:
    "Evaluates the last checkpoint of a run: a world model's controller or an agent in real episodes, a generative model " +
    "on held-out data. Several agents are compared in the same episodes.\n\nRUN --help shows what an agent may be asked " +
    "for.",
  operand: {
    ...RUN,
    help: "a run's name or folder (default: the newest suitable run), or those of several agents",
    wanted: "at most one run, or several agents",
    many: true,
  },
  flags: {
    json: JSON_FLAG,
    seeds: SEEDS,
    episodes: {
      ...wholeNumber("number of episodes", { minimum: 1, unset: "all of them" }),
      heading: WORLD_MODEL,
    },
    temperatures: {
      help:
        "for each of these temperatures, train a new controller in the run's dream, and measure it there and in reality: " +
        "table 2 of Ha and Schmidhuber 2018; each takes as long as the run's own controller took",
      value: "X,X,...",
      fallback: undefined,
      wanted: "numbers above 0, separated by commas, such as 0.5,1,1.15,1.3",
      parse(text) {
        const numbers = text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
        return numbers.every((number) => number > 0 && number < Infinity) ? numbers : undefined;
      },
      heading: WORLD_MODEL,
    } as Flag<readonly number[] | undefined>,
    disturb: {
      help:
        "drive again and again with the environment's pictures changed by each of these, without learning anything: " +
        `${["none", ...DISTURBANCES].join(", ")}`,
      value: "X,X,...",
      fallback: undefined,
      unset: "none",
      wanted: `some of ${["none", ...DISTURBANCES].join(", ")}, separated by commas`,
      parse(text) {
        const names = text.split(",").map((part) => part.trim());
        if (!names.every((name) => ["none", ...DISTURBANCES].includes(name))) return undefined;
        return names.map((name) => name === "none" ? undefined : name as Disturbance);
      },
      heading: WORLD_MODEL,
    } as Flag<readonly (Disturbance | undefined)[] | undefined>,
    serveGymnasium: {
      ...flag(
        'drive Gymnasium\'s CarRacing-v3 instead, over standard input and output: a line {"reset": seed} starts an ' +
          "episode; a 4-byte little-endian length and as many bytes (a frame, 96x96x3) are answered by a line " +
          '{"action":[steer,gas,brake]}, and a line {"reward": number} tells what that earned before the next; see ' +
          "bench/gymnasium_drive.py",
      ),
      heading: WORLD_MODEL,
    },
    examples: {
      ...wholeNumber("number of held-out examples", { minimum: 1, unset: "all of them" }),
      heading: MODEL,
    },
    samples: {
      ...wholeNumber(
        "number of samples for measuring their distance from the data, 0 for none; the first time, a classifier " +
          "is trained on the data, which takes about a minute",
        { fallback: SAMPLES },
      ),
      heading: MODEL,
    },
    module: MODULE_FLAG,
  },
  prepare: ({ module }) => useModule(module),
  more: actingFlags,
  examples: [
    "evaluate",
    "evaluate default-1 --seeds 100-199 --json",
    "evaluate takecover-default-1 --temperatures 0.5,1,1.15,1.3",
    "evaluate default-1 --disturb none,bars,blob,dark,bright",
    "evaluate vae-fashion-default-1 --samples 500",
    "evaluate decision-transformer-cartpole-default-1 imitation-cartpole-default-1 --asked-return 100,300,500",
  ],
});

const progress = new Progress();

if (import.meta.main) await TASK.run(main);

async function main({ flags, more, given, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const seeds = chooseSeeds(flags);
  const runs = chooseRuns(operands);
  const [{ folder, kind }] = runs;
  const { json } = flags;
  if (kind === "model") {
    refuse(
      given,
      ["seeds", "episodes", "temperatures", "disturb", "serveGymnasium"],
      "a run of deno task train has no controller",
    );
    return await evaluateModel(folder, {
      examples: flags.examples ?? 0,
      samples: flags.samples,
      json,
      progress,
    });
  }
  refuse(given, ["examples", "samples"], "a controller is measured in episodes");
  if (kind === "agent") {
    refuse(given, ["temperatures", "serveGymnasium"], "an agent of deno task train has no world model");
    const asked = more as Record<string, string>;
    const disturbances = flags.disturb;
    return await evaluateAgents(runs.map(({ folder }) => folder), {
      seeds,
      json,
      asked,
      disturbances,
      progress,
    });
  }
  if (flags.temperatures !== undefined || flags.serveGymnasium) {
    refuse(given, ["disturb"], "neither new controllers nor Gymnasium's pictures are disturbed");
  }
  const purpose = flags.temperatures === undefined ? "inference" : "training";
  const backend = await startBackendFor(progress, { purpose });
  if (flags.temperatures !== undefined) {
    progress.line(backendLine(backend));
    return await compareTemperatures(folder, { temperatures: flags.temperatures, seeds, json });
  }
  const run = loadRun(folder);
  progress.line(backendLine(backend));
  if (flags.serveGymnasium) return await serve(run);
  const rows = [];
  for (const disturbance of flags.disturb ?? [undefined]) {
    const result = await drive(run, { seeds, json, disturbance });
    rows.push({ name: disturbedName(basename(folder), disturbance), result });
    if (json) {
      printJson({ type: "evaluation", disturbance: disturbance ?? "none", ...evaluationSummary(result) });
    }
  }
  if (json) return;
  const { environment } = run.config;
  print(
    rows.length === 1 ? evaluationTable(rows[0].result, environment) : comparisonTable(rows, environment),
  );
}

/** @throws UsageError for runs that there are not, and several that are not all agents. */
function chooseRuns(operands: readonly string[]): ChosenRun[] {
  const wish = { task: "evaluate" };
  if (operands.length < 2) return [chooseRun(operands, wish)];
  const runs = operands.map((operand) => chooseRun([operand], wish));
  const other = runs.find(({ kind }) => kind !== "agent");
  if (!other) return runs;
  throw new UsageError(
    `Cannot compare runs: expected agents of deno task train, got the ${other.kind} "${
      shownPath(other.folder)
    }"; ` +
      "evaluate it by itself",
  );
}

/** @throws UsageError for options that are for the other kind of run. */
function refuse(given: ReadonlySet<string>, foreign: readonly string[], why: string): void {
  const wrong = foreign.find((key) => given.has(key));
  if (wrong) throw new UsageError(`Cannot set --${flagName(wrong)}: ${why}`);
}

/** @throws UsageError for more episodes than there are seeds. */
function chooseSeeds({ seeds, episodes }: { seeds?: SeedRange; episodes?: number }): number[] {
  const [first, last] = seeds ?? [TEST_SEED, TEST_SEED + (episodes ?? 100) - 1];
  const count = episodes ?? last - first + 1;
  if (count > last - first + 1) {
    throw new UsageError(
      `Cannot set --episodes: expected at most ${last - first + 1}, as many as there are seeds, got ${count}`,
    );
  }
  return Array.from({ length: count }, (_, i) => first + i);
}

async function drive(
  run: LoadedRun,
  { seeds, json, disturbance }: { seeds: number[]; json: boolean; disturbance: Disturbance | undefined },
): Promise<Evaluation> {
  const agent = run.drive();
  const count = Math.min(SIDE_BY_SIDE, seeds.length);
  const env = assembleEnvironments(run.config, count, disturbance);
  try {
    const onEpisode = showEpisode(progress, { seeds, json });
    return await evaluate(agent, env, { seeds, cost: envSpec(run.config.environment).cost, onEpisode });
  } finally {
    progress.clear();
    agent.close();
    await env.close();
  }
}

/** The run's temperature table, on standard output. */
async function compareTemperatures(
  folder: string,
  { temperatures, seeds, json }: { temperatures: readonly number[]; seeds: number[]; json: boolean },
): Promise<void> {
  const { environment, rounds } = readRunConfig(folder);
  const rows: TestReport[] = [];
  await temperatureTable(folder, {
    temperatures,
    seeds,
    signal: interruptSignal(),
    now: () => performance.now(),
    onEvent: tellProgress(progress, { environment, rounds }),
    onRow(row) {
      rows.push(row);
      if (json) return printJson({ type: "temperature", ...row });
      progress.line(`${row.driver}: ${formatScore(row.mean, row.deviation)} in reality`);
    },
  });
  progress.clear();
  if (json) return;
  print(testTable(rows, environment));
  const { rewardThreshold } = envSpec(environment);
  if (rewardThreshold !== undefined) print(`\nSolved: a mean of ${rewardThreshold} in reality`);
}

/** Answers Gymnasium until standard input ends. */
async function serve(run: LoadedRun): Promise<void> {
  const agent = run.drive();
  const { frameSkip } = run.config;
  const encoder = new TextEncoder();
  const output = Deno.stdout.writable.getWriter();
  const driver = { agent, frameSkip, toActions: controllerActions(run.config) };
  for await (const line of serveGymnasium(Deno.stdin.readable, driver)) {
    await output.write(encoder.encode(line));
  }
  agent.close();
}
