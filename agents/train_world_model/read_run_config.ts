import { join } from "node:path";
import { RunFolder } from "../../generative/train/mod.ts";
import { checkWorldModelConfig, type TrainWorldModelConfig } from "./config.ts";

/**
 * Reads the configuration of a run of `train-world-model`.
 *
 * @param folder The run's folder.
 * @throws Error when there is no run; RangeError for a kind of world model that is not known; SyntaxError naming what of
 * its `config.json` is damaged or does not fit.
 */
export function readRunConfig(folder: string): TrainWorldModelConfig {
  return checkWorldModelConfig(RunFolder.load(folder).config, { source: join(folder, "config.json") });
}
