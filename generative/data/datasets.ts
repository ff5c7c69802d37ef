import { nearestName } from "../../core/nearest_name.ts";
import type { Dataset } from "./dataset.ts";
import { type DatasetSource, type LoadOptions, resolveLoadOptions } from "./load_dataset.ts";
import { isPath, loadOwnData } from "./own/own_data.ts";
import { AVATARS } from "./sets/avatars.ts";
import { BACH_CHORALES } from "./sets/bach_chorales.ts";
import { BRICKS, COLOR_BRICKS } from "./sets/bricks.ts";
import { EMOJI } from "./sets/emoji.ts";
import { EMOJI_SCENES } from "./sets/emoji_scenes.ts";
import { FASHION_MNIST } from "./sets/fashion_mnist.ts";
import { FIDDLE_TUNES } from "./sets/fiddle_tunes.ts";
import { MNIST } from "./sets/mnist.ts";
import { MOBY_DICK } from "./sets/moby_dick.ts";
import { MOONS } from "./sets/moons.ts";
import { SHAKESPEARE } from "./sets/shakespeare.ts";
import { SOTU } from "./sets/sotu.ts";
import { WORLD_MAP } from "./sets/world_map.ts";

/** Every data set that has a name. */
export const DATASETS: readonly DatasetSource[] = [
  MNIST,
  FASHION_MNIST,
  EMOJI,
  EMOJI_SCENES,
  AVATARS,
  BRICKS,
  COLOR_BRICKS,
  MOBY_DICK,
  SOTU,
  SHAKESPEARE,
  BACH_CHORALES,
  FIDDLE_TUNES,
  MOONS,
  WORLD_MAP,
];

/**
 * Loads a data set by its name, or the user's own files by their path (a folder of pictures, CIFAR-10, CelebA,
 * recipes, wine reviews, a text, a folder of MIDI files).
 *
 * @throws RangeError for a name that is not known, Error saying what could not be fetched and what else could be used,
 * TypeError or SyntaxError for files that cannot be used.
 */
export async function loadDataset(name: string, options: LoadOptions = {}): Promise<Dataset> {
  const resolved = resolveLoadOptions(options);
  const source = DATASETS.find((known) => known.name === name);
  if (source) return await source.load(resolved);
  if (isPath(name)) return await loadOwnData(name, resolved);
  const names = DATASETS.map(({ name }) => name);
  const near = nearestName(name, names);
  throw new RangeError(
    `Cannot find data "${name}": expected one of ${names.join(", ")}, or the path of a folder or file${
      near ? ` (did you mean "${near}"?)` : ""
    }`,
  );
}
