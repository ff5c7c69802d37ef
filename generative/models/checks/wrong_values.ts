import type { Field } from "../../../core/fields/field.ts";
import { type ValueShape, valueShape } from "../../../core/fields/value_shape.ts";

/** Values that an option has to refuse: numbers beyond its limits, and one of another type. */
export function wrongValues({ schema }: Field): unknown[] {
  const shape = valueShape(schema);
  if (shape.type === "list") return [...outside(shape.item).map((value) => [value]), null];
  return [...outside(shape), null];
}

/** Whether an option is a number that may be anything. */
export function takesAnyNumber({ schema }: Field): boolean {
  const shape = valueShape(schema);
  return shape.type === "number" && outside({ ...shape, whole: false }).length === 0;
}

function outside(shape: ValueShape): unknown[] {
  if (shape.type === "choice" || shape.type === "literal") return ["no such choice"];
  if (shape.type !== "number") return [];
  const { whole, minimum, above, maximum, below } = shape;
  const least = minimum ?? 0;
  const beyond = [minimum === undefined ? above : minimum - 1, maximum === undefined ? below : maximum + 1];
  return [whole ? least + 0.5 : undefined, ...beyond].filter((value) => value !== undefined);
}
