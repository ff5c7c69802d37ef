/**
 * How every task runs: what it throws becomes one sentence and an exit code, signals and a closed standard output stop
 * it, and only results go to standard output.
 *
 * @module
 */
import { encodeNumber } from "../generative/train/metrics_line.ts";
import { withAdvice } from "./advice.ts";
import { shownPath } from "./paths.ts";

/** The caller's mistake: its sentence is printed, and the task exits with 2. */
export class UsageError extends Error {}

/** The task was stopped: by a signal, or because nobody reads its output any more. */
export class Interrupted extends Error {
  /** @param exitCode 130 for SIGINT, 143 for SIGTERM, 141 for a closed standard output. */
  constructor(readonly exitCode: number) {
    super("Stopped");
  }
}

/** The message of an interrupted training. @param folder Its run's. */
export function stoppedMessage(folder: string): string {
  return `Stopped; saved progress is kept. Run the same command again to resume "${shownPath(folder)}"`;
}

/** What a shell reports of a program whose standard output was closed (128 + SIGPIPE). */
const CLOSED_OUTPUT = 141;

/**
 * Runs a task: what it throws becomes one sentence on standard error and an exit code, 2 for usage and 1 for the rest.
 *
 * @param options `option`: the task's option for where it writes, such as "--out DIR".
 */
export async function runTask(
  task: () => void | Promise<void>,
  { option }: { option?: string } = {},
): Promise<void> {
  try {
    await task();
  } catch (error) {
    Deno.exit(printError(error, option));
  }
  Deno.exit(0); // libraries may leave timers or threads behind
}

/**
 * Prints an error as a task does (with its stack where `SOMNIUM_DEBUG` is set).
 *
 * @param option The task's option for where it writes.
 * @returns The exit code.
 */
function printError(error: unknown, option: string | undefined): number {
  const message = withAdvice(error instanceof Error ? error.message : String(error), option);
  note(message.trim().replaceAll(/\s*\n\s*/g, "; ") || "Cannot continue: an error without a message");
  if (Deno.env.get("SOMNIUM_DEBUG")) note(Deno.inspect(error));
  if (error instanceof Interrupted) return error.exitCode;
  return error instanceof UsageError ? 2 : 1;
}

/** Calls what checks the user's words: its errors become usage errors. */
export function usage<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

const interruption = new AbortController();
let listening = false;
let closed = false;

/** A signal that SIGINT, SIGTERM and a closed standard output abort; a second SIGINT or SIGTERM ends the process at once. */
export function interruptSignal(): AbortSignal {
  if (listening) return interruption.signal;
  listening = true;
  for (const [name, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(name, () => {
      if (interruption.signal.aborted) Deno.exit(code);
      interruption.abort(new Interrupted(code));
    });
  }
  return interruption.signal;
}

/**
 * Prints a result on standard output. Once nobody reads it any more (`| head`), a task that listens to
 * {@link interruptSignal} stops as if it were interrupted, any other ends at once.
 */
export function print(text: string): void {
  printPart(`${text}\n`);
}

/** Prints a text that goes on, without a line's end; see {@link print}. */
export function printPart(text: string): void {
  if (closed) return;
  try {
    writeAll(Deno.stdout, text);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    if (!listening) Deno.exit(CLOSED_OUTPUT);
    closed = true;
    interruption.abort(new Interrupted(CLOSED_OUTPUT));
  }
}

/** Prints an object as one line of JSON, see {@link print}; numbers that are not finite are texts, as in `metrics.jsonl`. */
export function printJson(value: object): void {
  print(JSON.stringify(value, (_key, member) => typeof member === "number" ? encodeNumber(member) : member));
}

/** Tells the user something on standard error; without anybody to read it, nothing happens. */
export function note(text: string): void {
  try {
    writeAll(Deno.stderr, `${text}\n`);
  } catch {
    // Nobody reads it.
  }
}

function writeAll(file: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let offset = 0; offset < bytes.length;) offset += file.writeSync(bytes.subarray(offset));
}
