import { RandomStream } from "../../core/random_stream.ts";
import { type Space, spaceSize } from "../spaces.ts";
import { type Checker, describe } from "./checker.ts";
import { equalNumbers } from "./deep_equal.ts";

/** Bounds and a count, where a space has them: `Box` and `Discrete`, or whatever looks like them. */
type SomeSpace = Space & { low?: ArrayLike<number>; high?: ArrayLike<number>; count?: number };

/**
 * Looks at both spaces: whole shapes, bounds that fit, samples that belong and are repeatable.
 *
 * @returns What is allowed but makes learning harder, a sentence each.
 */
export function checkSpaces(check: Checker): string[] {
  const { id, observationSpace, actionSpace } = check.env;
  check.expect(typeof id === "string" && id !== "", "a name in id", String(id));
  const remarks: string[] = [];
  for (const [name, space] of Object.entries({ observationSpace, actionSpace })) {
    check.expect(typeof space?.sample === "function", `a space in ${name}`, describe(space));
    checkShape(check, name, space);
    remarks.push(...checkBounds(check, name, space));
    checkSamples(check, name, space);
  }
  const { dtype } = observationSpace;
  check.expect(dtype === "uint8" || dtype === "float32", "uint8 or float32 observations", dtype);
  return remarks;
}

function checkShape(check: Checker, name: string, { shape }: Space): void {
  const whole = Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n > 0);
  check.expect(whole, `whole numbers above 0 in ${name}.shape`, `[${shape}]`);
}

function checkBounds(check: Checker, name: string, space: SomeSpace): string[] {
  const { low, high, count } = space;
  if (count !== undefined) {
    check.expect(Number.isInteger(count) && count > 0, `a whole count above 0 in ${name}`, String(count));
    check.expect(space.shape.length === 0, `the shape [] of a discrete ${name}`, `[${space.shape}]`);
  }
  if (low === undefined || high === undefined) return [];
  const size = spaceSize(space);
  for (const [side, bounds] of Object.entries({ low, high })) {
    check.expect(bounds.length === size, `${size} numbers in ${name}.${side}`, `${bounds.length}`);
  }
  const remarks = new Set<string>();
  for (let i = 0; i < size; i++) {
    const range = `[${low[i]}, ${high[i]}]`;
    check.expect(low[i] <= high[i], `low <= high in ${name}`, `${range} at index ${i}`);
    if (low[i] === high[i]) remarks.add(`${name} has numbers that can take one value only`);
    if (low[i] === -Infinity || high[i] === Infinity) remarks.add(`${name} has numbers without bounds`);
    const normal = low[i] >= -1 && high[i] <= 1 && (low[i] === 0 || low[i] === -high[i]);
    if (name === "actionSpace" && !normal) remarks.add("actionSpace is not normalised to [-1, 1] or [0, 1]");
  }
  return [...remarks];
}

function checkSamples(check: Checker, name: string, space: Space): void {
  const seed = check.start.seed;
  const sample = space.sample(new RandomStream(seed));
  const problem = space.explain(sample);
  check.expect(problem === undefined, `a sample of ${name} that belongs to it`, `"${problem}"`);
  const again = space.sample(new RandomStream(seed));
  check.expect(equalNumbers(sample, again), `equal samples of ${name} from equal streams`, "different ones");
  const size = spaceSize(space);
  for (
    const [what, wrong] of [["a wrong length", new Array(size + 1).fill(0)], [
      "NaN",
      new Array(size).fill(NaN),
    ]]
  ) {
    const explained = space.explain(wrong as number[]) !== undefined;
    check.expect(explained, `${name} to explain a value of ${what}`, "no explanation");
  }
}
