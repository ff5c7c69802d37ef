import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Config } from "../core/fields/field.ts";
import { flagName } from "../core/flag_name.ts";
import { describeModel } from "../generative/load_model.ts";
import type { ModelKind, PartSpec } from "../generative/models/model.ts";
import type { ModelConfig } from "../generative/models/model_fields.ts";
import { RunFolder } from "../generative/train/mod.ts";
import { chooseRun, newestRun, ROOTS, type RunWish } from "./find_run.ts";
import { projectPath, typedPath } from "./paths.ts";
import { shellWord } from "./shell_word.ts";

/**
 * Completes a configuration by the runs that a kind is built on: those that its options name, else those that the run
 * began with, else the newest that fit.
 *
 * @param folder The run's own, which need not be there yet.
 * @param root The folder of all runs: where the newest are looked for first.
 * @throws UsageError where there is none.
 */
export function chooseParts<C extends ModelConfig>(
  { parts = {} }: ModelKind<C>,
  config: C,
  { folder, root }: { folder: string; root: string },
): C {
  if (Object.keys(parts).length === 0) return config;
  const begun: Config = existsSync(join(folder, "config.json"))
    ? RunFolder.load(folder).config as Config
    : {};
  const chosen = Object.entries(parts).map(([name, spec]) => {
    const named = String((config as unknown as Config)[name]);
    const before = begun[name];
    if (
      before !== undefined && (named === "" || [named, runName(typedPath(named))].includes(String(before)))
    ) {
      return [name, before];
    }
    if (named !== "") return [name, runName(findPart(name, named))];
    const wish = wishOf(name, { ...spec, config });
    return [name, runName(newestRun(wish, [root, ...ROOTS.map(projectPath)]).folder)];
  });
  return { ...config, ...Object.fromEntries(chosen) };
}

/** The folder of the run that a part comes from. @throws UsageError where there is none. */
export function findPart(name: string, run: string): string {
  return chooseRun([run], { task: `use --${flagName(name)}`, kinds: ["model"] }).folder;
}

/** Of all runs those that fit, and that learned from data of the same name and size. */
function wishOf(name: string, { fits, example, config }: PartSpec & { config: ModelConfig }): RunWish {
  const { data, size } = config;
  const standard = example.presets.default;
  const changes = [
    data === standard.data ? "" : ` --data ${shellWord(data)}`,
    size === standard.size ? "" : ` --size ${size}`,
  ];
  return {
    task: `use --${flagName(name)}`,
    kinds: ["model"],
    maker: `deno task train ${example.name}${changes.join("")}`,
    fits(folder) {
      const own = RunFolder.load(folder).config;
      if (own.data !== data || own.size !== size) return false;
      try {
        const { model, kind } = describeModel(folder);
        return fits(model, kind);
      } catch {
        return false; // damaged, or of a module that is not there: whoever names it is told
      }
    },
  };
}

/** What a configuration calls a run: its name where that is enough to find it, else its folder. */
function runName(folder: string): string {
  const name = basename(folder);
  const found = ROOTS.some((root) => resolve(projectPath(join(root, name))) === resolve(folder));
  return found ? name : folder;
}
