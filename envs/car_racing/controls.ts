import type { ControlOptions, Controls } from "../controls.ts";
import { Box } from "../spaces.ts";

/** Limits of {@link driveActions}. */
export interface DriveOptions {
  /** The gas at u1 = 1; overspeed is how dream-trained drivers fail. @default 0.2 */
  gasLimit?: number;
  /** The brake at u1 = -1. @default 0.8 */
  brakeLimit?: number;
}

/**
 * Two numbers to drive with: `[steer, pedals]` in [-1, 1] become `[steer, gas, brake]`:
 * steer = u0, gas = gasLimit max(u1, 0), brake = brakeLimit max(-u1, 0).
 *
 * @param decisions `[N, 2]` row-major.
 * @returns `[N, 3]` row-major.
 * @throws RangeError when the numbers do not come in pairs.
 */
export function driveActions(decisions: Float32Array, options: DriveOptions = {}): Float32Array {
  const { gasLimit = 0.2, brakeLimit = 0.8 } = options;
  if (decisions.length % 2 !== 0) {
    throw new RangeError(`Cannot map decisions: expected pairs of numbers, got ${decisions.length} numbers`);
  }
  const actions = new Float32Array(decisions.length / 2 * 3);
  for (let i = 0, o = 0; i < decisions.length; i += 2, o += 3) {
    actions[o] = decisions[i];
    actions[o + 1] = gasLimit * Math.max(decisions[i + 1], 0);
    actions[o + 2] = brakeLimit * Math.max(-decisions[i + 1], 0);
  }
  return actions;
}

/**
 * The way back: `[steer, gas, brake]` become `[steer, pedals]`, so that a memory that thinks in decisions can follow
 * actions that others took. Undoes {@link driveActions} with the same limits; more gas than the limit, or brake beside
 * gas, become the decision that comes nearest, within [-1, 1].
 *
 * @param actions `[N, 3]` row-major.
 * @returns `[N, 2]` row-major.
 * @throws RangeError when the numbers do not come in threes.
 */
export function driveDecisions(actions: Float32Array, options: DriveOptions = {}): Float32Array {
  const { gasLimit = 0.2, brakeLimit = 0.8 } = options;
  if (actions.length % 3 !== 0) {
    throw new RangeError(`Cannot map actions: expected triples of numbers, got ${actions.length} numbers`);
  }
  const clamp = (value: number) => Math.min(1, Math.max(-1, value));
  const decisions = new Float32Array(actions.length / 3 * 2);
  for (let i = 0, o = 0; i < actions.length; i += 3, o += 2) {
    decisions[o] = clamp(actions[i]);
    decisions[o + 1] = clamp(actions[i + 1] / gasLimit - actions[i + 2] / brakeLimit);
  }
  return decisions;
}

/**
 * What agents decide: steering and pedals, each in [-1, 1], that start on the gas; or, where a decision need not be
 * symmetric, `[steer, gas, brake]` by the squashing functions of Ha and Schmidhuber, World Models (2018).
 *
 * @param options `gasLimit`, see {@link DriveOptions}.
 */
export function carControls({ symmetric, gasLimit }: ControlOptions): Controls {
  if (!symmetric) {
    return {
      parts: [
        { squash: "tanh", deviation: 0.5 },
        { squash: "shifted", mean: 0.2, deviation: 0.3 },
        { squash: "clipped", deviation: 0.1 },
      ],
      space: new Box([-1, 0, 0], [1, 1, 1]),
      toActions: (decisions) => decisions,
      toDecisions: (actions) => actions,
    };
  }
  const limits = { gasLimit: gasLimit as number | undefined };
  return {
    parts: [{ deviation: 0.5 }, { mean: 0.25, deviation: 0.6, start: 1 }],
    space: new Box(-1, 1, { shape: [2] }),
    toActions: (decisions) => driveActions(decisions, limits),
    toDecisions: (actions) => driveDecisions(actions, limits),
  };
}
