import { describeValue } from "../describe_value.ts";
import type { VectorResetOptions } from "../env.ts";
import { expectNames, expectPlain, expectSeed } from "../read_options.ts";

/** How many seeds an example in an error has. */
const SHOWN = 3;

/**
 * Which environments a reset is for, once all that it was given is known to be right.
 *
 * @param label What is reset, "4 x CarRacing-v3".
 * @param count How many environments there are.
 * @throws TypeError or RangeError that says how a vector is reset: also to those who know Gymnasium's, which takes one
 * seed or none.
 */
export function resetIndices(label: string, count: number, given: VectorResetOptions): number[] {
  const what = `reset ${label}`;
  const wanted = `Cannot ${what}: expected one seed for each environment, as in`;
  if (given === undefined) throw new TypeError(`${wanted} ${example(count, 0)}, got no argument`);
  const { seed } = expectPlain(what, "arguments", given) as { seed?: unknown };
  if (seed !== undefined) {
    const first = Number.isSafeInteger(seed) ? seed as number : 0;
    throw new TypeError(`${wanted} ${example(count, first)}, got one: seed: ${describeValue(seed)}`);
  }
  expectNames(what, "arguments", given, ["seeds", "indices", "options"]);
  const { seeds, indices } = given;
  const chosen = indices ? Array.from(indices) : Array.from({ length: count }, (_, i) => i);
  if (typeof seeds !== "object" || seeds?.length !== chosen.length) {
    const got = seeds === undefined ? "none" : (seeds as ArrayLike<number>)?.length ?? describeValue(seeds);
    throw new RangeError(`Cannot ${what}: expected ${chosen.length} seeds, got ${got}`);
  }
  chosen.forEach((index, i) => {
    if (Number.isInteger(index) && index >= 0 && index < count && chosen.indexOf(index) === i) return;
    throw new RangeError(
      `Cannot ${what}: expected different indices in [0, ${count - 1}], got [${chosen.join(", ")}]`,
    );
  });
  chosen.forEach((index, k) => expectSeed(what, seeds[k], `the seed of number ${index}`));
  return chosen;
}

function example(count: number, first: number): string {
  const seeds = Array.from({ length: Math.min(count, SHOWN) }, (_, i) => first + i);
  return `reset({ seeds: [${seeds.join(", ")}${count > SHOWN ? ", .." : ""}] })`;
}
