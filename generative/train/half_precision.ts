/** The least float32, as bits, that a half's normal numbers reach: 2^-14. */
const LEAST_NORMAL = 0x38800000;
/** The bits of float32's infinity. */
const INFINITE = 0x7f800000;

/**
 * Rounds single precision to half precision (IEEE 754 binary16), to the nearest and ties to even.
 *
 * @returns The bits; undefined where a finite number lies beyond the largest half, 65,504, and would become infinite.
 */
export function encodeFloat16(values: Float32Array): Uint16Array | undefined {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const magnitude = bits[i] & 0x7fffffff;
    const half = halfOf(magnitude, Math.abs(values[i]));
    if (half >= 0x7c00 && magnitude < INFINITE) return undefined;
    halves[i] = bits[i] >>> 16 & 0x8000 | half;
  }
  return halves;
}

/** The bits of a half without its sign. */
function halfOf(magnitude: number, value: number): number {
  if (magnitude > INFINITE) return 0x7e00; // not a number
  if (magnitude === INFINITE) return 0x7c00;
  if (magnitude < LEAST_NORMAL) return value * 2 ** 24 + 2 ** 52 - 2 ** 52; // doubles round ties to even themselves
  const odd = magnitude >>> 13 & 1;
  return magnitude - (LEAST_NORMAL - (1 << 23)) + 0xfff + odd >>> 13; // a carry goes into the exponent, as it should
}

/** Reads half precision (IEEE 754 binary16): every half is a float32, too. */
export function decodeFloat16(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const [sign, exponent, fraction] = [half & 0x8000 ? -1 : 1, half >>> 10 & 31, half & 1023];
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** Reads bfloat16, the upper half of a float32. */
export function decodeBfloat16(halves: Uint16Array): Float32Array {
  const bits = Uint32Array.from(halves, (half) => half << 16);
  return new Float32Array(bits.buffer);
}
