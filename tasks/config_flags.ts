import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DATASETS } from "../generative/data/mod.ts";
import type { Config, ConfigSchema } from "../generative/train/mod.ts";
import type { Flag, Flags } from "./flags.ts";
import { typedFolder, typedPath } from "./paths.ts";

/** Fields that are no options: they say what a configuration is of. */
const HIDDEN = ["model"];

/**
 * The fields of a configuration as options. They stay text: `resolveConfig` reads and checks them.
 *
 * @param words `help`: what each field means; `heading`: what `--help` puts them under.
 */
export function configFlags(
  schema: ConfigSchema,
  presets: Readonly<Record<string, Config>>,
  { heading, help }: { heading: string; help: Readonly<Record<string, string>> },
): Flags {
  const fields = Object.entries(schema.entries).filter(([key]) => !HIDDEN.includes(key));
  return Object.fromEntries(fields.map(([key, entry]): [string, Flag] => {
    const values = Object.entries(presets).map(([name, preset]) => [name, shown(preset[key])]);
    const each = values.map(([name, value]) => `${name}: ${value}`).join(", ");
    const alike = values.every(([, value]) => value === values[0][1]);
    return [key, {
      help: [help[key] ?? "", ...alike ? [] : [`(${each})`]].join(" ").trim(),
      value: placeholder(entry, presets.default[key]),
      unset: alike ? values[0][1] : undefined,
      fallback: undefined,
      wanted: typeof presets.default[key] === "boolean" ? "true or false" : "a value",
      parse: key === "data" ? typedData : (text) => text,
      suggest: () => entry.type === "picklist" ? (entry as { options: string[] } & typeof entry).options : [],
      heading,
    }];
  }));
}

/** The name of a data set, or the path of the user's own. */
export function typedData(text: string): string {
  const named = DATASETS.some(({ name }) => name === text);
  return !named && existsSync(resolve(typedFolder(), text)) ? typedPath(text) : text;
}

function shown(value: Config[string]): string {
  return value === "" ? "none" : typeof value === "object" ? value.join(",") || "none" : String(value);
}

function placeholder(entry: ConfigSchema["entries"][string], value: Config[string]): string | undefined {
  if (entry.type === "picklist") return (entry as { options: string[] } & typeof entry).options.join("|");
  if (typeof value === "boolean") return undefined;
  if (typeof value === "number") return isWhole(entry) ? "N" : "X";
  return typeof value === "object" ? "N,N" : "TEXT";
}

function isWhole(entry: ConfigSchema["entries"][string]): boolean {
  const parts = "pipe" in entry ? entry.pipe as { type: string }[] : [];
  return parts.some(({ type }) => type === "integer" || type === "safe_integer");
}
