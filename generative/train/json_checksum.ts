import { crc32 } from "../../core/crc32.ts";

/** A value with a checksum over all the rest of it, in its JSON form. */
export type Checked<T extends object> = T & {
  /** CRC-32. */
  crc32: number;
};

/** Adds the checksum, as the last member. */
export function addChecksum<T extends object>(value: T): Checked<T> {
  return { ...value, crc32: checksumOf(value) };
}

/** The rest of a value, and whether its checksum fits; `undefined` where it has none. */
export function takeChecksum(value: Record<string, unknown>): { rest: object; fits: boolean | undefined } {
  const { crc32: told, ...rest } = value;
  return { rest, fits: told === undefined ? undefined : told === checksumOf(rest) };
}

function checksumOf(value: object): number {
  return crc32(new TextEncoder().encode(JSON.stringify(value)));
}
