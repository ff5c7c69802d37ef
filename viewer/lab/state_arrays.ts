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
    checkLength(arrays[name] ?? [], [count, ...shape.slice(1)], `dream from ${name}`);
  }
  return Object.fromEntries(
    Object.entries(like).map(([name, { shape, dtype }]) => [
      name,
      tf.tensor(padRows(arrays[name], { count, rows }), [rows, ...shape.slice(1)], dtype),
    ]),
  );
}

/** The same rows of every array. */
export function stateRows(
  arrays: LabState,
  { from, to, of }: { from: number; to: number; of: number },
): LabState {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, rows]) => {
      const size = rows.length / of;
      return [name, rows.slice(from * size, to * size)];
    }),
  );
}
