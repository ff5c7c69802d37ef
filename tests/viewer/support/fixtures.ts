import { existsSync } from "node:fs";
import { join } from "node:path";
import { collectEpisodes } from "../../../envs/recordings/collect.ts";
import { runTask } from "../../support/run_task.ts";
import { tinyFlags } from "../../support/tiny_run.ts";

/** Set by `deno task test`: a folder that all of its processes share. */
const SHARED_FOLDER = Deno.env.get("SOMNIUM_TEST_FOLDER");

let tiny: Promise<string> | undefined;

/**
 * A folder of runs with one in it, `tiny`: trained for seconds, with checkpoint, metrics, samples and recordings
 * `test-seed-0.rec` and `test-seed-1.rec`. Each call returns a copy, so that a test may change it.
 */
export async function tinyRunFolder(): Promise<string> {
  const source = await (tiny ??= trainOnce());
  const folder = temporaryFolder();
  copyFolder(join(source, "tiny"), join(folder, "tiny"));
  return folder;
}

/** Trains the run once for all processes of `deno task test`: the first one trains while the others wait. */
async function trainOnce(): Promise<string> {
  const folder = SHARED_FOLDER ?? temporaryFolder();
  using lock = Deno.openSync(join(folder, "tiny.lock"), { create: true, write: true });
  await lock.lock(true); // the system frees it if this process ends early
  if (!existsSync(join(folder, "tiny"))) await train(folder);
  return folder;
}

async function train(folder: string): Promise<void> {
  // In a process of its own: TensorFlow's memory is not the tests'.
  const begun = join(folder, "begun");
  const flags = [...tinyFlags({ frameSkip: 4, baselines: false }), "--runs", begun, "--run", "tiny"];
  const { code, stderr } = await runTask("train_world_model", flags);
  if (code !== 0) throw new Error(`Cannot train a tiny run: ${stderr}`);
  Deno.renameSync(join(begun, "tiny"), join(folder, "tiny"));
}

let recording: Uint8Array | undefined;

/** A recording of the scripted driver on a real track, as bytes: 1,000 steps or fewer. */
export function demoRecording(): Uint8Array {
  if (recording === undefined) {
    const folder = temporaryFolder();
    const [...events] = collectEpisodes(folder, {
      env: "CarRacing-v3",
      options: {},
      policy: "pursuit",
      episodes: 1,
      seed: 7,
    });
    if (events.length === 0) throw new Error("Cannot record the scripted driver: nothing was collected");
    const file = [...Deno.readDirSync(folder)].find(({ name }) => name.endsWith(".rec"))!;
    recording = Deno.readFileSync(join(folder, file.name));
  }
  return recording.slice();
}

const made: string[] = [];

/** A folder that goes with the process. */
export function temporaryFolder(): string {
  if (made.length === 0) {
    globalThis.addEventListener("unload", () => {
      for (const folder of made) Deno.removeSync(folder, { recursive: true });
    });
  }
  const folder = Deno.makeTempDirSync({ prefix: "somnium-viewer-" });
  made.push(folder);
  return folder;
}

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(join(from, name), join(to, name));
    else Deno.copyFileSync(join(from, name), join(to, name));
  }
}
