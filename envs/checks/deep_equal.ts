/** Whether two plain values are the same: numbers to the bit (NaN equals NaN), arrays, typed arrays, maps, objects. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (ArrayBuffer.isView(a)) return equalNumbers(a as Uint8Array, b as Uint8Array);
  if (a instanceof Map || a instanceof Set) return deepEqual([...a], [...b as typeof a]);
  const [keysOfA, keysOfB] = [Object.keys(a), Object.keys(b)];
  return keysOfA.length === keysOfB.length && keysOfA.every((key) =>
    Object.hasOwn(b, key) &&
    deepEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
  );
}

/** Whether two arrays hold the same numbers. */
export function equalNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Whether two plain values share an object, the memory of typed arrays included: changing one changes the other. */
export function shareMemory(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (ArrayBuffer.isView(a)) {
    return ArrayBuffer.isView(b) && a.buffer === b.buffer && a.byteLength > 0 &&
      a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
  }
  return a === b ||
    Object.keys(a).some((key) =>
      shareMemory((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
    );
}
