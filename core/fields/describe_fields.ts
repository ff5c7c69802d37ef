import type { Config, ConfigValue, FieldTable } from "./field.ts";
import { type ValueWords, valueWords } from "./value_words.ts";

/** An option in words, for `--help` and settings. */
export interface FieldDescription extends ValueWords {
  /** What it means. */
  help: string;
  /** Its limits, its default, and what else presets set it to: "1 or more; default: 5, smoke: 1". */
  details: string;
}

/**
 * Describes all options of a table: all fields but those that may have one value alone.
 *
 * @param presets Complete configurations by name, `default` among them.
 */
export function describeFields<C>(
  { entries }: FieldTable<C>,
  presets: Readonly<Record<string, NoInfer<C>>>,
): Record<string, FieldDescription> {
  const options = Object.entries(entries as FieldTable["entries"])
    .filter(([, { schema }]) => schema.type !== "literal");
  const described = options.map(([key, { schema, help }]) => {
    const words = valueWords(schema);
    const values = presetValues(key, presets as Record<string, Config>);
    return [key, { ...words, help, details: [words.range, values].filter(Boolean).join("; ") }];
  });
  return Object.fromEntries(described);
}

/** A value as it is typed; nothing at all is "none". */
export function showValue(value: ConfigValue): string {
  return String(value) || "none";
}

/** The default, and the presets that set something else. */
function presetValues(key: string, presets: Readonly<Record<string, Config>>): string {
  const standard = showValue(presets.default[key]);
  const others = Object.entries(presets).map(([name, preset]) => [name, showValue(preset[key])])
    .filter(([, value]) => value !== standard);
  return [["default", standard], ...others].map(([name, value]) => `${name}: ${value}`).join(", ");
}
