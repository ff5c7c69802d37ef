import { joinArrays } from "../../core/join_arrays.ts";
import type { Observation } from "../env.ts";
import { make } from "../registry.ts";
import { isRedrawable } from "../wrappers/wrapper.ts";
import "../register_all.ts";
import { pictureBytes } from "./check_chunk.ts";
import type { RecordingHeader } from "./format.ts";
import type { FramePart, Recording } from "./reader.ts";
import { RecordingError } from "./recording_error.ts";

/** Options of {@link redrawRecording}. */
export interface RedrawOptions {
  /** First picture, 0 is the reset's. @default 0 */
  from?: number;
  /** The picture before which to stop. @default all, `steps + 1` */
  to?: number;
}

/**
 * The observations of an episode, each a new array (`[H, W, 3]` for pictures), equal to the bit to those that were seen.
 *
 * The type parameter is the caller's word for what was observed, as with `make`.
 *
 * @throws RangeError when the range does not lie in `0 .. steps + 1`, or `make` does not know the environment;
 * RecordingError when stored frames do not inflate.
 */
export async function* redrawRecording<O extends Observation = Uint8Array>(
  recording: Recording,
  options: RedrawOptions = {},
): AsyncGenerator<O> {
  const pictures = recording.steps + 1;
  const { from = 0, to = pictures } = options;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= pictures)) {
    throw new RangeError(
      `Cannot redraw a recording: expected 0 <= from <= to <= ${pictures}, got from ${from} to ${to}`,
    );
  }
  switch (recording.header.content) {
    case "states":
      return yield* drawnFrames<O>(recording, from, to);
    case "frames":
      return yield* storedFrames(recording, from, to) as AsyncGenerator<O>;
    case "vectors":
      return yield* storedVectors(recording, from, to) as Generator<O>;
  }
}

function* drawnFrames<O extends Observation>(
  { header, states }: Recording,
  from: number,
  to: number,
): Generator<O> {
  const { stateSize } = header;
  const env = make<O>(header.env, header.options);
  try {
    if (!isRedrawable(env) || env.stateSize !== stateSize) {
      const got = isRedrawable(env) ? `${env.stateSize} numbers` : "none";
      throw new TypeError(`Cannot redraw ${header.env}: expected states of ${stateSize} numbers, got ${got}`);
    }
    env.reset({ seed: header.seed, options: header.resetOptions });
    for (let i = from; i < to; i++) yield env.redraw(states.subarray(i * stateSize, (i + 1) * stateSize));
  } finally {
    env.close();
  }
}

function* storedVectors({ header, vectors }: Recording, from: number, to: number): Generator<Float32Array> {
  const size = pictureBytes(header) / 4;
  for (let i = from; i < to; i++) yield vectors.slice(i * size, (i + 1) * size);
}

async function* storedFrames(
  { header, frames }: Recording,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  const size = pictureBytes(header);
  for (const part of frames) {
    const { first, count } = part;
    if (first >= to || first + count <= from) continue;
    const inflated = await inflate(part, header);
    for (let i = Math.max(from, first); i < Math.min(to, first + count); i++) {
      yield inflated.slice((i - first) * size, (i - first + 1) * size);
    }
  }
}

/** The frames of a part; it stops at their number, whatever the bytes go on to. */
async function inflate({ deflated, count, byte }: FramePart, header: RecordingHeader): Promise<Uint8Array> {
  const expected = count * pictureBytes(header);
  const stream = new Blob([new Uint8Array(deflated)]).stream().pipeThrough(
    new DecompressionStream("deflate"),
  );
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0, problem: string | undefined;
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      parts.push(value!);
      length += value!.length;
      if (length > expected) await reader.cancel();
    }
  } catch (error) {
    problem = (error as Error).message;
  }
  if (length !== expected) {
    problem ??= `expected ${expected} bytes, got ${length > expected ? "more" : length}`;
  }
  if (problem === undefined) return joinArrays(Uint8Array, parts);
  throw new RecordingError(
    `Cannot redraw a recording: the frames at byte ${byte} cannot be decompressed (${problem})`,
    {
      code: "damaged",
      byte,
      version: header.version,
    },
  );
}
