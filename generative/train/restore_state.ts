import type { NamedTensors } from "../nn/parameters.ts";
import { AVERAGE_STEP, evaluationParameters } from "./average.ts";
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

/**
 * A state as groups of a checkpoint in which others find the parameters to use, {@link evaluationParameters}, by its
 * name. What those lack is beside them: `nameOptimiser` and, where there is an average, `nameLearner` (the newest of the
 * averaged parameters) and `nameAverage` (the average's counter). The state has no buffers.
 *
 * @returns The state's own tensors.
 */
export function stateGroups(name: string, state: TrainState): Record<string, NamedTensors> {
  const { parameters, optimiser, average } = state;
  return {
    [name]: evaluationParameters(state),
    [`${name}Optimiser`]: optimiser,
    ...average && {
      [`${name}Learner`]: membersIn(average, parameters),
      [`${name}Average`]: { [AVERAGE_STEP]: average[AVERAGE_STEP] },
    },
  };
}

/**
 * The state that {@link stateGroups} saved, in the place of one of the same form, which is freed. Older checkpoints hold
 * the averages a second time, in `nameAverage`.
 *
 * @throws As {@link restoreTrainState}.
 */
export function restoreStateGroups(
  name: string,
  state: TrainState,
  groups: Record<string, Record<string, NamedArray>>,
): TrainState {
  const used = groups[name] ?? {};
  return restoreTrainState(state, {
    parameters: { ...used, ...groups[`${name}Learner`] },
    optimiser: groups[`${name}Optimiser`],
    ...state.average && { average: { ...groups[`${name}Average`], ...membersIn(state.average, used) } },
  }, name);
}

/** Those of some values that have a namesake among others. */
function membersIn<T>(others: Record<string, unknown>, values: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in others));
}
