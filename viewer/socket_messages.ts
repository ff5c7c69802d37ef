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

/** The message in some bytes. @throws Error when they are no msgpack, or more than one message. */
export function unpackMessage(bytes: Uint8Array): unknown {
  let message: unknown, end = 0;
  // `unpack` would write the whole message into its complaint about what follows, which may take minutes.
  packr.unpackMultiple(bytes, (value: unknown, _start?: number, next?: number) => {
    message = value;
    end = next!;
    return false;
  });
  if (end !== bytes.length) {
    throw new RangeError(`Cannot read a message: expected ${end} bytes, got ${bytes.length}`);
  }
  return message;
}
