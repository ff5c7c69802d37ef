import { fileError } from "../../core/atomic_file.ts";

/** An IDX file that cannot be read. */
export class IdxError extends SyntaxError {
  /** Says what is wrong and at which byte. */
  constructor(message: string, readonly byte: number) {
    super(message);
    this.name = "IdxError";
  }
}

/**
 * Reads an IDX file of bytes, MNIST's format: two zeros, the type (8), the number of axes, the size of each axis as a
 * big-endian 32-bit number, the bytes.
 *
 * @param axes How many are expected.
 * @throws IdxError naming the file and the byte; Error when the file cannot be read.
 */
export function readIdx(path: string, axes: number): { shape: number[]; data: Uint8Array } {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    throw fileError("read", path, error);
  }
  const header = 4 + 4 * axes;
  const view = new DataView(bytes.buffer);
  const magic = bytes.length < header ? -1 : view.getUint32(0);
  if (magic !== 0x800 + axes) {
    throw new IdxError(`Cannot read "${path}": expected an IDX file of bytes with ${axes} axes at byte 0`, 0);
  }
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== header + count) {
    throw new IdxError(
      `Cannot read "${path}": expected ${header + count} bytes for shape [${shape}], got ${bytes.length}`,
      bytes.length,
    );
  }
  return { shape, data: bytes.subarray(header) };
}
