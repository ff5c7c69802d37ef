import { isFiniteAction, refuseAction } from "../refuse_action.ts";
import { Box, Discrete, type Space } from "../spaces.ts";

/** Continuous actions further from 0 than this are a move. */
const DEAD_ZONE = 1 / 3;
/** The moves of the three discrete actions: stay, left, right. */
const MOVES = [0, -1, 1];

/** How actions say where to go. */
export interface Controls {
  /** What an action may be. */
  readonly space: Space;
  /**
   * The way an action goes: -1 left, 0 none, 1 right.
   *
   * @throws TypeError when it is no such action.
   */
  move(action: ArrayLike<number>): number;
}

/** The controls of the environment `id`: one number in -1 .. 1 where `continuous`, else one of three integers. */
export function createControls(id: string, continuous: boolean): Controls {
  if (!continuous) {
    const space = new Discrete(MOVES.length);
    return {
      space,
      move: (action) =>
        space.explain(action)
          ? refuseAction(`step ${id}`, "one integer in 0 .. 2", action)
          : MOVES[action[0]],
    };
  }
  return {
    space: new Box(-1, 1, { shape: [1] }),
    move(action) {
      if (!isFiniteAction(action, 1)) refuseAction(`step ${id}`, "one finite number", action);
      return Math.abs(action[0]) > DEAD_ZONE ? Math.sign(action[0]) : 0;
    },
  };
}
