/** Bytes of a header, and of what files are filled up to. */
const BLOCK = 512;

/**
 * Reads files of a tar archive (POSIX ustar, pax headers skipped).
 *
 * @param wanted Which to take, by path.
 * @returns Their contents by path.
 * @throws SyntaxError saying at which byte the archive is damaged.
 */
export function readTar(archive: Uint8Array, wanted: (path: string) => boolean): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0;) {
    const header = archive.subarray(at, at + BLOCK);
    const text = (from: number, length: number) =>
      new TextDecoder().decode(header.subarray(from, from + length)).replace(/\0.*$/s, "");
    const sum = header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
    const size = parseInt(text(124, 12), 8);
    const start = at + BLOCK;
    if (parseInt(text(148, 8), 8) !== sum || !(start + size <= archive.length)) {
      throw new SyntaxError(
        `Cannot read a tar archive: expected a whole file at byte ${at}, got other bytes`,
      );
    }
    const path = [text(345, 155), text(0, 100)].filter(Boolean).join("/");
    const plain = header[156] === 0 || header[156] === 0x30; // "0": neither a folder nor a link
    if (plain && wanted(path)) files.set(path, archive.slice(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
