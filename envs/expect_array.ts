import { describeValue } from "./describe_value.ts";
import type { Observation } from "./env.ts";
import { type Space, spaceSize } from "./spaces.ts";

/**
 * Refuses a target that an observation does not fit into; costs the same for all lengths.
 *
 * @param verb What cannot be done otherwise, for the error: `observe`.
 * @param id The environment's id.
 * @throws TypeError for another kind of array. @throws RangeError for another length.
 */
export function expectTarget(verb: string, id: string, space: Space, target: Observation): void {
  const Kind = space.dtype === "uint8" ? Uint8Array : Float32Array;
  expectArray(verb, id, "target", target, Kind, spaceSize(space));
}

/**
 * Refuses a state that no picture can be drawn from.
 *
 * @throws TypeError for what is no Float64Array. @throws RangeError for another length, and for numbers that are not finite.
 */
export function expectPictureState(id: string, state: Float64Array, length: number): void {
  expectArray("redraw", id, "state", state, Float64Array, length);
  const wrong = state.findIndex((number) => !Number.isFinite(number));
  if (wrong < 0) return;
  throw new RangeError(`Cannot redraw ${id}: expected finite numbers, got ${state[wrong]} at index ${wrong}`);
}

/** @throws TypeError for a target that is no Float64Array. @throws RangeError for one of another length. */
export function expectStateTarget(id: string, target: Float64Array, length: number): void {
  expectArray("save the state of", id, "target", target, Float64Array, length);
}

function expectArray(
  verb: string,
  id: string,
  role: string,
  array: ArrayLike<number>,
  Kind: typeof Uint8Array | typeof Float32Array | typeof Float64Array,
  length: number,
): void {
  const fits = array instanceof Kind;
  if (fits && array.length === length) return;
  const Wrong = fits ? RangeError : TypeError;
  throw new Wrong(
    `Cannot ${verb} ${id}: expected a ${Kind.name} of ${length} as its ${role}, got ${describeValue(array)}`,
  );
}
