// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * `deno task bench baselines [--seeds=N] [--only=ID,ID]`: what policies that nobody trained reach in every environment, as
 * mean and standard deviation over episodes with seeds 0 .. N - 1 of the environment's own length: random actions, and the
 * environment's scripted player where it has one. In CarRace-v0 each car is driven in turn of the line below it.
 *
 * Depends on no clock: the machine may be busy.
 *
 * @module
 */
import { meanAndDeviation } from "../agents/mod.ts";
import { RandomStream } from "../core/mod.ts";
import {
  CarRace,
  COLLECT_POLICIES,
  type CollectPolicy,
  type Env,
  make,
  ScriptedDriver,
  SKILLS,
} from "../envs/mod.ts";
import type { Given } from "../tasks/cli.ts";
import { formatScore, table } from "../tasks/format.ts";
import { usage } from "../tasks/run_task.ts";
import { benchmark } from "../tasks/benchmarks.ts";
import { environmentIds } from "./env_rates.ts";

const RACE = "CarRace-v0";
/** Who drives which car of a race. */
const RACERS = ["random", "novice", "amateur", "expert"] as const;

/** An episode's reward and length. */
interface Outcome {
  episodeReturn: number;
  length: number;
}

/** One episode. */
function play(env: Env, policy: CollectPolicy, seed: number): Outcome {
  env.reset({ seed });
  const act = policy(env, new RandomStream(seed).fork("policy"));
  for (let episodeReturn = 0, length = 1;; length++) {
    const { reward, terminated, truncated } = env.advance(act());
    episodeReturn += reward;
    if (terminated || truncated) return { episodeReturn, length };
  }
}

/** One race, an outcome for each of {@link RACERS}. */
function race(env: CarRace, seed: number): Outcome[] {
  env.reset({ seed });
  const random = new RandomStream(seed);
  const drivers = RACERS.map((name, i) =>
    name === "random" ? undefined : new ScriptedDriver(SKILLS[name], random.fork(`driver ${i}`))
  );
  const actions = random.fork("actions");
  const space = env.actionSpace(env.possibleAgents[0]);
  const outcomes = RACERS.map(() => ({ episodeReturn: 0, length: 0 }));
  while (env.agents.length > 0) {
    const { rewards } = env.advance(Object.fromEntries(env.agents.map((agent) => {
      const i = env.possibleAgents.indexOf(agent);
      return [agent, drivers[i]?.act(env.race, env.race.racers[i]) ?? space.sample(actions)];
    })));
    for (const [agent, reward] of Object.entries(rewards)) {
      const outcome = outcomes[env.possibleAgents.indexOf(agent)];
      outcome.episodeReturn += reward;
      outcome.length += 1;
    }
  }
  return outcomes;
}

function score(values: number[]): string {
  const { mean, deviation } = meanAndDeviation(values);
  return formatScore(mean, deviation, 1);
}

function row(id: string, policy: string, outcomes: Outcome[]): string[] {
  return [
    id,
    policy,
    score(outcomes.map(({ episodeReturn }) => episodeReturn)),
    score(outcomes.map(({ length }) => length)),
  ];
}

/** The lines of an environment. */
function measure(id: string, count: number): string[][] {
  const seeds = Array.from({ length: count }, (_, seed) => seed);
  if (id === RACE) {
    const env = new CarRace({ cars: RACERS.length });
    const races = seeds.map((seed) => race(env, seed));
    env.close();
    return RACERS.map((name, i) => row(id, name, races.map((outcomes) => outcomes[i])));
  }
  return ["random", "scripted"].map((name) => {
    const env = make(id);
    const outcomes = seeds.map((seed) => play(env, COLLECT_POLICIES[name], seed));
    env.close();
    return row(id, name, outcomes);
  });
}

const TASK = benchmark("baselines");

function main({ flags: { seeds, only } }: Given<typeof TASK.options.flags>): void {
  const ids = usage(() => environmentIds(only));
  const rows = ids.flatMap((id) => measure(id, seeds));
  console.log(table([[`seeds 0 .. ${seeds - 1}`, "policy", "return", "steps"], ...rows]));
}

if (import.meta.main) await TASK.run(main);
