import type { TrainState } from "./model.ts";
import { disposeTrainState } from "./model.ts";
import type { NamedArray } from "./safetensors.ts";
import { checkShapes, toTensors } from "./tensor_arrays.ts";

/** The groups of a checkpoint that a {@link TrainState} was saved as. */
export type SavedState = { [K in keyof TrainState]?: Record<string, NamedArray> };

/**
 * The saved state, in the place of one of the same form, which is freed.
 *
 * @param what Names it in errors: `memory`.
 * @returns Tensors that belong to the caller.
 * @throws TypeError when the saved state is of another form, naming the first tensor that differs, or when a version
 * wrote it that kept averages elsewhere; nothing is freed then.
 */
export function restoreTrainState(state: TrainState, saved: SavedState, what: string): TrainState {
  if (Object.keys(saved.optimiser ?? {}).some((name) => name.startsWith("ema/"))) {
    throw new TypeError(
      `Cannot restore ${what}: expected its averages as a group of the checkpoint, got them among the optimiser's ` +
        "tensors; resume with the version of Somnium that began the run, or start another run",
    );
  }
  const groups = ["parameters", "optimiser", "average", "buffers"] as const;
  for (const group of groups) {
    const named = group === "parameters" ? what : `${what}'s ${group}`;
    checkShapes(saved[group] ?? {}, state[group] ?? {}, { what: named });
  }
  disposeTrainState(state);
  const tensors = groups.flatMap((group) => state[group] ? [[group, toTensors(saved[group]!)]] : []);
  return Object.fromEntries(tensors) as TrainState;
}
