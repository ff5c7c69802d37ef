/**
 * Parts behind one another, in an array of their own.
 *
 * @param Type The class of the whole, `Float32Array` and so on; without parts it is empty.
 */
export function joinArrays<W extends { set(part: ArrayLike<number>, at: number): void }>(
  Type: new (length: number) => W,
  parts: readonly ArrayLike<number>[],
): W {
  const whole = new Type(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
