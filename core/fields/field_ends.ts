import type { FieldDescription } from "./describe_fields.ts";

/**
 * Between which numbers a reader may choose: where an option usually lies, else its limits, infinite where it has none.
 */
export function fieldEnds({ shape, usual }: FieldDescription): readonly [least: number, most: number] {
  if (usual || shape.type !== "number") return usual ?? [-Infinity, Infinity];
  const { above = -Infinity, minimum = above, below = Infinity, maximum = below } = shape;
  return [minimum, maximum];
}
