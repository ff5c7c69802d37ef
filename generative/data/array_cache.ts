import { createHash } from "node:crypto";
import { join } from "node:path";
import { removeAbandonedFiles, writeFileAtomic } from "../../core/atomic_file.ts";
import { defaultCacheFolder } from "../runtime/install/locate.ts";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../train/safetensors.ts";
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
    const metadata = { ...made.metadata, sha256: checksum(made) };
    writeFileAtomic(path, encodeSafetensors(made.arrays, metadata));
  } catch (error) {
    onEvent?.({ type: "cache", dataset, reason: (error as Error).message });
  }
  return made;
}

function readKept(path: string, onDamage: (reason: string) => void): Safetensors | undefined {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch {
    return undefined; // nothing is kept yet
  }
  try {
    const { arrays, metadata: { sha256, ...metadata } } = decodeSafetensors(bytes, path);
    if (sha256 === checksum({ arrays, metadata })) return { arrays, metadata };
    onDamage(`"${path}" does not fit its checksum and is made anew`);
  } catch (error) {
    onDamage(`${(error as Error).message}; it is made anew`);
  }
  return undefined;
}

/** SHA-256 over names, shapes, numbers and texts. */
function checksum({ arrays, metadata }: Safetensors): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(arrays).sort()) {
    const { shape, data } = arrays[name];
    hash.update(`${name}[${shape}]`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  for (const name of Object.keys(metadata).sort()) hash.update(`${name}=${metadata[name]}`);
  return hash.digest("hex");
}
