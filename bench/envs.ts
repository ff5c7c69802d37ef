// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * `deno task bench envs [--seconds=S] [--only=ID,ID] [--count=N]`:
 *
 * - CarRacing-v3 beside Gymnasium's, driven by the same actions on the same tracks: steps a second with 96x96 frames and
 *   without, and what a reset takes;
 * - every environment with random actions: steps a second without and with a picture each, what physics and drawing take
 *   of a step, and Gymnasium's beside it where it has the environment;
 * - N of each, 16 unless said otherwise, as a vector in one thread and over 1, 2 and 4 workers, and EnvPool's beside
 *   it over as many threads.
 *
 * Peers are measured where a Python has them (`SOMNIUM_PYTHON`, python3, python): gymnasium[box2d], envpool. What counts
 * is processor time, one after the other on one core each; for vectors it is the clock on the wall, so let the machine
 * be quiet.
 *
 * @module
 */
import { CarRacing, type Env, make, PursuitDriver } from "../envs/mod.ts";
import type { Given } from "../tasks/cli.ts";
import { formatCount, table } from "../tasks/format.ts";
import { usage } from "../tasks/run_task.ts";
import { benchmark } from "../tasks/benchmarks.ts";
import { type CoreRates, environmentIds, measureCore, measureVector, processorTime } from "./env_rates.ts";
import { findPython } from "../tasks/find_python.ts";

const SEEDS = [1, 2];
const STEPS = 500;
const WORKERS = [1, 2, 4];

/** An episode's seed and what is done in it. */
interface Drive {
  seed: number;
  actions: number[][];
}

/** Steps a second and milliseconds a reset. */
interface Rates {
  steps: number;
  reset: number;
}

/** What Gymnasium reaches: the drives, and random steps of the environments that it has. */
interface PeerRates {
  frames: Rates;
  bare: Rates;
  random: Record<string, CoreRates>;
}

/** What the pursuit driver does on a track: real driving, so that the pictures are those of a trained agent. */
function record(seed: number): Drive {
  const env = new CarRacing();
  const driver = new PursuitDriver();
  env.reset({ seed });
  const actions: number[][] = [];
  for (let i = 0; i < STEPS; i++) {
    const action = driver.act(env.view);
    actions.push([...action]);
    env.advance(action);
  }
  env.close();
  return { seed, actions };
}

/** Replays the drives with a frame drawn after each step, or without; the fastest round counts. */
function measure(
  env: Env,
  drives: Drive[],
  { frames, seconds }: { frames: boolean; seconds: number },
): Rates {
  let stepping = Infinity, resetting = Infinity;
  const frame = new Uint8Array(96 * 96 * 3);
  for (const end = processorTime() + 1000 * seconds; processorTime() < end;) {
    let stepped = 0, reset = 0;
    for (const { seed, actions } of drives) {
      const start = processorTime();
      env.reset({ seed });
      const ready = processorTime();
      for (const action of actions) {
        env.advance(action);
        if (frames) env.observe(frame);
      }
      reset += ready - start;
      stepped += processorTime() - ready;
    }
    stepping = Math.min(stepping, stepped);
    resetting = Math.min(resetting, reset);
  }
  return { steps: 1000 * drives.length * STEPS / stepping, reset: resetting / drives.length };
}

/** What EnvPool reaches: steps a second of its environments, by threads as in {@link WORKERS}. */
interface PoolRates {
  version: string;
  rates: Record<string, number[]>;
}

/** What a peer measured, or why it did not, in a sentence. */
type Measured<T> = { rates: T } | { missing: string };

/** Runs a peer's script in the first Python that has its modules. */
async function measurePeer<T>(
  peer: { name: string; install: string; modules: string[]; script: string },
  request: Record<string, unknown>,
  seconds: number,
): Promise<Measured<T>> {
  const { name, install, modules, script } = peer;
  const python = findPython(...modules);
  if (python === undefined) {
    const has = modules.join(", ");
    const advice = `pip install "${install}", or name a Python that has it in SOMNIUM_PYTHON`;
    return { missing: `${name} was not measured: no Python was found that has ${has}; ${advice}` };
  }
  const child = new Deno.Command(python, {
    args: ["-c", await Deno.readTextFile(new URL(script, import.meta.url)), `${seconds}`],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(request)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const lastLine = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim().split("\n").at(-1)!;
  if (!success) return { missing: `${name} was not measured: ${python} ended with "${lastLine(stderr)}"` };
  return { rates: JSON.parse(lastLine(stdout)) }; // pygame greets on standard output
}

/** CarRacing-v3 and Gymnasium's on the same drives. */
function driveTable(frames: Rates, bare: Rates, peer: PeerRates | undefined): string {
  const row = (name: string, ours: string, theirs: string | undefined, ratio: number) =>
    theirs === undefined ? [name, ours, "-", "-"] : [name, ours, theirs, `${ratio.toFixed(1)} x`];
  const perSecond = (name: string, ours: Rates, theirs?: Rates) =>
    row(
      name,
      formatCount(ours.steps),
      theirs && formatCount(theirs.steps),
      ours.steps / (theirs?.steps ?? 1),
    );
  return table([
    ["CarRacing-v3, one core", "Somnium", "Gymnasium", "ratio"],
    perSecond("steps/s with 96x96 frames", frames, peer?.frames),
    perSecond("steps/s without", bare, peer?.bare),
    row(
      "ms a reset with its frame",
      frames.reset.toFixed(1),
      peer?.frames.reset.toFixed(1),
      (peer?.frames.reset ?? 0) / frames.reset,
    ),
  ]);
}

/** Every environment on one core, and what a step with a picture is made of. */
function coreTable(ids: string[], seconds: number, peer: PeerRates | undefined): string {
  const rows = ids.map((id) => {
    const { bare, pixels } = measureCore(id, seconds);
    const physics = 1e6 / bare, drawing = Math.max(0, 1e6 / pixels - physics);
    const theirs = peer?.random[id];
    return [
      id,
      formatCount(bare),
      formatCount(pixels),
      physics.toFixed(1),
      drawing.toFixed(1),
      theirs ? formatCount(theirs.bare) : "-",
      theirs ? formatCount(theirs.pixels) : "-",
    ];
  });
  return table([
    [
      "one core, random actions",
      "steps/s",
      "with pixels",
      "us physics",
      "us drawing",
      "Gymnasium",
      "with pixels",
    ],
    ...rows,
  ]);
}

/** Every environment as a vector, by threads. */
async function vectorTable(
  ids: string[],
  { seconds, count, pool }: { seconds: number; count: number; pool: PoolRates | undefined },
): Promise<string> {
  const rows: string[][] = [];
  for (const id of ids) {
    const alone = await measureVector(id, { count, workers: 0, seconds });
    const row = [id, formatCount(alone)];
    for (const workers of WORKERS) {
      const rate = await measureVector(id, { count, workers, seconds });
      row.push(`${formatCount(rate)} (${(rate / alone).toFixed(2)} x)`);
    }
    if (pool) row.push(...WORKERS.map((_, i) => formatRate(pool.rates[id]?.[i])));
    rows.push(row);
  }
  const heads = WORKERS.map((workers) => `${workers} worker${workers > 1 ? "s" : ""}`);
  const theirs = pool
    ? WORKERS.map((threads, i) => `${i === 0 ? `EnvPool ${pool.version}, ` : ""}${threads}`)
    : [];
  return table([[`${count} at once, steps/s`, "one thread", ...heads, ...theirs], ...rows]);
}

function formatRate(rate: number | undefined): string {
  return rate === undefined ? "-" : formatCount(rate);
}

const TASK = benchmark("envs");

async function main({ flags: { seconds, count, only } }: Given<typeof TASK.options.flags>): Promise<void> {
  const ids = usage(() => environmentIds(only));
  const drives = SEEDS.map(record);
  const env = make("CarRacing-v3");
  const frames = measure(env, drives, { frames: true, seconds });
  const bare = measure(env, drives, { frames: false, seconds });
  env.close();
  const gymnasium = {
    name: "Gymnasium",
    install: "gymnasium[box2d]",
    modules: ["gymnasium", "Box2D", "pygame"],
    script: "./envs_peer.py",
  };
  const measured = await measurePeer<PeerRates>(gymnasium, { drives, ids }, seconds);
  const peer = "rates" in measured ? measured.rates : undefined;
  const envpool = { name: "EnvPool", install: "envpool", modules: ["envpool"], script: "./envs_envpool.py" };
  const pooled = await measurePeer<PoolRates>(envpool, { ids, count, threads: WORKERS }, seconds);
  const pool = "rates" in pooled ? pooled.rates : undefined;

  console.log(driveTable(frames, bare, peer));
  for (const result of [measured, pooled]) if ("missing" in result) console.log(`\n${result.missing}`);
  console.log(`\n${coreTable(ids, seconds, peer)}`);
  console.log(`\n${await vectorTable(ids, { seconds, count, pool })}`);
}

if (import.meta.main) await TASK.run(main);
