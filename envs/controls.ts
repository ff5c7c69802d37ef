import { Box, type Space } from "./spaces.ts";

/** How a policy's unbounded output x becomes a number: `tanh x`; `(tanh x + 1) / 2`; or `max(tanh x, 0)`. */
export type Squash = "tanh" | "shifted" | "clipped";

/** One number that an agent decides. */
export interface Control {
  /** How an unbounded output becomes it. @default "tanh" */
  squash?: Squash;
  /** What a policy that has learned nothing gives, before the `tanh`. @default 0 */
  start?: number;
  /** Mean of a random policy. @default 0 */
  mean?: number;
  /** Standard deviation of a random policy. @default 0.5 */
  deviation?: number;
}

/** What agents decide in an environment, and the actions that follow. */
export interface Controls {
  /** Each number that is decided, `[A]`. */
  parts: readonly Control[];
  /** The values that they take, `[A]`. */
  space: Box;
  /** Decisions `[N, A]`, row-major, as the environment's actions `[N, B]`. */
  toActions(decisions: Float32Array): Float32Array;
  /** The decisions `[N, A]` that come nearest to actions `[N, B]`. */
  toDecisions(actions: Float32Array): Float32Array;
}

/** What {@link Controls} depend on. */
export interface ControlOptions {
  /** Whether every decision has to lie in [-1, 1], as those of a tanh-Gaussian do. */
  symmetric: boolean;
  /** Options of an environment's own controls, such as CarRacing's `gasLimit`. */
  [option: string]: unknown;
}

/**
 * Controls of an environment that has none of its own: a number in [-1, 1] for each of its action's, from the least to
 * the greatest value.
 *
 * @param id Of the environment, for errors.
 * @throws TypeError for actions that are not floats with bounds.
 */
export function boxControls(id: string, actions: Space): Controls {
  if (
    !(actions instanceof Box) || actions.dtype !== "float32" ||
    ![...actions.low, ...actions.high].every(Number.isFinite)
  ) {
    throw new TypeError(
      `Cannot learn to act in ${id}: expected float actions with bounds, got ${describe(actions)}; ` +
        "choose an environment with continuous actions",
    );
  }
  const { low, high } = actions, size = low.length;
  const middle = low.map((value, a) => (value + high[a]) / 2);
  const half = low.map((value, a) => (high[a] - value) / 2);
  return {
    parts: Array.from({ length: size }, () => ({})),
    space: new Box(-1, 1, { shape: [size] }),
    toActions: (decisions) => decisions.map((value, i) => middle[i % size] + half[i % size] * value),
    toDecisions: (values) =>
      values.map((value, i) => {
        const decided = half[i % size] === 0 ? 0 : (value - middle[i % size]) / half[i % size];
        return Math.min(1, Math.max(-1, decided));
      }),
  };
}

function describe({ dtype, shape }: Space): string {
  return `${dtype} of shape [${shape.join(", ")}]`;
}
