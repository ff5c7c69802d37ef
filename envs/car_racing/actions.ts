import { Box, Discrete, type Space } from "../spaces.ts";

/** `[steer, gas, brake]` of the five discrete actions: nothing, right, left, gas, brake. */
const DISCRETE_ACTIONS = [[0, 0, 0], [0.6, 0, 0], [-0.6, 0, 0], [0, 0.2, 0], [0, 0, 0.8]];

/** `[steer -1 .. 1, gas 0 .. 1, brake 0 .. 1]`, or one of five integers. */
export function actionSpace(continuous: boolean): Space {
  return continuous ? new Box([-1, 0, 0], [1, 1, 1]) : new Discrete(DISCRETE_ACTIONS.length);
}

/**
 * The `[steer, gas, brake]` of an action of {@link actionSpace}; continuous values outside are taken as they are, as
 * Gymnasium does.
 *
 * @param whose What cannot be stepped otherwise, for the error.
 * @throws TypeError when the action is not three finite numbers, or not one of the integers.
 */
export function controlsOf(whose: string, space: Space, action: ArrayLike<number>): ArrayLike<number> {
  const continuous = space instanceof Box;
  if (continuous ? isThreeNumbers(action) : !space.explain(action)) {
    return continuous ? action : DISCRETE_ACTIONS[action[0]];
  }
  const wanted = continuous ? "3 finite numbers" : "one integer in 0 .. 4";
  const got = typeof action?.length === "number" ? `[${Array.from(action).join(", ")}]` : `${action}`;
  throw new TypeError(`Cannot step ${whose}: expected an action of ${wanted}, got ${got}`);
}

function isThreeNumbers(action: ArrayLike<number>): boolean {
  return action?.length === 3 && Number.isFinite(action[0]) && Number.isFinite(action[1]) &&
    Number.isFinite(action[2]);
}
