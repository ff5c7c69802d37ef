import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { importKinds } from "../../agents/import_kinds.ts";
import type { SettingMeanings } from "../setting_meanings.ts";
import { describeSettings } from "./describe_settings.ts";

/** What a server needs for models of the user's own. */
export interface OwnModels {
  /** The names of their kinds. */
  kinds: string[];
  /** What the settings of every kind of run mean, theirs among them. */
  settings: SettingMeanings;
  /** The module of a worker that computes them, too. */
  labWorker: URL;
}

/**
 * Runs a module of the user's own.
 *
 * @param path Where it is.
 * @throws Error of one sentence when it fails; TypeError when it exports no kinds of what is trained.
 */
export async function readOwnModels(path: string): Promise<OwnModels> {
  const address = pathToFileURL(resolve(path));
  const own = await importKinds(address, `the module "${path}"`);
  const labWorker = new URL("lab_worker.ts", import.meta.url);
  labWorker.searchParams.set("module", address.href);
  return {
    kinds: [...own.models, ...own.learners].map(({ name }) => name),
    settings: describeSettings(own),
    labWorker,
  };
}
