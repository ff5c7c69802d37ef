import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describeFields } from "../core/fields/describe_fields.ts";
import type { FieldTable } from "../core/fields/field.ts";
import { DATASETS } from "../generative/data/mod.ts";
import type { Flag, Flags } from "./flags.ts";
import { typedFolder, typedPath } from "./paths.ts";

/**
 * A table's options as flags. They stay text: `resolveConfig` reads and checks them.
 *
 * @param presets Complete configurations by name.
 * @param heading What `--help` puts them under.
 */
export function configFlags<C>(
  table: FieldTable<C>,
  presets: Readonly<Record<string, NoInfer<C>>>,
  heading: string,
): Flags {
  const described = Object.entries(describeFields(table, presets));
  return Object.fromEntries(described.map(([key, words]): [string, Flag] => [key, {
    help: words.help,
    value: words.placeholder,
    details: words.details,
    fallback: undefined,
    wanted: words.wanted,
    parse: key === "data" ? typedData : (text) => text,
    suggest: () => words.choices ?? [],
    heading,
  }]));
}

/** The name of a data set, or the path of the user's own. */
export function typedData(text: string): string {
  const named = DATASETS.some(({ name }) => name === text);
  return !named && existsSync(resolve(typedFolder(), text)) ? typedPath(text) : text;
}
