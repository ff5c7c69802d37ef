import { joinArrays } from "../../../core/join_arrays.ts";

/** Joins what is handed to a sink. */
export function collectBytes(write: (sink: (bytes: Uint8Array) => void) => void): Uint8Array {
  const parts: Uint8Array[] = [];
  write((bytes) => parts.push(bytes));
  return joinArrays(Uint8Array, parts);
}
