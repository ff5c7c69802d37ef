// deno-lint-ignore-file no-console -- a task prints
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
import { formatCount, interruptSignal, parseArguments, runTask, table, usage, UsageError } from "./cli.ts";
import { Progress } from "./progress.ts";

const HELP = `deno task collect [options]

Records episodes into a folder, one file each. Stopped at any moment, the same command goes on.

  --env ID               ${registeredIds().join(" or ")} (default: CarRacing-v3)
  --options JSON         the environment's options, such as '{"domainRandomize": true}'
  --policy NAME          ${Object.keys(COLLECT_POLICIES).join(" or ")} (default: random)
  --episodes N           how many (default: 10)
  --seed S               seed of the first episode, the others count up (default: 0)
  --key-state-every N    steps between whole states, from which the simulation can go on (default: 0, none)
  --out DIR              the folder (default: runs/recordings)
  --json                 one JSON object an episode on standard output instead of a table
  --help                 this text`;

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const { values, switches, positionals } = parseArguments(Deno.args, {
    env: "value",
    options: "value",
    policy: "value",
    episodes: "value",
    seed: "value",
    "key-state-every": "value",
    out: "value",
    json: "switch",
    help: "switch",
  });
  if (switches.has("help")) return console.log(HELP);
  if (positionals.length > 0) {
    throw new UsageError(`Cannot read "${positionals[0]}": expected --key value; --help lists the keys`);
  }
  const options: CollectOptions = {
    env: values.env ?? "CarRacing-v3",
    options: usage(() => parseOptions(values.options ?? "{}")),
    policy: values.policy ?? "random",
    episodes: usage(() => parseCount("episodes", values.episodes ?? "10")),
    seed: usage(() => parseCount("seed", values.seed ?? "0")),
    keyStateEvery: usage(() => parseCount("key-state-every", values["key-state-every"] ?? "0")),
  };
  const out = values.out ?? "runs/recordings";
  if (await Deno.stat(out).then(({ isDirectory }) => !isDirectory, () => false)) {
    throw new UsageError(`Cannot set --out: expected a folder, got the file "${out}"`);
  }
  const events = await collect(out, options, switches.has("json"));
  if (!switches.has("json")) console.log(summary(events));
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
      if (json) console.log(JSON.stringify(event));
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
    ["episodes", "found already", "steps", "mean return", "deviation"],
    [
      String(events.length),
      String(events.filter(({ found }) => found).length),
      formatCount(events.reduce((sum, { steps }) => sum + steps, 0)),
      average.toFixed(1),
      deviation.toFixed(1),
    ],
  ]);
}

function parseCount(name: string, text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new RangeError(`Cannot set --${name}: expected an integer >= 0, got "${text}"`);
}

function parseOptions(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new TypeError(`Cannot set --options: expected a JSON object, got "${text}"`);
}
