import type { RecordingHeader } from "../../../envs/recordings/format.ts";

/** One number of an action, for people. */
export interface ActionPart {
  /** What it does: a column's name in tables. */
  name: string;
  /** What to call it: a chart's title. */
  title: string;
  /** What its values mean. */
  meaning: string;
  /** The values that it takes. */
  range?: readonly [number, number];
}

const CAR: readonly ActionPart[] = [
  { name: "steer", title: "Steering", meaning: "-1 left to 1 right", range: [-1, 1] },
  { name: "gas", title: "Gas", meaning: "0 to 1", range: [0, 1] },
  { name: "brake", title: "Brake", meaning: "0 to 1", range: [0, 1] },
];
const CAR_CHOICE: ActionPart = {
  name: "action",
  title: "Action",
  meaning: "0 nothing, 1 right, 2 left, 3 gas, 4 brake",
  range: [0, 4],
};

/** The actions of environments with a single number, by id. */
const SINGLE: Readonly<Record<string, ActionPart>> = {
  "CartPole-v1": { name: "push", title: "Push", meaning: "0 to the left, 1 to the right", range: [0, 1] },
  "MountainCarContinuous-v0": {
    name: "force",
    title: "Force",
    meaning: "-1 left to 1 right",
    range: [-1, 1],
  },
  "Pendulum-v1": { name: "torque", title: "Torque", meaning: "-2 to 2 N m, anticlockwise", range: [-2, 2] },
  "Acrobot-v1": { name: "torque", title: "Torque", meaning: "0: -1, 1: none, 2: 1 N m", range: [0, 2] },
  "TakeCover-v0": { name: "move", title: "Move", meaning: "-1 left to 1 right", range: [-1, 1] },
};
const TAKE_COVER_CHOICE: ActionPart = {
  name: "move",
  title: "Move",
  meaning: "0 stay, 1 left, 2 right",
  range: [0, 2],
};

/** What the numbers of an episode's actions are, `[actionSize]`. */
export function actionParts(
  { env, options, actionSize }: Pick<RecordingHeader, "env" | "options" | "actionSize">,
): readonly ActionPart[] {
  const discrete = options.continuous === false;
  // Dreams of CarRacing have its actions, and so has whatever else has three.
  if (actionSize === CAR.length) return CAR;
  if (actionSize === 1 && discrete && env.startsWith("Car")) return [CAR_CHOICE];
  if (actionSize === 1 && discrete && env === "TakeCover-v0") return [TAKE_COVER_CHOICE];
  if (actionSize === 1 && Object.hasOwn(SINGLE, env)) return [SINGLE[env]];
  return Array.from({ length: actionSize }, (_, i) => ({
    name: `action_${i}`,
    title: `Action ${i}`,
    meaning: "As passed to the environment",
  }));
}
