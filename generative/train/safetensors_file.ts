import { createHash } from "node:crypto";
import { writeFileAtomic } from "../../core/atomic_file.ts";
import { readFile } from "./read_file.ts";
import { decodeSafetensors, encodeSafetensors, type Safetensors, SafetensorsError } from "./safetensors.ts";
import { type Savable, toArrays } from "./tensor_arrays.ts";

/** The options of {@link loadSafetensors}. */
export interface LoadSafetensorsOptions {
  /** Whether a file without a checksum is refused, which other programs write. @default false */
  checksumRequired?: boolean;
}

/** Where a file's metadata keep the checksum. */
const CHECKSUM = "sha256";

/**
 * Writes one safetensors file, whole or not at all, with a checksum over its contents among its metadata.
 *
 * @throws Error naming the file when it cannot be written; the old one stays.
 */
export async function saveSafetensors(
  path: string,
  tensors: Savable,
  metadata: Record<string, string> = {},
): Promise<void> {
  const arrays = await toArrays(tensors);
  const checked = { ...metadata, [CHECKSUM]: checksumOf({ arrays, metadata }) };
  writeFileAtomic(path, encodeSafetensors(arrays, checked));
}

/**
 * Reads one safetensors file. Its checksum, where there is one, must fit, and is no part of what is returned.
 *
 * @throws SafetensorsError naming file, byte and what is readable when damaged; Error when it cannot be read.
 */
export function loadSafetensors(
  path: string,
  { checksumRequired = false }: LoadSafetensorsOptions = {},
): Safetensors {
  const { arrays, metadata: { [CHECKSUM]: told, ...metadata } } = decodeSafetensors(readFile(path), path);
  if (told === undefined && !checksumRequired) return { arrays, metadata };
  const found = checksumOf({ arrays, metadata });
  if (told !== found) {
    throw new SafetensorsError(
      `Cannot read "${path}": expected contents of the checksum ${told ?? "in its metadata"}, got ${found}`,
      8,
    );
  }
  return { arrays, metadata };
}

/** SHA-256 over names, types, shapes, numbers and texts, in whatever order they are. */
function checksumOf({ arrays, metadata }: Safetensors): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(arrays).sort()) {
    const { shape, data } = arrays[name];
    hash.update(JSON.stringify([name, data.constructor.name, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  hash.update(JSON.stringify(Object.entries(metadata).sort()));
  return hash.digest("hex");
}
