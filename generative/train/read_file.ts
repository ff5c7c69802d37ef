import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { fileError } from "../../core/atomic_file.ts";

/**
 * Reads a file, whole or its beginning.
 *
 * @param most Larger ones are refused before anything of them is read.
 * @param length How many of its bytes are wanted.
 * @throws Error naming the file and the cause when it cannot be read; SyntaxError when it is too large, or no file.
 */
export function readFile(path: string, most = Infinity, length = Infinity): Uint8Array {
  try {
    const stat = statSync(path);
    if (stat.isFile() && stat.size <= most) {
      return length < stat.size ? readStart(path, length) : readFileSync(path);
    }
    if (stat.isDirectory()) throw { code: "EISDIR" };
    const got = stat.isFile() ? `one of ${stat.size} bytes` : "something else";
    const wanted = most === Infinity ? "a file" : `a file of ${most} bytes`;
    throw new SyntaxError(`Cannot read "${path}": expected ${wanted}, got ${got}`);
  } catch (error) {
    throw error instanceof SyntaxError ? error : fileError("read", path, error);
  }
}

function readStart(path: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const file = openSync(path, "r");
  try {
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
