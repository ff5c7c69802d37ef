// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * `deno task bench envs`: steps a second of CarRacing-v3 with 96x96 frames and without, and what a reset takes; beside
 * it Gymnasium's, driven by the same actions on the same tracks, where a Python with gymnasium[box2d] is found
 * (`SOMNIUM_PYTHON`, python3, python). Both run one after the other, each on one core;
 * what counts is processor time.
 *
 * @module
 */
import process from "node:process";
import { CarRacing, type Env, make, PursuitDriver } from "../envs/mod.ts";
import { formatCount, runTask, table } from "../tasks/cli.ts";
import { findPython } from "./python.ts";

const SEEDS = [1, 2];
const STEPS = 500;
/** Both sides repeat the drives for at least this long, s; the fastest round counts. */
const SECONDS = 3;

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

/** Milliseconds of processor time so far: on a busy machine, waiting for a core is nobody's cost. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Replays the drives with a frame drawn after each step, or without. */
function measure(env: Env, drives: Drive[], frames: boolean): Rates {
  let stepping = Infinity, resetting = Infinity;
  const frame = new Uint8Array(96 * 96 * 3);
  for (const end = processorTime() + 1000 * SECONDS; processorTime() < end;) {
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

/** The same in Gymnasium, or nothing where there is none. */
async function measurePeer(drives: Drive[]): Promise<{ frames: Rates; bare: Rates } | undefined> {
  const python = findPython("gymnasium", "Box2D", "pygame");
  if (python === undefined) return undefined;
  const script = new URL("./envs_peer.py", import.meta.url);
  const child = new Deno.Command(python, {
    args: ["-c", await Deno.readTextFile(script), `${SECONDS}`],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(drives)));
  await writer.close();
  const { success, stdout } = await child.output();
  // pygame greets on standard output.
  return success ? JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!) : undefined;
}

async function main(): Promise<void> {
  const drives = SEEDS.map(record);
  const env = make("CarRacing-v3");
  const frames = measure(env, drives, true);
  const bare = measure(env, drives, false);
  env.close();
  const peer = await measurePeer(drives);

  const row = (name: string, ours: string, theirs: string | undefined, ratio: number) =>
    theirs === undefined ? [name, ours, "-", "-"] : [name, ours, theirs, `${ratio.toFixed(1)} x`];
  const perSecond = (name: string, ours: Rates, theirs?: Rates) =>
    row(
      name,
      formatCount(ours.steps),
      theirs && formatCount(theirs.steps),
      ours.steps / (theirs?.steps ?? 1),
    );
  console.log(table([
    ["CarRacing-v3, one core", "Somnium", "Gymnasium", "ratio"],
    perSecond("steps/s with 96x96 frames", frames, peer?.frames),
    perSecond("steps/s without", bare, peer?.bare),
    row(
      "ms a reset with its frame",
      frames.reset.toFixed(1),
      peer?.frames.reset.toFixed(1),
      (peer?.frames.reset ?? 0) / frames.reset,
    ),
  ]));
  if (peer === undefined) {
    console.log("\nNo Python with gymnasium[box2d] was found; SOMNIUM_PYTHON names one to compare with.");
  }
}

if (import.meta.main) await runTask(main);
