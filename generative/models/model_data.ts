import type { Dataset } from "../data/dataset.ts";
import type { DataEvent } from "../data/load_dataset.ts";
import { loadDataset } from "../data/datasets.ts";
import type { DriverFields, ModelConfig } from "./model.ts";

/**
 * The data that a configuration names, as the model is given them. Its seed is not that of data that are drawn: runs of
 * several seeds learn from the same data.
 */
export function loadModelData(
  config: ModelConfig,
  split: "train" | "test",
  onEvent?: (event: DataEvent) => void,
): Promise<Dataset> {
  const { data, size, examples } = config;
  const { fit, length, vocabulary } = config as DriverFields;
  return loadDataset(data, { split, size, limit: examples, fit, length, vocabulary, onEvent });
}
