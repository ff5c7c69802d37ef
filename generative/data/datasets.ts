import { nearestName } from "../../core/nearest_name.ts";
import type { Dataset } from "./dataset.ts";
import { type DatasetSource, type LoadOptions, resolveLoadOptions } from "./load_dataset.ts";
import { FASHION_MNIST } from "./sets/fashion_mnist.ts";

/** Every data set that has a name. */
export const DATASETS: readonly DatasetSource[] = [FASHION_MNIST];

/**
 * Loads a data set by its name.
 *
 * @throws RangeError for a name that is not known, Error saying what could not be fetched and what else could be used.
 */
export function loadDataset(name: string, options: LoadOptions = {}): Promise<Dataset> {
  const source = DATASETS.find((known) => known.name === name);
  if (source) return source.load(resolveLoadOptions(options));
  const names = DATASETS.map(({ name }) => name);
  const near = nearestName(name, names);
  throw new RangeError(
    `Cannot find data "${name}": expected one of ${names.join(", ")}${
      near ? ` (did you mean "${near}"?)` : ""
    }`,
  );
}
