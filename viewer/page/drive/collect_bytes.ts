/** Joins what is handed to a sink. */
export function collectBytes(write: (sink: (bytes: Uint8Array) => void) => void): Uint8Array {
  const parts: Uint8Array[] = [];
  write((bytes) => parts.push(bytes));
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
