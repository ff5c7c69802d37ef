import { readFileSync, statSync } from "node:fs";
import { fileError } from "../../core/atomic_file.ts";

/**
 * Reads a file whole.
 *
 * @param most Larger ones are refused before anything of them is read.
 * @throws Error naming the file and the cause when it cannot be read; SyntaxError when it is too large, or no file.
 */
export function readFile(path: string, most = Infinity): Uint8Array {
  try {
    const stat = statSync(path);
    if (stat.isFile() && stat.size <= most) return readFileSync(path);
    if (stat.isDirectory()) throw { code: "EISDIR" };
    const got = stat.isFile() ? `one of ${stat.size} bytes` : "something else";
    const wanted = most === Infinity ? "a file" : `a file of ${most} bytes`;
    throw new SyntaxError(`Cannot read "${path}": expected ${wanted}, got ${got}`);
  } catch (error) {
    throw error instanceof SyntaxError ? error : fileError("read", path, error);
  }
}
