import * as v from "valibot";
import { flagName } from "../../core/flag_name.ts";
import { nearestName } from "../../core/nearest_name.ts";

/** What a configuration holds: flat, so that each field is a flag. */
export type ConfigValue = number | string | boolean | readonly number[];

/** A flat configuration. */
export type Config = Record<string, ConfigValue>;

/** A valibot object schema of a flat configuration. */
export type ConfigSchema = v.ObjectSchema<v.ObjectEntries, undefined>;

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
 * @param schema One entry for each field.
 * @param presets Complete configurations by name.
 * @throws RangeError for an unknown preset or key (naming the nearest one) and a value out of range; TypeError for a
 * value of the wrong type.
 */
export function resolveConfig<S extends ConfigSchema>(
  schema: S,
  presets: Record<string, v.InferOutput<S>>,
  { preset = "default", overrides = {} }: ResolveConfigOptions = {},
): ResolvedConfig<v.InferOutput<S>> {
  const base = presets[preset] as Config | undefined;
  if (!base) {
    throw new RangeError(
      `Cannot use preset "${preset}": expected one of ${Object.keys(presets).join(", ")}${
        hint(preset, Object.keys(presets))
      }`,
    );
  }
  const changes: Config = {};
  for (const [key, text] of Object.entries(overrides)) {
    if (!(key in schema.entries)) {
      throw new RangeError(
        `Cannot set --${flagName(key)}: no such option${hint(key, Object.keys(schema.entries))}`,
      );
    }
    changes[key] = parseValue(key, text, base[key]);
  }
  const config = checkConfig(schema, { ...base, ...changes });
  return { config, preset, overrides: changes as Partial<v.InferOutput<S>> };
}

/** The options of {@link checkConfig}. */
export interface CheckConfigOptions {
  /** The file that the configuration was read from; errors are about that file then. @default flags */
  source?: string;
}

/**
 * Checks a configuration.
 *
 * @throws RangeError or TypeError naming the field, what was wanted and what came; for one that was read from a file a
 * SyntaxError naming the file as well.
 */
export function checkConfig<S extends ConfigSchema>(
  schema: S,
  config: unknown,
  { source }: CheckConfigOptions = {},
): v.InferOutput<S> {
  const unknown = Object.keys(config ?? {}).find((key) => !(key in schema.entries));
  if (unknown !== undefined) {
    const problem = `no such option${hint(unknown, Object.keys(schema.entries))}`;
    throw source === undefined
      ? new RangeError(`Cannot set --${flagName(unknown)}: ${problem}`)
      : new SyntaxError(`Cannot read "${source}": "${unknown}" is ${problem}`);
  }
  const result = v.safeParse(schema, config);
  if (result.success) return result.output;
  const [issue] = result.issues;
  // Checks such as v.integer() name what they expect only in their type; v.check() says it in its message.
  const wanted = issue.expected ?? (issue.type === "check" ? issue.message : issue.type);
  const problem = `expected ${wanted}, got ${issue.received}`;
  const field = v.getDotPath(issue);
  if (source !== undefined) throw new SyntaxError(`Cannot read "${source}": "${field}": ${problem}`);
  throw issue.kind === "schema" && issue.type !== "picklist"
    ? new TypeError(`Cannot set --${flagName(field ?? "")}: ${problem}`)
    : new RangeError(`Cannot set --${flagName(field ?? "")}: ${problem}`);
}

/** Reads a value as the type that the preset's own has. */
function parseValue(key: string, text: string, model: ConfigValue): ConfigValue {
  const wrong = (wanted: string) =>
    new TypeError(
      `Cannot set --${flagName(key)}: expected ${wanted}, got ${text === "" ? "nothing" : `"${text}"`}`,
    );
  const number = (part: string) => {
    const value = Number(part);
    if (part.trim() === "" || Number.isNaN(value)) {
      throw wrong(Array.isArray(model) ? "numbers, as 1,2,3" : "a number");
    }
    return value;
  };
  if (typeof model === "boolean") {
    if (text !== "true" && text !== "false") throw wrong("true or false");
    return text === "true";
  }
  if (typeof model === "number") return number(text);
  if (Array.isArray(model)) return text === "" ? [] : text.split(",").map(number);
  if (text === "") throw wrong("a text");
  return text;
}

function hint(name: string, known: string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? `; there are ${known.join(", ")}` : ` (did you mean "${nearest}"?)`;
}
