// deno-lint-ignore-file no-console -- tasks print
/**
 * What tasks share: flags, errors as one sentence with an exit code, tables and numbers.
 *
 * @module
 */
import { nearestName } from "../core/mod.ts";

/** The caller's mistake: its sentence is printed, and the task exits with 2. */
export class UsageError extends Error {}

/** The user stopped the task by a signal. */
export class Interrupted extends Error {
  /** Stopped by a signal. @param exitCode 130 for SIGINT, 143 for SIGTERM. */
  constructor(readonly exitCode: number) {
    super("Stopped");
  }
}

/** Runs a task: what it throws becomes one sentence on standard error and an exit code, 2 for usage and 1 for the rest. */
export async function runTask(task: () => void | Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    Deno.exit(printError(error));
  }
  Deno.exit(0); // libraries may leave timers or threads behind
}

/** Prints an error as a task does (with its stack where `SOMNIUM_DEBUG` is set). @returns The exit code. */
export function printError(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  console.error(message.trim().replaceAll(/\s*\n\s*/g, "; ") || "Cannot go on: an error without words");
  if (Deno.env.get("SOMNIUM_DEBUG")) console.error(error);
  if (error instanceof Interrupted) return error.exitCode;
  return error instanceof UsageError ? 2 : 1;
}

/** Calls what checks the caller's words: its errors become usage errors. */
export function usage<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** What a task's own flags are: one that takes a value, or one that stands alone. */
export type Flags = Record<string, "value" | "switch">;

/** Arguments, sorted. */
export interface Arguments {
  /** Values of flags that were given. */
  values: Record<string, string | undefined>;
  /** Switches that were given. */
  switches: Set<string>;
  /** What is no flag. */
  positionals: string[];
  /** Flags (with their values) that are others', see `others` of {@link parseArguments}. */
  rest: string[];
}

/**
 * Sorts arguments by a task's flags. `--some-key` and `--someKey` are the same, and so are `--key value` and
 * `--key=value`; `-h` is `--help`.
 *
 * @param others Flags that the caller parses itself; they come back in `rest`.
 * @throws UsageError for a flag that nobody knows (naming the nearest one) and for a missing value.
 */
export function parseArguments(
  args: readonly string[],
  flags: Flags,
  { others = [] }: { others?: readonly string[] } = {},
): Arguments {
  const sorted: Arguments = { values: {}, switches: new Set(), positionals: [], rest: [] };
  const known = new Map(Object.keys(flags).map((name) => [camelCase(name), name]));
  for (let i = 0; i < args.length; i++) {
    const [, key, inline] = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(args[i]) ?? [];
    if (key === undefined) {
      sorted.positionals.push(args[i]);
      continue;
    }
    const name = args[i] === "-h" ? "help" : known.get(camelCase(key));
    const value = inline ?? (args[i + 1]?.startsWith("--") ? undefined : args[i + 1]);
    if (name === undefined) {
      if (!others.includes(camelCase(key))) {
        throw new UsageError(unknownFlag(key, [...known.values(), ...others]));
      }
      sorted.rest.push(args[i]);
      if (inline === undefined && value !== undefined) sorted.rest.push(args[++i]);
    } else if (flags[name] !== "value") {
      if (inline !== undefined) {
        throw new UsageError(`Cannot set --${name}: expected no value, got "${inline}"`);
      }
      sorted.switches.add(name);
    } else {
      if (!value) throw new UsageError(`Cannot set --${name}: expected a value, got nothing`);
      sorted.values[name] = value;
      if (inline === undefined) i++;
    }
  }
  return sorted;
}

function unknownFlag(name: string, known: string[]): string {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? "; --help lists all" : ` (did you mean "--${nearest}"?)`;
  return `Cannot set --${name}: no such option${hint}`;
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A signal that SIGINT and SIGTERM abort; asked a second time, the process ends at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const [name, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(name, () => {
      if (controller.signal.aborted) Deno.exit(code);
      controller.abort(new Interrupted(code));
    });
  }
  return controller.signal;
}

/** Rows as aligned columns: the first to the left, the others to the right. The first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ").trimEnd();
  return [line(rows[0]), widths.map((width) => "-".repeat(width)).join("  "), ...rows.slice(1).map(line)]
    .join("\n");
}

/** Names in lines of a terminal's width. */
export function wrapNames(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < 100) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(`    ${name}`);
  }
  return lines.join("\n");
}

/** A whole number with commas: 19,200. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** Mean and standard deviation: 826 ± 132, or with more digits. */
export function formatScore(mean: number, deviation: number, digits = 0): string {
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}

/** A share as a percentage: 1.5 %. */
export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "-";
}

/** A duration as people say it: 40 s, 3 min 20 s, 2 h 5 min. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
