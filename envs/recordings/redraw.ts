import type { Env } from "../env.ts";
import { make } from "../registry.ts";
import { isRedrawable } from "../wrappers/wrapper.ts";
import "../car_racing/register.ts";
import type { Recording } from "./reader.ts";

/** Options of {@link redrawRecording}. */
export interface RedrawOptions {
  /** First picture, 0 is the reset's; default 0. */
  from?: number;
  /** The picture before which to stop; default all, `steps + 1`. */
  to?: number;
}

/**
 * The observations of an episode, each a new `[H, W, 3]` array, equal to the bit to those that were seen.
 *
 * @throws RangeError when the range does not lie in `0 .. steps + 1`, or `make` does not know the environment.
 */
export async function* redrawRecording(
  recording: Recording,
  options: RedrawOptions = {},
): AsyncGenerator<Uint8Array> {
  const pictures = recording.steps + 1;
  const { from = 0, to = pictures } = options;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= pictures)) {
    throw new RangeError(
      `Cannot redraw a recording: expected 0 <= from <= to <= ${pictures}, got from ${from} to ${to}`,
    );
  }
  if (recording.header.content === "frames") yield* storedFrames(recording, from, to);
  else yield* drawnFrames(recording, from, to);
}

function* drawnFrames({ header, states }: Recording, from: number, to: number): Generator<Uint8Array> {
  const { stateSize } = header;
  const env: Env = make(header.env, header.options);
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

async function* storedFrames(
  { header, frames }: Recording,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  const size = header.observationShape.reduce((product, length) => product * length, 1);
  for (const { first, count, deflated } of frames) {
    if (first >= to || first + count <= from) continue;
    const inflated = await inflate(deflated);
    for (let i = Math.max(from, first); i < Math.min(to, first + count); i++) {
      yield inflated.slice((i - first) * size, (i - first + 1) * size);
    }
  }
}

async function inflate(deflated: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(deflated)]).stream().pipeThrough(
    new DecompressionStream("deflate"),
  );
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
