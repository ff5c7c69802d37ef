import type { Config, ConfigValue, Field, FieldTable } from "./field.ts";
import { type ValueShape, valueShape } from "./value_shape.ts";
import { type ValueWords, valueWords } from "./value_words.ts";

/** An option in words and plain data, for `--help`, settings and forms. */
export interface FieldDescription extends ValueWords {
  /** What the option means. */
  help: string;
  /** Its limits, its default, and what else presets set it to: "1 or more; default: 5, smoke: 1". */
  details: string;
  /** What it may be, as data. */
  shape: ValueShape;
  /** The value of the option where none is given. */
  default: ConfigValue;
  /** See {@link Field.usual}. */
  usual?: Field["usual"];
}

/**
 * Describes all options of a table: all fields but those that may have one value alone.
 *
 * @param presets Complete configurations by name, `default` among them. @default the table's defaults alone
 */
export function describeFields<C>(
  { entries, defaults }: FieldTable<C>,
  presets: Readonly<Record<string, NoInfer<C>>> = { default: defaults },
): Record<string, FieldDescription> {
  const options = Object.entries(entries as FieldTable["entries"])
    .filter(([, { schema }]) => schema.type !== "literal");
  const described = options.map(([key, { schema, help, usual }]) => {
    const words = valueWords(schema);
    const values = presetValues(key, presets as Record<string, Config>);
    const description: FieldDescription = {
      ...words,
      help,
      details: [words.range, usual && `usually ${usual.join(" to ")}`, values].filter(Boolean).join("; "),
      shape: valueShape(schema),
      default: (presets as Record<string, Config>).default[key],
      ...usual && { usual },
    };
    return [key, description];
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
