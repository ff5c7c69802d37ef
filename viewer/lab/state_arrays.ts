import * as tf from "@tensorflow/tfjs";
import type { WorldState } from "../../worlds/world_model.ts";
import { padRows } from "./blocks.ts";
import type { LabState } from "./lab.ts";
import { checkLength } from "./world_parts.ts";

/**
 * The tensors of a state whose rows were filled up with zeros; the caller's.
 *
 * @param like A state of the same model, of any number of rows.
 * @throws RangeError when an array is missing or does not hold `count` rows.
 */
export function stateTensors(
  arrays: LabState,
  like: WorldState,
  { count, rows = count }: { count: number; rows?: number },
): WorldState {
  for (const [name, { shape }] of Object.entries(like)) {
    checkLength(arrays[name] ?? [], [count, ...shape.slice(1)], `begin with ${name}`);
  }
  return Object.fromEntries(
    Object.entries(like).map(([name, { shape, dtype }]) => [
      name,
      tf.tensor(padRows(arrays[name], { count, rows }), [rows, ...shape.slice(1)], dtype),
    ]),
  );
}

/** The rows of states, one after the other, filled up with zeros; reads no values. The caller's. */
export function joinStates(states: readonly WorldState[], rows: number): WorldState {
  return Object.fromEntries(
    Object.keys(states[0]).map((name) => {
      const joined = tf.concat(states.map((state) => state[name]));
      const missing = joined.shape.map((_, axis) => [0, axis === 0 ? rows - joined.shape[0] : 0]);
      return [name, joined.pad(missing as [number, number][])];
    }),
  );
}

/** The values of a state in arrays of their own: a tensor may share its with the backend. */
export async function readState(state: WorldState): Promise<LabState> {
  const entries = Object.entries(state).map(async ([name, tensor]) =>
    [name, Float32Array.from(await tensor.data())] as const
  );
  return Object.fromEntries(await Promise.all(entries));
}
