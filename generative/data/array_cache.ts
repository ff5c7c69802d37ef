import { existsSync } from "node:fs";
import { join } from "node:path";
import { removeAbandonedFiles } from "../../core/atomic_file.ts";
import { defaultCacheFolder } from "../runtime/install/locate.ts";
import type { Safetensors } from "../train/safetensors.ts";
import { loadSafetensors, saveSafetensors } from "../train/safetensors_file.ts";
import type { DataEvent } from "./load_dataset.ts";

/** What {@link cachedArrays} is told. */
export interface ArrayCacheOptions {
  /** The data set's name, for events. */
  dataset: string;
  /** Whether what was kept is enough; otherwise it is built anew. @default always */
  enough?: (kept: Safetensors) => boolean;
  /** Hears when what was kept is damaged or cannot be kept. */
  onEvent?: (event: DataEvent) => void;
}

/** The folder that decoded data sets are kept in: `<the lab's cache folder>/data`. */
export function dataCacheFolder(): string {
  return join(defaultCacheFolder(), "data");
}

/**
 * Arrays that are slow to make, kept as one safetensors file with a SHA-256 checksum of its contents. A file that is
 * damaged is made anew; where none can be written, the arrays are made each time.
 *
 * @param key The file's name without its ending; it changes with whatever the arrays depend on.
 * @param build Makes the arrays; it is given what was kept when that was whole, but not enough.
 */
export async function cachedArrays(
  key: string,
  build: (kept?: Safetensors) => Promise<Safetensors> | Safetensors,
  { dataset, enough = () => true, onEvent }: ArrayCacheOptions,
): Promise<Safetensors> {
  const path = join(dataCacheFolder(), `${key}.safetensors`);
  const kept = readKept(path, (reason) => onEvent?.({ type: "cache", dataset, reason }));
  if (kept && enough(kept)) return kept;
  const made = await build(kept);
  try {
    removeAbandonedFiles(dataCacheFolder());
    await saveSafetensors(path, made.arrays, made.metadata);
  } catch (error) {
    onEvent?.({ type: "cache", dataset, reason: (error as Error).message });
  }
  return made;
}

function readKept(path: string, onDamage: (reason: string) => void): Safetensors | undefined {
  if (!existsSync(path)) return undefined; // nothing is kept yet
  try {
    return loadSafetensors(path, { checksumRequired: true });
  } catch (error) {
    onDamage(`${(error as Error).message}; it is rebuilt`);
    return undefined;
  }
}
