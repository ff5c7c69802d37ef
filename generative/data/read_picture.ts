import { readFile } from "node:fs/promises";
import { decodePicture } from "./decode_picture.ts";
import type { Pixels } from "./fit_pictures.ts";

/**
 * Reads one picture file, of any format that `decodePicture` takes.
 *
 * @returns Three channels.
 * @throws RangeError naming the file when it cannot be read or holds no picture.
 */
export async function readPicture(path: string): Promise<Pixels> {
  try {
    return await decodePicture(await readFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "expected a picture file, got no file at all" : message;
    throw new RangeError(`Cannot read the picture "${path}": ${reason}`, { cause: error });
  }
}
