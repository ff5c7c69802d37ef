import { Box, Discrete, type Space } from "../../envs/spaces.ts";
import type { ActionDistribution } from "./action_distribution.ts";
import { Beta } from "./beta.ts";
import { Categorical } from "./categorical.ts";
import { Gaussian } from "./gaussian.ts";

/** The options of {@link distributionFor}. */
export interface DistributionOptions {
  /** The distribution of numbers in a range. */
  continuous: "gaussian" | "beta";
  /** The standard deviation of a Gaussian at the start, in units of half the range. */
  deviation: number;
}

/**
 * The distribution of an environment's actions: categorical where they are integers.
 *
 * @throws TypeError for actions that are neither integers `0 .. K - 1` nor floats with bounds.
 */
export function distributionFor(
  space: Space,
  { continuous, deviation }: DistributionOptions,
): ActionDistribution {
  if (space instanceof Discrete) return new Categorical(space);
  if (
    space instanceof Box && space.dtype === "float32" && space.low.every(Number.isFinite) &&
    space.high.every(Number.isFinite)
  ) {
    return continuous === "beta" ? new Beta(space) : new Gaussian(space, { deviation });
  }
  throw new TypeError(
    `Cannot learn to act: expected integers 0 .. K - 1 or floats with bounds as actions, got ${space.dtype} of ` +
      `shape [${space.shape.join(", ")}]`,
  );
}
