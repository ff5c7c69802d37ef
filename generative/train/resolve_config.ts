import * as v from "valibot";
import { completeConfig, type Config, type ConfigValue, type FieldTable } from "../../core/fields/field.ts";
import { valueWords } from "../../core/fields/value_words.ts";
import { flagName } from "../../core/flag_name.ts";
import { nearestName } from "../../core/nearest_name.ts";

/** The options of {@link resolveConfig}. */
export interface ResolveConfigOptions {
  /** The preset to start from. @default "default" */
  preset?: string;
  /** Fields that differ from the preset's, as text: numbers in digits, lists with commas. */
  overrides?: Readonly<Record<string, string>>;
}

/** A configuration, and what was changed in its preset. */
export interface ResolvedConfig<C> {
  /** The configuration, complete and checked. */
  config: C;
  /** The name of the preset. */
  preset: string;
  /** The fields that were overridden, with their values. */
  overrides: Partial<C>;
}

/**
 * A preset with its overrides, checked.
 *
 * @param presets Complete configurations by name.
 * @throws RangeError for an unknown preset or key (naming the nearest one) and a value out of range; TypeError for a
 * value of the wrong type.
 */
export function resolveConfig<C>(
  table: FieldTable<C>,
  presets: Readonly<Record<string, NoInfer<C>>>,
  { preset = "default", overrides = {} }: ResolveConfigOptions = {},
): ResolvedConfig<C> {
  const base = presets[preset];
  if (!base) {
    throw new RangeError(
      `Cannot use preset "${preset}": expected one of ${Object.keys(presets).join(", ")}${
        hint(preset, Object.keys(presets))
      }`,
    );
  }
  const entries = table.entries as FieldTable["entries"];
  const changes: Config = {};
  for (const [key, text] of Object.entries(overrides)) {
    if (!(key in entries)) {
      throw new RangeError(`Cannot set --${flagName(key)}: no such option${hint(key, Object.keys(entries))}`);
    }
    const value = parseValue(entries[key].schema, text);
    if (value === undefined) {
      const got = text === "" ? "nothing" : `"${text}"`;
      throw new TypeError(
        `Cannot set --${flagName(key)}: expected ${valueWords(entries[key].schema).wanted}, got ${got}`,
      );
    }
    changes[key] = value;
  }
  const config = checkConfig(table, { ...base, ...changes });
  return { config, preset, overrides: changes as Partial<C> };
}

/** The options of {@link checkConfig}. */
export interface CheckConfigOptions {
  /** The file that the configuration was read from; errors are about that file then. @default flags */
  source?: string;
}

/**
 * Checks a configuration, and completes one that was written before there were all of its options.
 *
 * @throws RangeError or TypeError naming the field, what was wanted and what came; for one that was read from a file a
 * SyntaxError naming the file as well.
 */
export function checkConfig<C>(
  table: FieldTable<C>,
  config: unknown,
  { source }: CheckConfigOptions = {},
): C {
  const { entries, schema } = table;
  const given = completeConfig(table, Object(config));
  const unknown = Object.keys(given).find((key) => !(key in entries));
  if (unknown !== undefined) {
    const problem = `no such option${hint(unknown, Object.keys(entries))}`;
    throw source === undefined
      ? new RangeError(`Cannot set --${flagName(unknown)}: ${problem}`)
      : new SyntaxError(`Cannot read "${source}": "${unknown}" is ${problem}`);
  }
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = String(issue.path?.[0].key);
  const { wanted } = valueWords(entries[key as keyof C].schema);
  const problem = `expected ${wanted}, got ${shown(given[key])}`;
  if (source !== undefined) throw new SyntaxError(`Cannot read "${source}": "${key}": ${problem}`);
  throw issue.kind === "schema" && issue.type !== "picklist"
    ? new TypeError(`Cannot set --${flagName(key)}: ${problem}`)
    : new RangeError(`Cannot set --${flagName(key)}: ${problem}`);
}

/** Reads a value as its schema's type; nothing where the text is none. */
function parseValue({ type }: v.GenericSchema, text: string): ConfigValue | undefined {
  const number = (part: string) => part.trim() !== "" && isFinite(Number(part)) ? Number(part) : undefined;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  if (type === "number") return number(text);
  if (type !== "array") return text || undefined;
  const numbers = text === "" ? [] : text.split(",").map(number);
  return numbers.every((value) => value !== undefined) ? numbers : undefined;
}

/** A value as errors show it. */
function shown(value: ConfigValue | undefined): string {
  if (value === undefined) return "nothing";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function hint(name: string, known: string[]): string {
  if (known.length === 0) return "; there are none";
  const nearest = nearestName(name, known);
  return nearest === undefined ? `; there are ${known.join(", ")}` : ` (did you mean "${nearest}"?)`;
}
