import { readFileSync } from "node:fs";
import { decode } from "fast-png";
import { fileError, writeFileAtomic } from "../atomic_file.ts";
import { encodePng } from "./encode_png.ts";
import { blankPicture, type Picture } from "./picture.ts";

/** Writes a picture as PNG, whole or not at all. @throws Error naming the file when it cannot be written. */
export function writePng(path: string, picture: Picture): void {
  writeFileAtomic(path, encodePng(picture));
}

/**
 * Reads a PNG file of eight bits a channel; transparency is dropped, grey becomes colour.
 *
 * @throws Error naming the file when it cannot be read or is no such PNG.
 */
export function readPng(path: string): Picture {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw fileError("read", path, error);
  }
  try {
    const { width, height, data, channels, depth } = decode(bytes);
    if (depth !== 8) throw new RangeError(`expected 8 bits a channel, got ${depth}`);
    const picture = blankPicture(width, height);
    for (let i = 0; i < picture.data.length; i++) {
      picture.data[i] = data[Math.floor(i / 3) * channels + (channels < 3 ? 0 : i % 3)];
    }
    return picture;
  } catch (error) {
    throw new SyntaxError(`Cannot read "${path}": ${(error as Error).message}`, { cause: error });
  }
}
