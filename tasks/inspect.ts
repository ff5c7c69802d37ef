/**
 * `deno task inspect FILE...`: says what recordings hold. `--help` tells the rest.
 *
 * @module
 */
import { join } from "node:path";
import "../envs/mod.ts"; // makes the environments known, whose pictures are drawn again
import { fileError } from "../core/mod.ts";
import { describeRecording, type RecordingDescription } from "../envs/recordings/describe.ts";
import { openRecording } from "../envs/recordings/open_recording.ts";
import { writeNpz } from "../envs/recordings/write_npz.ts";
import { type Given, Task } from "./cli.ts";
import { JSON_FLAG, path, wholeNumber } from "./flags.ts";
import { formatCount, table } from "./format.ts";
import { shownPath, typedPath } from "./paths.ts";
import { print, printJson, UsageError } from "./run_task.ts";

/** `deno task inspect FILE...`. */
export const TASK = new Task({
  name: "inspect",
  help:
    "Describes recordings: environment, seed, steps, return, ending, size, damage. Several files, or all .rec " +
    "files in a folder, are shown as a table. Files are read completely, and the exit code is 1 if one is damaged.",
  operand: {
    name: "FILE",
    help: "recordings, or folders of them",
    wanted: "a recording or a folder",
    required: true,
    many: true,
  },
  flags: {
    npz: path(
      "FILE.npz",
      "write one recording as NumPy arrays: observations, actions, rewards, terminated, truncated, header, and states " +
        "if it has them; numpy.load reads it",
    ),
    from: wholeNumber("first step to export", { unset: "0" }),
    to: wholeNumber("step before which the export ends", { unset: "all" }),
    json: JSON_FLAG,
  },
  writes: "npz",
  examples: ["inspect runs/recordings", "inspect episode.rec --npz episode.npz --to 200"],
});

/** A file that was looked at. */
type Inspected = { path: string } & (RecordingDescription | { problem: { message: string } });

if (import.meta.main) await TASK.run(main);

async function main({ flags, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const { npz, from, to, json } = flags;
  const given = operands.map(typedPath);
  if (npz === undefined && (from ?? to) !== undefined) {
    throw new UsageError("Cannot set --from or --to: they choose the steps of --npz, which is missing");
  }
  if (npz !== undefined) return await exportNpz(given, npz, { from, to });

  const paths = given.flatMap(recordingsAt);
  const [only] = given;
  if (paths.length === 0) {
    throw new UsageError(`Cannot inspect "${only}": expected .rec files in it, got none`);
  }
  const inspected = paths.map(inspect);
  if (json) { for (const one of inspected) printJson(one); }
  else if (paths.length === 1 && paths[0] === only) print(report(inspected[0]));
  else print(overview(inspected));
  const damaged = inspected.filter(({ problem }) => problem);
  if (damaged.length === 0) return;
  throw new Error(
    paths.length === 1
      ? damaged[0].problem!.message
      : `${damaged.length} of ${paths.length} recordings cannot be read completely`,
  );
}

async function exportNpz(
  [path, extra]: string[],
  out: string,
  range: { from?: number; to?: number },
): Promise<void> {
  if (extra !== undefined) {
    throw new UsageError(`Cannot export "${extra}": expected one recording per archive`);
  }
  if (!out.endsWith(".npz")) throw new UsageError(`Cannot write "${out}": expected a name that ends in .npz`);
  using recording = openRecording(path);
  try {
    await writeNpz(out, recording, range);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
  }
  print(shownPath(out));
}

/** The recording at a path, or those below a folder. */
function recordingsAt(path: string): string[] {
  if (!isFolder(path)) return [path];
  const entries = [...Deno.readDirSync(path)].sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap(({ name, isDirectory }) => {
    if (isDirectory) return recordingsAt(join(path, name));
    return name.endsWith(".rec") ? [join(path, name)] : [];
  });
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    throw fileError("read", path, error);
  }
}

function inspect(path: string): Inspected {
  try {
    using recording = openRecording(path);
    return { path: shownPath(path), ...describeRecording(recording) };
  } catch (error) {
    const { message, code, byte } = error as Error & { code?: string; byte?: number };
    return { path: shownPath(path), problem: { code, byte, message } as Inspected["problem"] & object };
  }
}

function report(one: Inspected): string {
  if (!("env" in one)) return `${one.path}: nothing can be read`;
  const { observationShape, stateSize, keySteps, metadata } = one;
  const observations = {
    states: `redrawn from states of ${stateSize} numbers`,
    frames: "stored, compressed",
    vectors: "stored",
  }[one.content];
  const rows = [
    ["environment", one.env + withWords(one.options)],
    ["seed", one.seed + withWords(one.resetOptions)],
    ["recorder", withWords(metadata).trim() || "no metadata"],
    ["observations", `${observationShape.join(" x ")}, ${observations}`],
    ["actions", `${one.actionSize} ${one.actionSize === 1 ? "number" : "numbers"}`],
    ["steps", formatCount(one.steps)],
    ["return", one.return.toFixed(2)],
    ["ending", one.ending],
    [
      "size",
      `${formatCount(one.bytes)} bytes${one.bytesPerStep === null ? "" : `, ${perStep(one)} per step`}`,
    ],
    [
      "key states",
      keySteps.length === 0 ? "none" : `${keySteps.length}, the last before step ${keySteps.at(-1)}`,
    ],
    ["index", one.indexed ? "yes" : "no: opening it reads the whole file"],
    ["problem", one.problem ? `${one.problem.code} at byte ${one.problem.byte}` : "none"],
  ];
  return [one.path, ...rows.map(([name, value]) => `  ${name.padEnd(13)} ${value}`)].join("\n");
}

function overview(all: readonly Inspected[]): string {
  const rows = all.map((one) =>
    "env" in one
      ? [
        one.path,
        one.env,
        String(one.seed),
        String(one.metadata.driver ?? one.metadata.policy ?? ""),
        formatCount(one.steps),
        one.return.toFixed(1),
        one.ending,
        formatCount(one.bytes),
        one.bytesPerStep === null ? "-" : perStep(one),
        String(one.keySteps.length),
        one.problem?.code ?? "none",
      ]
      : [
        one.path,
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        (one.problem as { code?: string }).code ?? "unreadable",
      ]
  );
  const head = [
    "file",
    "environment",
    "seed",
    "driver",
    "steps",
    "return",
    "ending",
    "bytes",
    "per step",
    "key states",
  ];
  return table([[...head, "problem"], ...rows]);
}

function perStep({ bytesPerStep }: RecordingDescription): string {
  return formatCount(bytesPerStep!);
}

/** What is in a map, to follow what it belongs to; nothing where it is empty. */
function withWords(map: Readonly<Record<string, unknown>>): string {
  return Object.keys(map).length === 0 ? "" : ` ${JSON.stringify(map)}`;
}
