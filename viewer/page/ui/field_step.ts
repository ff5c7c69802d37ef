import type { NumberLimits } from "../../../core/fields/value_shape.ts";

/** Steps of a slider at least. */
const STEPS = 40;

/**
 * How far a step of a slider goes: 1, 2 or 5 times a power of ten, such that the ends are reached. Whole numbers go by
 * one, or by what they are multiples of.
 */
export function fieldStep({ minimum, maximum, whole, multipleOf }: NumberLimits): number {
  if (multipleOf !== undefined) return multipleOf;
  if (whole) return 1;
  const range = (maximum ?? Infinity) - (minimum ?? -Infinity);
  if (range === Infinity) return 0.1;
  const power = Math.floor(Math.log10(range / STEPS));
  const steps = [power, power - 1].flatMap((power) => [5, 2, 1].map((digit) => digit * 10 ** power));
  const fits = (step: number) =>
    step <= range / STEPS && Math.abs(range / step - Math.round(range / step)) < 1e-9;
  return steps.find(fits) ?? range / 100;
}

/** The name of an option as a label: "Steps between". */
export function fieldLabel(key: string): string {
  const words = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words[0].toUpperCase() + words.slice(1);
}
