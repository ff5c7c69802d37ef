/**
 * `deno task collect`: records episodes, see {@link collectEpisodes}. `--help` tells the rest.
 *
 * @module
 */
import {
  COLLECT_POLICIES,
  collectEpisodes,
  type CollectEvent,
  type CollectOptions,
  registeredIds,
} from "../envs/mod.ts";
import { type Given, Task } from "./cli.ts";
import { choice, type Flag, JSON_FLAG, path, text, wholeNumber } from "./flags.ts";
import { formatCount, table } from "./format.ts";
import { projectPath, shownPath } from "./paths.ts";
import { Progress } from "./progress.ts";
import { interruptSignal, print, printJson, UsageError } from "./run_task.ts";

const POLICIES = Object.keys(COLLECT_POLICIES);

/** A JSON object. */
const OPTIONS: Flag<Record<string, unknown>> = {
  help: `the environment's options, such as '{"domainRandomize": true}'`,
  value: "JSON",
  fallback: {},
  unset: "none",
  wanted: "a JSON object",
  parse(given) {
    try {
      const value = JSON.parse(given);
      return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
    } catch {
      return undefined;
    }
  },
};

/** `deno task collect`. */
export const TASK = new Task({
  name: "collect",
  help:
    "Records episodes into a folder, one file each. If it is interrupted, run the same command again to resume.",
  flags: {
    env: { ...text("ID", registeredIds().join(", ")), unset: "CarRacing-v3", suggest: () => registeredIds() },
    options: OPTIONS,
    policy: choice("the policy that acts", POLICIES, "random"),
    episodes: wholeNumber("number of episodes", { minimum: 1, fallback: 10 }),
    seed: wholeNumber("seed of the first episode; later ones count up from it", { fallback: 0 }),
    keyStateEvery: wholeNumber("steps between full states, from which the simulation can be resumed", {
      fallback: 0,
      unset: "0, none",
    }),
    out: path("DIR", "output folder", "the project's runs/recordings"),
    json: JSON_FLAG,
  },
  writes: "out",
  examples: ["collect --policy pursuit --episodes 3", "collect --env CartPole-v1 --out recordings"],
});

if (import.meta.main) await TASK.run(main);

async function main({ flags }: Given<typeof TASK.options.flags>): Promise<void> {
  const { env = "CarRacing-v3", policy = "random", options, episodes, seed, keyStateEvery } = flags;
  const out = flags.out ?? projectPath("runs/recordings");
  if (await Deno.stat(out).then(({ isDirectory }) => !isDirectory, () => false)) {
    throw new UsageError(`Cannot set --out: expected a folder, got the file "${shownPath(out)}"`);
  }
  const events = await collect(out, { env, policy, options, episodes, seed, keyStateEvery }, flags.json);
  if (!flags.json) print(`${summary(events)}\n\nRecordings: ${shownPath(out)}`);
}

async function collect(folder: string, options: CollectOptions, json: boolean): Promise<CollectEvent[]> {
  const signal = interruptSignal();
  const progress = new Progress();
  const events: CollectEvent[] = [];
  try {
    for (const event of collectEpisodes(folder, options)) {
      events.push(event);
      const detail = `return ${event.return.toFixed(1)}`;
      progress.show({ label: "episodes", done: event.index + 1, of: options.episodes!, detail });
      if (json) printJson(event);
      await new Promise((resolve) => setTimeout(resolve)); // lets signals in
      signal.throwIfAborted();
    }
  } catch (error) {
    throw error instanceof TypeError || error instanceof RangeError
      ? new UsageError(error.message, { cause: error })
      : error;
  } finally {
    progress.clear();
  }
  return events;
}

function summary(events: CollectEvent[]): string {
  const mean = (of: (event: CollectEvent) => number) =>
    events.reduce((sum, event) => sum + of(event), 0) / events.length;
  const average = mean((event) => event.return);
  const deviation = Math.sqrt(mean((event) => (event.return - average) ** 2));
  return table([
    ["episodes", "already recorded", "steps", "mean return", "std"],
    [
      String(events.length),
      String(events.filter(({ found }) => found).length),
      formatCount(events.reduce((sum, { steps }) => sum + steps, 0)),
      average.toFixed(1),
      deviation.toFixed(1),
    ],
  ]);
}
