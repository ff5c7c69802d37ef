/**
 * What a task is told on its command line: the one place that knows the library that parses it (commander).
 *
 * @module
 */
import { Command, Option } from "commander";
import { flagName } from "../core/flag_name.ts";
import { nearestName } from "../core/nearest_name.ts";
import project from "../deno.json" with { type: "json" };
import { type Flag, flag, type Flags, type FlagValues } from "./flags.ts";
import { print, runTask, UsageError } from "./run_task.ts";

/** What a task takes beside options. */
export interface Operand {
  /** What stands for it in `--help`: "RUN". */
  name: string;
  /** What it is, as `--help` tells it. */
  help: string;
  /** What errors ask for: "one run". */
  wanted: string;
  /** Whether the task needs one. @default false */
  required?: boolean;
  /** Whether it takes several. @default false */
  many?: boolean;
  /** Words that it may be, for the shell's completion. */
  suggest?: () => readonly string[];
}

/** A task's command line. */
export interface TaskOptions<F extends Flags> {
  /** `deno task NAME`. */
  name: string;
  /** What it does, in a sentence or more. */
  help: string;
  /** What it takes beside options. @default nothing */
  operand?: Operand;
  /** Its options by name, in camel case. */
  flags: F;
  /** What has to be done before {@link TaskOptions.more} and help: a module that is named may bring models. */
  prepare?: (flags: FlagValues<F>) => Promise<void>;
  /**
   * More options, which depend on the operand (a model's) or on the task's own options as far as they make sense.
   *
   * @returns `refuse` says of an option that is none why it is none here, where there is more to say than that.
   * @throws UsageError for an operand that makes no sense.
   */
  more?: (
    operand: string | undefined,
    flags: FlagValues<F>,
  ) => { flags: Flags; help?: string; refuse?: (option: string) => string | undefined };
  /** The option that says where it writes, for advice when it may not. @default it writes nowhere of its own */
  writes?: keyof F & string;
  /** Whether options that it does not know are operands, for another program. @default false */
  foreign?: boolean;
  /** Commands that show how it is used. */
  examples: readonly string[];
}

/** A command line, read. */
export interface Given<F extends Flags> {
  /** Every option's value. */
  flags: FlagValues<F>;
  /** The values of {@link TaskOptions.more} that were given. */
  more: Record<string, unknown>;
  /** What is no option. */
  operands: string[];
  /** The names of the options that were given, in camel case. */
  given: ReadonlySet<string>;
}

/** A task: what it may be told, and what it does. */
export class Task<F extends Flags> {
  /** @param options Its command line. */
  constructor(readonly options: TaskOptions<F>) {}

  /** Runs it on this process's arguments, unless they ask for help or the version; ends the process. */
  run(main: (given: Given<F>) => void | Promise<void>): Promise<void> {
    const { flags, writes } = this.options;
    const option = writes && `--${flagName(writes)} ${flags[writes].value}`;
    return runTask(async () => {
      await this.options.prepare?.(this.#ownFlags(Deno.args));
      const { command, flags, refuse } = this.#command(Deno.args);
      const { operands, unknown } = parseOptions(command, Deno.args);
      if (command.opts().help === "true") return print(this.help(Deno.args));
      if (command.opts().version === "true") return print(`Somnium ${project.version}`);
      return main(this.#read(command, flags, { operands, unknown, refuse }));
    }, { option });
  }

  /**
   * Reads arguments. `--some-key` and `--someKey` are the same, `--key value` and `--key=value`, `--switch` and
   * `--switch true`; what follows an option that takes a value is its value, whatever it begins with.
   *
   * @throws UsageError for an option that nobody knows (naming the nearest one), a value that makes no sense, and
   * operands that are missing or too many.
   */
  parse(args: readonly string[]): Given<F> {
    const { command, flags, refuse } = this.#command(args);
    return this.#read(command, flags, { ...parseOptions(command, args), refuse });
  }

  /** The text of `--help`. @param args What else was given: an operand may have options of its own. */
  help(args: readonly string[] = []): string {
    const { command } = this.#command(args);
    const examples = this.options.examples.map((example) => `  deno task ${example}`).join("\n");
    return `${command.helpInformation().trimEnd()}\n\nExamples:\n${examples}`;
  }

  /** What may follow some arguments, for the shell's completion; nothing where that is a path or anything at all. */
  complete(args: readonly string[], word: string): string[] {
    const { command, flags } = this.#command(args);
    const last = command.options.find(({ long }) => long === dashed(args.at(-1) ?? ""));
    const equals = /^(--[^=]+)=/.exec(word);
    const option = equals ? command.options.find(({ long }) => long === dashed(equals[1])) : last;
    const prefix = equals?.[0] ?? "";
    if (option?.required) {
      return (flags[option.attributeName()].suggest?.() ?? []).map((value) => prefix + value);
    }
    if (word.startsWith("-")) return command.options.map(({ long }) => long!);
    return [...this.options.operand?.suggest?.() ?? []];
  }

  #command(args: readonly string[]): { command: Command; flags: Flags; refuse?: Refuse } {
    const { name, help, operand } = this.options;
    const more = this.options.more?.(this.#operandOf(args), this.#ownFlags(args));
    const flags: Flags = {
      ...this.options.flags,
      help: flag("show this help"),
      version: flag("show the version"),
      ...more?.flags,
    };
    const command = new Command(`deno task ${name}`).description(more?.help ?? help).helpOption(false)
      .usage(operand ? `${usageOf(operand)} [options]` : "[options]")
      .configureHelp({ helpWidth: WIDTH, optionDescription: ({ description }) => description, optionTerm })
      .exitOverride();
    if (operand) command.argument(usageOf(operand), operand.help);
    for (const [key, flag] of Object.entries(flags)) command.addOption(optionOf(key, flag));
    return { command, flags, refuse: more?.refuse };
  }

  /**
   * The first argument that is neither an option nor an option's value. What follows an option that the task does not
   * know may be either: it is the operand where the task needs one and there is no other.
   */
  #operandOf(args: readonly string[]): string | undefined {
    const own = new Map<string, string | undefined>([["--help", undefined], ["--version", undefined]]);
    for (const [key, { value }] of Object.entries(this.options.flags)) own.set(`--${flagName(key)}`, value);
    let possible: string | undefined;
    for (let i = 0; i < args.length; i++) {
      if (args[i] === "--") return args[i + 1];
      if (!args[i].startsWith("-")) return args[i];
      const name = dashed(args[i]);
      if (own.get(name) !== undefined) i++;
      else if (own.has(name)) i += /^(true|false)$/.test(args[i + 1]) ? 1 : 0;
      else if (!args[i].includes("=") && !args[i + 1]?.startsWith("-")) possible ??= args[++i];
    }
    return this.options.operand?.required ? possible : undefined;
  }

  /** The values of the task's own options as far as they make sense; the others are told later. */
  #ownFlags(args: readonly string[]): FlagValues<F> {
    const command = new Command();
    const own = Object.entries(this.options.flags);
    for (const [key, flag] of own) command.addOption(optionOf(key, flag));
    parseOptions(command, args);
    const texts = command.opts<Record<string, string>>();
    const values = own.map((
      [key, { fallback, parse }],
    ) => [key, texts[key] === undefined ? fallback : parse(texts[key]) ?? fallback]);
    return Object.fromEntries(values) as FlagValues<F>;
  }

  #read(
    command: Command,
    flags: Flags,
    { operands, unknown, refuse }: { operands: string[]; unknown: string[]; refuse?: Refuse },
  ): Given<F> {
    if (unknown.length > 0 && !this.options.foreign) {
      throw new UsageError(unknownFlag(unknown[0], Object.keys(flags), refuse));
    }
    const values: Record<string, unknown> = {};
    const texts = command.opts<Record<string, string>>();
    for (const [key, { fallback, wanted, parse, suggest }] of Object.entries(flags)) {
      const text = texts[key];
      values[key] = text === undefined ? fallback : parse(text);
      if (text === undefined || values[key] !== undefined) continue;
      const got = text === "" ? "nothing" : `"${text}"`;
      const near = nearestName(text, suggest?.() ?? []);
      const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
      throw new UsageError(`Cannot set --${flagName(key)}: expected ${wanted}, got ${got}${hint}`);
    }
    const own = Object.entries(values).filter(([key]) => key in this.options.flags);
    const others = Object.entries(values).filter(([key]) => !(key in this.options.flags) && key in texts);
    if (this.options.foreign) operands = [...operands, ...unknown];
    this.#checkOperands(operands);
    return {
      flags: Object.fromEntries(own) as FlagValues<F>,
      more: Object.fromEntries(others),
      operands,
      given: new Set(Object.keys(texts)),
    };
  }

  #checkOperands(operands: readonly string[]): void {
    const { name, operand } = this.options;
    if (operands.length > 0 && !operand) {
      throw new UsageError(
        `Cannot read "${operands[0]}": expected --key value; deno task ${name} --help lists the keys`,
      );
    }
    if (operand && (operands.length === 0 ? operand.required : operands.length > 1 && !operand.many)) {
      throw new UsageError(
        `Cannot ${name.replaceAll("-", " ")}: expected ${operand.wanted}, got ${
          operands.join(" ") || "none"
        }`,
      );
    }
  }
}

/** Columns of help. */
const WIDTH = 110;

/** An option as the library takes it. */
function optionOf(key: string, { help, value, unset, details, heading }: Flag): Option {
  const names = `${key === "help" ? "-h, " : ""}--${flagName(key)}`;
  const more = details ?? (unset === undefined ? "" : `default: ${unset}`);
  const description = more ? `${help} (${more})` : help;
  const option = new Option(
    value === undefined ? `${names} [true|false]` : `${names} <${value}>`,
    description,
  );
  option.negate = false; // "--no-open" is a name like any other
  return heading === undefined ? option : option.helpGroup(heading);
}

/** An option as `--help` shows it: a switch needs no value, but one that a preset may have set. */
function optionTerm({ flags, description }: Option): string {
  return /: (true|false)/.test(description) ? flags : flags.replace(" [true|false]", "");
}

function dashed(argument: string): string {
  return argument === "-h" ? "--help" : `--${flagName(argument.replace(/^--?/, ""))}`;
}

function usageOf({ name, required, many }: Operand): string {
  const dots = many ? "..." : "";
  return required ? `<${name}${dots}>` : `[${name}${dots}]`;
}

/** Hands arguments to the library, each option as `--some-key` and, where it is a switch, as `--switch=true`. */
function parseOptions(command: Command, args: readonly string[]): { operands: string[]; unknown: string[] } {
  const spelled: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [, name, inline] = /^(--?[A-Za-z][\w-]*)(=[^]*)?$/.exec(args[i]) ?? [];
    const option = name && command.options.find(({ long }) => long === dashed(name));
    if (args[i] === "--") {
      spelled.push(...args.slice(i));
      break;
    } else if (!option) spelled.push(args[i]);
    else if (inline !== undefined) spelled.push(option.long + inline);
    else if (option.required) spelled.push(`${option.long}=${args[++i] ?? ""}`);
    else spelled.push(`${option.long}=${/^(true|false)$/.test(args[i + 1]) ? args[++i] : "true"}`);
  }
  return command.parseOptions(spelled);
}

/** Says of an option, `some-key`, why it is none here. */
type Refuse = (option: string) => string | undefined;

function unknownFlag(argument: string, known: readonly string[], refuse?: Refuse): string {
  const name = argument.replace(/^--?/, "").replace(/=[^]*$/, "");
  const why = refuse?.(flagName(name));
  if (why !== undefined) return `Cannot set --${name}: ${why}`;
  const nearest = nearestName(flagName(name), known.map(flagName));
  const hint = nearest === undefined ? "; --help lists all" : ` (did you mean "--${nearest}"?)`;
  return `Cannot set --${name}: no such option${hint}`;
}
