import type { Box } from "../spaces.ts";

/** A relative step that leads to another float32, for numbers of usual size. */
const FLOAT_STEP = 2 ** -23;

/** The bounds of a Box as float32, rounded to the inside, so that a float32 between them belongs to it. */
export function floatBounds({ low, high }: Box): { low: Float32Array; high: Float32Array } {
  return {
    low: Float32Array.from(low, (bound) => roundTowards(bound, 1)),
    high: Float32Array.from(high, (bound) => roundTowards(bound, -1)),
  };
}

function roundTowards(bound: number, direction: 1 | -1): number {
  const rounded = Math.fround(bound);
  if (rounded === bound || (rounded > bound) === (direction > 0)) return rounded;
  return rounded + direction * Math.abs(rounded) * FLOAT_STEP;
}
