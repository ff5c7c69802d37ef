// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task evaluate`: measures a run's controller on real tracks, or serves it to Gymnasium; measures a generative
 * model on data that it did not learn from. `--help` tells the rest.
 *
 * @module
 */
import { type Episode, evaluate, type Evaluation } from "../agents/evaluate.ts";
import { serveGymnasium } from "../agents/gymnasium_server.ts";
import { assembleEnvironments } from "../agents/train_world_model/assemble_environments.ts";
import { controllerActions } from "../agents/train_world_model/controller_actions.ts";
import { SIDE_BY_SIDE } from "../agents/train_world_model/drive.ts";
import { type LoadedRun, loadRun } from "../agents/train_world_model/load_run.ts";
import { TEST_SEED } from "../agents/train_world_model/seeds.ts";
import { startBackend } from "../generative/runtime/mod.ts";
import { RunFolder } from "../generative/train/mod.ts";
import { formatScore, formatShare, parseArguments, runTask, table, UsageError } from "./cli.ts";
import { backendLine, installLine } from "./environment.ts";
import { evaluateModel } from "./evaluate_model.ts";
import { wholeNumber } from "./open_model.ts";
import { findRun, oneRun } from "./find_run.ts";
import { Progress } from "./progress.ts";

/** Drawn for distances. */
const SAMPLES = 1000;

const HELP = `deno task evaluate RUN [options]

Measures a run (a name, or a folder such as runs/default-1), as its last checkpoint has it.

A world model's controller drives real tracks:

  --seeds A-B          the tracks (default: ${TEST_SEED}-${TEST_SEED + 99}, those of the final test)
  --episodes N         how many of them (default: all; without --seeds: tracks ${TEST_SEED}, ${
  TEST_SEED + 1
}, ...)
  --json               one JSON object an episode on standard output, and one for all at the end
  --serve-gymnasium    drive Gymnasium's CarRacing-v3 instead, over standard input and output: a line {"reset": seed}
                       starts an episode; a 4-byte little-endian length and as many bytes (a frame, 96x96x3) are
                       answered by a line {"action":[steer,gas,brake]}; see bench/gymnasium_drive.py

A model of deno task train is measured on data that it did not learn from:
  --examples N         how many of them (default: all)
  --samples N          pictures are drawn as well, and their distance from the data measured: how many (default: ${SAMPLES};
                       0 draws none). The first time a classifier is trained on the data, about a minute
  --json               one JSON object on standard output

  --help               this text`;

const progress = new Progress();

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const { values, switches, positionals } = parseArguments(Deno.args, {
    seeds: "value",
    episodes: "value",
    json: "switch",
    examples: "value",
    samples: "value",
    "serve-gymnasium": "switch",
    help: "switch",
  });
  if (switches.has("help")) return console.log(HELP);
  const meant = oneRun(positionals, "evaluate", "run folder such as runs/default-1");
  const seeds = chooseSeeds(values);
  const given = [...Object.keys(values), ...switches];
  const folder = findRun(meant, "evaluate");
  if (typeof RunFolder.load(folder).config.model === "string") {
    refuse(given, ["seeds", "episodes", "serve-gymnasium"], "a run of deno task train has no controller");
    const examples = wholeNumber("examples", values.examples, { fallback: 0, minimum: 1 });
    const samples = wholeNumber("samples", values.samples, { fallback: SAMPLES });
    return await evaluateModel(folder, { examples, samples, json: switches.has("json"), progress });
  }
  refuse(given, ["examples", "samples"], "a world model's controller is measured in episodes");
  const backend = await startBackend({
    purpose: "inference",
    onEvent: (event) => {
      const line = installLine(event);
      if (line !== undefined) progress.line(line);
    },
  });
  const run = loadRun(folder);
  progress.line(backendLine(backend));
  if (switches.has("serve-gymnasium")) return await serve(run);
  const json = switches.has("json");
  const result = await drive(run, seeds, json);
  if (json) console.log(JSON.stringify({ type: "evaluation", ...summary(result) }));
  else printResult(result);
}

/** @throws UsageError for flags that are for the other kind of run. */
function refuse(given: readonly string[], foreign: readonly string[], why: string): void {
  const wrong = given.find((flag) => foreign.includes(flag));
  if (wrong) throw new UsageError(`Cannot set --${wrong}: ${why}`);
}

/** @throws UsageError when the flags make no sense. */
function chooseSeeds({ seeds, episodes }: Record<string, string | undefined>): number[] {
  const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(seeds ?? `${TEST_SEED}-${TEST_SEED + 99}`) ?? [];
  const [first, last] = [Number(from), Number(to ?? from)];
  if (!(first <= last)) {
    throw new UsageError(`Cannot set --seeds: expected A-B with A <= B, got "${seeds}"`);
  }
  const count = Number(episodes ?? last - first + 1);
  const most = seeds === undefined ? Infinity : last - first + 1;
  if (!Number.isSafeInteger(count) || count < 1 || count > most) {
    const limits = most === Infinity ? "of 1 or more" : `from 1 to ${most}, as many as there are seeds`;
    throw new UsageError(`Cannot set --episodes: expected a whole number ${limits}, got "${episodes}"`);
  }
  return Array.from({ length: count }, (_, i) => first + i);
}

async function drive(run: LoadedRun, seeds: number[], json: boolean): Promise<Evaluation> {
  const agent = run.drive();
  const env = assembleEnvironments(run.config, Math.min(SIDE_BY_SIDE, seeds.length));
  progress.show({ label: "drive", done: 0, of: seeds.length });
  try {
    const onEpisode = (episode: Episode, done: number) => {
      if (json) console.log(JSON.stringify({ type: "episode", ...episode }));
      progress.show({ label: "drive", done, of: seeds.length });
    };
    return await evaluate(agent, env, { seeds, onEpisode });
  } finally {
    progress.clear();
    agent.close();
    await env.close();
  }
}

function summary({ episodes, mean, deviation, length, offRoad }: Evaluation) {
  const sorted = episodes.toSorted((a, b) => a.return - b.return);
  const pick = ({ seed, return: score }: Episode) => ({ seed, return: score });
  const [worst, best] = [pick(sorted[0]), pick(sorted.at(-1)!)];
  return { episodes: episodes.length, mean, deviation, worst, best, decisions: length, offRoad };
}

function printResult(result: Evaluation): void {
  const { episodes, mean, deviation, worst, best, decisions, offRoad } = summary(result);
  const one = ({ seed, return: score }: { seed: number; return: number }) =>
    `${score.toFixed(0)} (track ${seed})`;
  console.log(table([
    [`${episodes} tracks`, "return"],
    ["mean ± sd", formatScore(mean, deviation)],
    ["worst", one(worst)],
    ["best", one(best)],
    ["off road", formatShare(offRoad)],
    ["decisions", decisions.toFixed(0)],
  ]));
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
