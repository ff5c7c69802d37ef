// deno-lint-ignore-file no-console -- a task prints
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
import { formatCount, parseArguments, runTask, table, usage, UsageError } from "./cli.ts";

const HELP = `deno task inspect FILE or FOLDER... [options]

Says what recordings hold: environment, seed, steps, return, ending, size, damage. Several files, or all .rec files
below a folder, give a table. Each file is read to its end, and the exit code is 1 when one is damaged.

  --npz FILE.npz   writes one recording as NumPy arrays: observations, actions, rewards, terminated, truncated,
                   header, and states where it holds them; numpy.load reads it
  --from STEP      first step of the archive (default: 0)
  --to STEP        the step before which it stops (default: all)
  --json           one JSON object a recording instead of text
  --help           this text

deno task inspect runs/recordings
deno task inspect episode.rec --npz episode.npz --to 200`;

/** A file that was looked at. */
type Inspected = { path: string } & (RecordingDescription | { problem: { message: string } });

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const { values, switches, positionals } = parseArguments(Deno.args, {
    npz: "value",
    from: "value",
    to: "value",
    json: "switch",
    help: "switch",
  });
  if (switches.has("help")) return console.log(HELP);
  if (positionals.length === 0) {
    throw new UsageError("Cannot inspect nothing: expected a recording or a folder; --help tells more");
  }
  const range = usage(() => ({ from: parseStep("from", values.from), to: parseStep("to", values.to) }));
  if (values.npz === undefined && (values.from ?? values.to) !== undefined) {
    throw new UsageError("Cannot set --from or --to: they choose the steps of --npz, which is missing");
  }
  if (values.npz !== undefined) return await exportNpz(positionals, values.npz, range);

  const paths = positionals.flatMap(recordingsAt);
  const [only] = positionals;
  if (paths.length === 0) {
    throw new UsageError(`Cannot inspect "${only}": expected .rec files below it, got none`);
  }
  const inspected = paths.map(inspect);
  if (switches.has("json")) { for (const one of inspected) console.log(JSON.stringify(one)); }
  else if (paths.length === 1 && paths[0] === only) console.log(report(inspected[0]));
  else console.log(overview(inspected));
  const damaged = inspected.filter(({ problem }) => problem);
  if (damaged.length === 0) return;
  throw new Error(
    paths.length === 1
      ? damaged[0].problem!.message
      : `${damaged.length} of ${paths.length} recordings cannot be read to their ends`,
  );
}

async function exportNpz(
  [path, extra]: string[],
  out: string,
  range: { from?: number; to?: number },
): Promise<void> {
  if (extra !== undefined) {
    throw new UsageError(`Cannot export "${extra}" too: expected one recording for one archive`);
  }
  if (!out.endsWith(".npz")) throw new UsageError(`Cannot write "${out}": expected a name that ends in .npz`);
  using recording = openRecording(path);
  try {
    await writeNpz(out, recording, range);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
  }
  console.log(out);
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
    return { path, ...describeRecording(recording) };
  } catch (error) {
    const { message, code, byte } = error as Error & { code?: string; byte?: number };
    return { path, problem: { code, byte, message } as Inspected["problem"] & object };
  }
}

function report(one: Inspected): string {
  if (!("env" in one)) return `${one.path}: nothing can be read`;
  const { observationShape, stateSize, keySteps, metadata } = one;
  const observations = {
    states: `drawn again from states of ${stateSize} numbers`,
    frames: "stored, compressed",
    vectors: "stored",
  }[one.content];
  const rows = [
    ["environment", one.env + withWords(one.options)],
    ["seed", one.seed + withWords(one.resetOptions)],
    ["recorder", withWords(metadata).trim() || "says nothing"],
    ["observations", `${observationShape.join(" x ")}, ${observations}`],
    ["actions", `${one.actionSize} ${one.actionSize === 1 ? "number" : "numbers"}`],
    ["steps", formatCount(one.steps)],
    ["return", one.return.toFixed(2)],
    ["ending", one.ending],
    ["size", `${formatCount(one.bytes)} bytes${one.bytesPerStep === null ? "" : `, ${perStep(one)} a step`}`],
    [
      "key states",
      keySteps.length === 0 ? "none" : `${keySteps.length}, the last before step ${keySteps.at(-1)}`,
    ],
    ["index", one.indexed ? "yes" : "no: opened by reading it through"],
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
    "a step",
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

function parseStep(name: string, text: string | undefined): number | undefined {
  if (text === undefined || (/^\d+$/.test(text) && Number.isSafeInteger(Number(text)))) {
    return text === undefined ? undefined : Number(text);
  }
  throw new RangeError(`Cannot set --${name}: expected a step >= 0, got "${text}"`);
}
