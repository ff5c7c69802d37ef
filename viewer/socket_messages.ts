import { Packr } from "msgpackr";

/** The largest message that goes over a WebSocket, bytes: a little less than what Deno takes, so that we can say so. */
export const LARGEST_MESSAGE = 63 * 2 ** 20;

/** Plain maps, and typed arrays as what they are. */
const packr = new Packr({ useRecords: false, moreTypes: true });

/**
 * A message as bytes: msgpack with typed arrays.
 *
 * @throws RangeError when it is larger than {@link LARGEST_MESSAGE}.
 */
export function packMessage(message: unknown): Uint8Array<ArrayBuffer> {
  const bytes = packr.pack(message) as Uint8Array<ArrayBuffer>;
  if (bytes.length > LARGEST_MESSAGE) {
    const [most, size] = [LARGEST_MESSAGE, bytes.length].map((count) => (count / 2 ** 20).toFixed(1));
    throw new RangeError(
      `Cannot send so much at once: expected at most ${most} MiB, got ${size} MiB; ask for less`,
    );
  }
  return bytes;
}

/** The message in some bytes. @throws Error when they are no msgpack. */
export function unpackMessage(bytes: ArrayBuffer): unknown {
  return packr.unpack(new Uint8Array(bytes));
}
