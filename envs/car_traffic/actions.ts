import { Box, Discrete, type Space } from "../spaces.ts";

/** `[steer, gas, brake]` of CarRacing's five discrete actions: nothing, right, left, gas, brake. */
const DISCRETE_ACTIONS = [[0, 0, 0], [0.6, 0, 0], [-0.6, 0, 0], [0, 0.2, 0], [0, 0, 0.8]];

/** CarRacing's actions: `[steer -1 .. 1, gas 0 .. 1, brake 0 .. 1]`, or one of five integers. */
export function actionSpace(continuous: boolean): Space {
  return continuous ? new Box([-1, 0, 0], [1, 1, 1]) : new Discrete(DISCRETE_ACTIONS.length);
}

/**
 * The `[steer, gas, brake]` of an action of {@link actionSpace}; continuous values outside are taken as they are.
 *
 * @param whose What cannot be stepped otherwise, for the error.
 * @throws TypeError when the action is not three finite numbers, or not one of the integers.
 */
export function controlsOf(whose: string, space: Space, action: ArrayLike<number>): ArrayLike<number> {
  if (space instanceof Box) {
    if (action?.length === 3 && [0, 1, 2].every((i) => Number.isFinite(action[i]))) return action;
  } else if (!space.explain(action)) return DISCRETE_ACTIONS[action[0]];
  const wanted = space instanceof Box ? "3 finite numbers" : "one integer in 0 .. 4";
  const got = typeof action?.length === "number" ? `[${Array.from(action).join(", ")}]` : `${action}`;
  throw new TypeError(`Cannot step ${whose}: expected an action of ${wanted}, got ${got}`);
}
