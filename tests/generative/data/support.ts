import { join } from "node:path";
import { RandomStream } from "../../../core/mod.ts";
import type { Dataset, PictureData, TextData } from "../../../generative/data/mod.ts";

/**
 * Runs a test with a cache of its own, so that nothing of the machine's is found or overwritten. Test files that run side
 * by side share the process's environment, so only what this file reads of it changes.
 */
export async function withOwnCache(test: (folder: string) => Promise<void> | void): Promise<void> {
  const { get } = Deno.env;
  const folder = Deno.makeTempDirSync();
  Deno.env.get = (name) => name === "XDG_CACHE_HOME" ? folder : get(name);
  try {
    await test(folder);
  } finally {
    Deno.env.get = get;
    Deno.removeSync(folder, { recursive: true });
  }
}

/** SHA-256 in hex. */
export async function sha256(data: Uint8Array | Int32Array | Float32Array): Promise<string> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The data as pictures. */
export function pictures(data: Dataset): PictureData {
  if (data.kind !== "pictures") throw new TypeError(`expected pictures, got ${data.kind}`);
  return data;
}

/** The data as texts. */
export function texts(data: Dataset): TextData {
  if (data.kind !== "text") throw new TypeError(`expected text, got ${data.kind}`);
  return data;
}

/** Random bytes. */
export function bytes(count: number, seed = 1): Uint8Array {
  const random = new RandomStream(seed);
  return Uint8Array.from({ length: count }, () => random.integer(0, 256));
}

/** A folder with files in it. */
export function folder(files: Record<string, Uint8Array | string>): string {
  const root = Deno.makeTempDirSync();
  for (const [path, content] of Object.entries(files)) {
    const parts = path.split("/");
    Deno.mkdirSync(join(root, ...parts.slice(0, -1)), { recursive: true });
    const data = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(join(root, ...parts), data);
  }
  return root;
}
