import type { Observation, VectorStep } from "../env.ts";
import type { Space } from "../spaces.ts";

/** The arrays of one lock-step: a {@link VectorStep} without its infos. */
export type VectorBuffers<O extends Observation = Uint8Array> = Omit<VectorStep<O>, "infos">;

/** New arrays for one lock-step of `count` environments. */
export function vectorBuffers<O extends Observation>(
  count: number,
  observationSize: number,
  arrayType: ObservationArray<O>,
): VectorBuffers<O> {
  return {
    observations: new arrayType(count * observationSize),
    rewards: new Float64Array(count),
    terminated: new Uint8Array(count),
    truncated: new Uint8Array(count),
  };
}

/** The class of an observation's array. */
export interface ObservationArray<O extends Observation> {
  /** Bytes a number. */
  readonly BYTES_PER_ELEMENT: number;
  /** Zeros, or a view of some memory. */
  new (length: number): O;
  new (buffer: SharedArrayBuffer, byteOffset: number, length: number): O;
}

/**
 * What the observations of a space are stored in.
 *
 * @throws TypeError when the space is of neither bytes nor floats.
 */
export function observationArray<O extends Observation>(id: string, space: Space): ObservationArray<O> {
  const arrays: Record<string, unknown> = { uint8: Uint8Array, float32: Float32Array };
  const array = arrays[space.dtype];
  if (array) return array as ObservationArray<O>;
  throw new TypeError(
    `Cannot make a vector of ${id}: expected observations of uint8 or float32, got ${space.dtype}`,
  );
}

/** Equal parts of an array, one an environment. */
export function rowsOf<A extends Observation>(array: A, count: number): A[] {
  const size = array.length / count;
  return Array.from({ length: count }, (_, i) => array.subarray(i * size, (i + 1) * size) as A);
}
