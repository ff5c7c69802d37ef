/** NumPy's name of what an array holds. */
export type NpyType = "|u1" | "|b1" | "<f4" | "<f8" | `<U${number}`;

/**
 * The bytes before an array's data in a `.npy` file of version 1.0: magic, the header's length, and a Python literal
 * that is padded so that the data begin at a multiple of 64 bytes.
 *
 * Source: NumPy's `numpy/lib/format.py`.
 */
export function npyHeader(type: NpyType, shape: readonly number[]): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const literal = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const before = 10;
  const length = Math.ceil((before + literal.length + 1) / 64) * 64 - before;
  const text = literal.padEnd(length - 1) + "\n";
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    length & 255,
    length >> 8,
    ...new TextEncoder().encode(text),
  ]);
}
