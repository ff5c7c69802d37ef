import { readFile } from "node:fs/promises";
import { fileError } from "../../../core/atomic_file.ts";

/**
 * Reads a text file in UTF-8, or in UTF-16 with a mark of its byte order or without.
 *
 * @throws SyntaxError naming the file when it is in neither, TypeError when it is empty.
 */
export async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw fileError("read", path, error);
  }
  let text: string;
  try {
    text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new SyntaxError(
      `Cannot read "${path}": expected text in UTF-8 or UTF-16, got other bytes; convert it first`,
    );
  }
  if (text.trim() === "") {
    throw new TypeError(`Cannot load "${path}": expected text, got an empty file`);
  }
  return text;
}

/** By the mark of the byte order; without one, UTF-16 shows by the zeros beside ASCII's letters, blanks and line ends. */
function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  const mark = bytes[0] << 8 | bytes[1];
  if (mark === 0xfffe) return "utf-16le";
  if (mark === 0xfeff) return "utf-16be";
  const zeros = [0, 0];
  bytes.forEach((byte, i) => zeros[i % 2] += Number(byte === 0));
  const many = (count: number) => count > bytes.length / 8;
  return many(zeros[1]) ? "utf-16le" : many(zeros[0]) ? "utf-16be" : "utf-8";
}
