import type { Dataset } from "../data/dataset.ts";
import type { DataEvent } from "../data/load_dataset.ts";
import { loadDataset } from "../data/datasets.ts";
import type { ModelConfig } from "./model_fields.ts";

/**
 * The data that a configuration names, as the model is given them. Its seed is not that of data that are drawn: runs of
 * several seeds learn from the same data.
 */
export function loadModelData(
  config: ModelConfig,
  split: "train" | "test",
  onEvent?: (event: DataEvent) => void,
): Promise<Dataset> {
  const { data, size, examples: limit, fit, length, vocabulary, unit, simplified, voices } = config;
  return loadDataset(data, {
    split,
    size,
    limit,
    fit,
    length,
    vocabulary,
    unit,
    simplified,
    voices,
    onEvent,
  });
}
