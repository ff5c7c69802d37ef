import { typedPath } from "./paths.ts";

/** An option of a task, `--name VALUE` or a switch. */
export interface Flag<T = unknown> {
  /** What it means, as `--help` tells it. */
  help: string;
  /** What stands for its value in `--help`; a switch has none. */
  value?: string;
  /** What it is when it is not given, as `--help` tells it. */
  unset?: string;
  /** What `--help` tells in brackets. @default what it is when it is not given */
  details?: string;
  /** What it is when it is not given. */
  fallback: T;
  /** What its value has to be, as errors tell it. */
  wanted: string;
  /** Its value, or nothing where the text is no such value. */
  parse(text: string): T | undefined;
  /** Values that it may have, or begin with, for the shell's completion. */
  suggest?: () => readonly string[];
  /** The heading that `--help` puts it under. @default "Options" */
  heading?: string;
}

/** The options of a task by name, in camel case. */
export type Flags = Record<string, Flag>;

/** The values of options. */
export type FlagValues<F extends Flags> = { [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

/** What a flag is without being given: a value, or words for what the task does then. */
interface Unset<T> {
  /** Its value. */
  fallback?: T;
  /** What `--help` tells of it instead. */
  unset?: string;
}

/** A switch. */
export function flag(help: string): Flag<boolean> {
  const parse = (text: string) => text === "true" ? true : text === "false" ? false : undefined;
  return { help, fallback: false, wanted: "true or false", parse };
}

/** Any text. */
export function text(value: string, help: string, options: Unset<string> = {}): Flag<string | undefined> {
  return {
    help,
    value,
    wanted: "a text",
    ...options,
    fallback: options.fallback,
    parse: (given) => given || undefined,
  };
}

/** A path, counted from the folder where it was typed. */
export function path(value: string, help: string, unset?: string): Flag<string | undefined> {
  return {
    help,
    value,
    unset,
    fallback: undefined,
    wanted: "a path",
    parse: (given) => given ? typedPath(given) : undefined,
  };
}

/** A whole number with a default. */
export function wholeNumber(
  help: string,
  options: { minimum?: number; maximum?: number; fallback: number; unset?: string },
): Flag<number>;
/** A whole number, or nothing. */
export function wholeNumber(
  help: string,
  options?: { minimum?: number; maximum?: number; unset?: string },
): Flag<number | undefined>;
export function wholeNumber(
  help: string,
  { minimum = 0, maximum = Infinity, fallback, unset }: {
    minimum?: number;
    maximum?: number;
    fallback?: number;
    unset?: string;
  } = {},
): Flag<number | undefined> {
  return {
    help,
    value: "N",
    fallback,
    unset: unset ?? (fallback === undefined ? undefined : String(fallback)),
    wanted: maximum === Infinity
      ? `a whole number of ${minimum} or more`
      : `a whole number from ${minimum} to ${maximum}`,
    parse(given) {
      const number = Number(given);
      const fits = /^\d+$/.test(given) && Number.isSafeInteger(number);
      return fits && number >= minimum && number <= maximum ? number : undefined;
    },
  };
}

/** A number above 0. */
export function positiveNumber(help: string, fallback: number): Flag<number> {
  const parse = (given: string) => {
    const number = Number(given);
    return Number.isFinite(number) && number > 0 ? number : undefined;
  };
  return { help, value: "X", fallback, unset: String(fallback), wanted: "a number above 0", parse };
}

/** One of some words. */
export function choice<const T extends string>(
  help: string,
  choices: readonly T[],
  unset?: string,
): Flag<T | undefined> {
  return {
    help,
    value: choices.join("|"),
    fallback: undefined,
    unset,
    wanted: choices.join(" or "),
    parse: (given) => choices.find((word) => word === given),
    suggest: () => choices,
  };
}

/** `--json`, alike for all tasks that have results. */
export const JSON_FLAG: Flag<boolean> = flag(
  "print results as JSON Lines, one object per line, on standard output",
);

/** `--runs`, alike for all tasks that look for runs or make some. */
export const RUNS_FLAG: Flag<string | undefined> = path(
  "DIR",
  "the folder that contains all runs",
  "the project's runs",
);

/** `--module`, alike for all tasks that work with what is trained. */
export const MODULE_FLAG: Flag<string | undefined> = path(
  "FILE",
  "a module whose default export is a model, world model or agent of your own, or an array of them; its code runs",
  "none",
);
