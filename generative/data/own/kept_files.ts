import { readFile } from "node:fs/promises";

/** Bytes of files that are kept at most; more are read again. */
const ROOM = 512 * 2 ** 20;

/** The user's files while a data set is made of them: each is read once, as long as there is room to keep it. */
export class KeptFiles {
  readonly #kept = new Map<string, Uint8Array>();
  #room: number;

  /** @param room Bytes that are kept at most. @default 512 MiB */
  constructor(room = ROOM) {
    this.#room = room;
  }

  /** The bytes of a file. @throws What `readFile` throws. */
  async read(path: string): Promise<Uint8Array> {
    const kept = this.#kept.get(path);
    if (kept) return kept;
    const bytes = await readFile(path);
    if (bytes.length <= this.#room) {
      this.#kept.set(path, bytes);
      this.#room -= bytes.length;
    }
    return bytes;
  }
}
