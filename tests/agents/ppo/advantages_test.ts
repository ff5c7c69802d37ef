import { assertAlmostEquals } from "@std/assert";
import { generalisedAdvantages } from "../../../agents/ppo/advantages.ts";

/** One environment. */
const course = (
  rewards: number[],
  values: number[],
  ends: Partial<Record<"terminated" | "truncated", number>> = {},
) => ({
  count: 1,
  rewards,
  values,
  terminated: rewards.map((_, t) => t === ends.terminated ? 1 : 0),
  truncated: rewards.map((_, t) => t === ends.truncated ? 1 : 0),
  cutValues: rewards.map(() => 7),
  lastValues: [3],
});

function assertNumbers(got: Float64Array, wanted: number[]): void {
  wanted.forEach((value, i) => assertAlmostEquals(got[i], value, 1e-12));
}

Deno.test("lambda 1: rewards to the end and the last value, less the value", () => {
  const advantages = generalisedAdvantages(course([1, 2, 4], [10, 20, 30]), { gamma: 0.5, lambda: 1 });
  assertNumbers(advantages, [1 + 1 + 1 + 3 / 8 - 10, 2 + 2 + 3 / 4 - 20, 4 + 3 / 2 - 30]);
});

Deno.test("lambda 0: the error of one step", () => {
  const advantages = generalisedAdvantages(course([1, 2, 4], [10, 20, 30]), { gamma: 0.5, lambda: 0 });
  assertNumbers(advantages, [1 + 10 - 10, 2 + 15 - 20, 4 + 1.5 - 30]);
});

Deno.test("in between, errors of steps decay by gamma lambda", () => {
  const [gamma, lambda] = [0.9, 0.8];
  const d = generalisedAdvantages(course([1, 2, 4], [10, 20, 30]), { gamma, lambda: 0 });
  const decay = gamma * lambda;
  const advantages = generalisedAdvantages(course([1, 2, 4], [10, 20, 30]), { gamma, lambda });
  assertNumbers(advantages, [d[0] + decay * d[1] + decay ** 2 * d[2], d[1] + decay * d[2], d[2]]);
});

Deno.test("nothing comes after a termination; after a truncation the value of what was seen last", () => {
  const options = { gamma: 0.5, lambda: 1 };
  const ended = generalisedAdvantages(course([1, 2, 4], [10, 20, 30], { terminated: 1 }), options);
  assertNumbers(ended, [1 + 1 - 10, 2 - 20, 4 + 1.5 - 30]);
  const cut = generalisedAdvantages(course([1, 2, 4], [10, 20, 30], { truncated: 1 }), options);
  assertNumbers(cut, [1 + 1 + 7 / 4 - 10, 2 + 7 / 2 - 20, 4 + 1.5 - 30]);
  const both = { ...course([1, 2, 4], [10, 20, 30], { terminated: 1 }), truncated: [0, 1, 0] };
  assertNumbers(generalisedAdvantages(both, options), [...ended]);
});

Deno.test("environments side by side do not see each other", () => {
  const options = { gamma: 0.9, lambda: 0.7 };
  const [a, b] = [
    course([1, 2, 4], [10, 20, 30], { terminated: 1 }),
    course([5, 0, -2], [1, 2, 3], { truncated: 0 }),
  ];
  const beside = <T>(x: ArrayLike<T>, y: ArrayLike<T>) => Array.from(x).flatMap((value, t) => [value, y[t]]);
  const keys = ["rewards", "values", "terminated", "truncated", "cutValues", "lastValues"] as const;
  const joined = Object.fromEntries(keys.map((key) => [key, beside(a[key], b[key])]));
  const together = generalisedAdvantages({ ...a, ...joined, count: 2 }, options);
  assertNumbers(together, beside(generalisedAdvantages(a, options), generalisedAdvantages(b, options)));
});
