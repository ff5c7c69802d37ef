import { isFiniteAction, refuseAction } from "../refuse_action.ts";
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
  if (continuous ? isFiniteAction(action, 3) : !space.explain(action)) {
    return continuous ? action : DISCRETE_ACTIONS[action[0]];
  }
  return refuseAction(`step ${whose}`, continuous ? "3 finite numbers" : "one integer in 0 .. 4", action);
}
