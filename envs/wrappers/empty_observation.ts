import type { Observation } from "../env.ts";
import { type Space, spaceSize } from "../spaces.ts";

/**
 * Room for one observation of a space, zeros.
 *
 * @throws TypeError when the space is neither of bytes nor of floats.
 */
export function emptyObservation<O extends Observation>(space: Space): O {
  const size = spaceSize(space);
  if (space.dtype === "uint8") return new Uint8Array(size) as Observation as O;
  if (space.dtype === "float32") return new Float32Array(size) as Observation as O;
  throw new TypeError(`Cannot make an observation: expected uint8 or float32, got ${space.dtype}`);
}
