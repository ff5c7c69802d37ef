import type { EndChunk, HeaderChunk, RecordingHeader, StepsChunk } from "./format.ts";

/** Bytes of one stored picture in a chunk, before frames are deflated. */
export function pictureBytes({ content, stateSize, observationShape }: RecordingHeader): number {
  if (content === "states") return 8 * stateSize;
  const size = observationShape.reduce((product, length) => product * length, 1);
  return content === "vectors" ? 4 * size : size;
}

/** What keeps a value from being the header of a version that this code reads; one clause, if anything. */
export function headerProblem(value: unknown): string | undefined {
  if (!isMap(value)) return "it is not a map";
  const header = value as Partial<HeaderChunk>;
  if (typeof header.env !== "string") return "env is not text";
  for (const name of ["options", "resetOptions", "metadata"] as const) {
    if (!isMap(header[name])) return `${name} is not a map`;
  }
  for (const name of ["seed", "stateSize", "actionSize"] as const) {
    if (!isCount(header[name])) return `${name} is not an integer >= 0`;
  }
  if (!["states", "frames", "vectors"].includes(header.content as string)) return "its content is unknown";
  if (header.content === "states" && header.stateSize === 0) return "its states are empty";
  const shape = header.observationShape;
  if (!(Array.isArray(shape) && shape.every((length) => isCount(length) && length > 0))) {
    return "observationShape is not a list of integers > 0";
  }
  if (!(header.first instanceof Uint8Array)) return "first is not a byte string";
  const bytes = pictureBytes(header as HeaderChunk);
  if (!Number.isSafeInteger(bytes)) return "its observations are too large";
  if (header.content !== "frames" && header.first.length !== bytes) {
    return `first has ${header.first.length} bytes instead of ${bytes}`;
  }
  return undefined;
}

/** What keeps a value from being a chunk of steps or the final one; one clause, if anything. */
export function chunkProblem(value: unknown, header: RecordingHeader): string | undefined {
  if (!isMap(value)) return "it is not a map";
  if (value.kind === "steps") return stepsProblem(value as unknown as StepsChunk, header);
  if (value.kind !== "end") return "its kind is unknown";
  const { steps, info } = value as unknown as EndChunk;
  if (!isCount(steps)) return "steps is not an integer >= 0";
  return isMap(info) ? undefined : "info is not a map";
}

function stepsProblem(chunk: StepsChunk, header: RecordingHeader): string | undefined {
  const { count, state } = chunk;
  if (!isCount(count) || count === 0) return "count is not an integer > 0";
  const perStep = {
    pictures: header.content === "frames" ? undefined : pictureBytes(header),
    actions: 4 * header.actionSize,
    rewards: 8,
    flags: 1,
  };
  for (const [name, bytes] of Object.entries(perStep)) {
    const array = chunk[name as keyof typeof perStep];
    if (!(array instanceof Uint8Array)) return `${name} is not a byte string`;
    if (bytes !== undefined && array.length !== count * bytes) {
      return `${name} has ${array.length} bytes instead of ${count * bytes}`;
    }
  }
  return state === undefined || state instanceof Uint8Array ? undefined : "state is not a byte string";
}

/** Whether a value is a map as `unpack` makes them. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Whether a value is an integer of 0 or more. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
