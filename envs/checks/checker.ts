import { RandomStream } from "../../core/random_stream.ts";
import type { Env, Observation, ResetOptions, ResetResult, Transition } from "../env.ts";
import { type Space, spaceSize } from "../spaces.ts";

/** What the parts of `checkEnv` share: an environment, how its episodes begin, and how a promise is held against it. */
export class Checker {
  /** The kind of array that observations are. */
  readonly kind: Uint8ArrayConstructor | Float32ArrayConstructor;

  /** For an environment whose episodes begin with these options. */
  constructor(readonly env: Env<Observation>, readonly start: ResetOptions & { seed: number }) {
    this.kind = env.observationSpace?.dtype === "float32" ? Float32Array : Uint8Array;
  }

  /** @throws Error that says what was wanted, unless it was kept. */
  expect(kept: boolean, wanted: string, got: string): asserts kept {
    if (!kept) throw new Error(`Cannot accept ${this.env.id}: expected ${wanted}, got ${got}`);
  }

  /** The call must throw a TypeError or a RangeError: a caller's mistake. */
  refuses(call: () => unknown, what: string): void {
    let got = "no error";
    try {
      call();
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) return;
      got = String(error);
    }
    this.expect(false, `a TypeError or RangeError for ${what}`, got);
  }

  /** Seeded random actions. */
  actions(count: number, label = "actions"): ReturnType<Space["sample"]>[] {
    const random = new RandomStream(this.start.seed).fork(label);
    return Array.from({ length: count }, () => this.env.actionSpace.sample(random));
  }

  /** An observation to write into. */
  target(): Observation {
    return new this.kind(spaceSize(this.env.observationSpace));
  }

  /** Starts an episode and looks at what comes back. */
  reset(options: ResetOptions, what = "reset"): ResetResult<Observation> {
    const result = this.env.reset(options);
    const whole = typeof result === "object" && result !== null && "observation" in result &&
      "info" in result;
    this.expect(whole, `{ observation, info } of ${what}`, describe(result));
    this.observation(result.observation, what);
    this.info(result.info, what);
    return result;
  }

  /** An observation must be of the space's kind, size and range. */
  observation(observation: Observation, from: string): void {
    const { kind, env: { observationSpace: space } } = this;
    this.expect(
      observation instanceof kind,
      `a ${kind.name} of ${from} (its space's dtype)`,
      describe(observation),
    );
    const problem = space.explain(observation);
    this.expect(problem === undefined, `an observation of ${from} in its space`, `"${problem}"`);
    this.expect(
      observation.every(Number.isFinite),
      `finite numbers in the observation of ${from}`,
      "infinite ones",
    );
  }

  /** Reward, flags and info must be of their types. */
  transition(transition: Transition): void {
    this.expect(
      typeof transition === "object" && transition !== null,
      "an object of a step",
      describe(transition),
    );
    const { reward, terminated, truncated, info } = transition;
    this.expect(typeof reward === "number", "a number as reward", describe(reward));
    this.expect(Number.isFinite(reward), "a finite reward", String(reward));
    for (const [name, flag] of Object.entries({ terminated, truncated })) {
      this.expect(typeof flag === "boolean", `true or false in ${name}`, String(flag));
    }
    this.info(info, "a step");
  }

  /** An info must be plain values: it travels to files and between threads. */
  info(info: unknown, from: string): void {
    const plain = typeof info === "object" && info !== null && !Array.isArray(info);
    this.expect(plain, `an object as the info of ${from}`, String(info));
    this.plain(info, `the info of ${from}`);
  }

  /** A copy of a value that must be plain. */
  plain<T>(value: T, what: string): T {
    try {
      return structuredClone(value);
    } catch (error) {
      this.expect(false, `plain values in ${what}`, String(error));
    }
  }
}

/** A value's type or class, for errors. */
export function describe(value: unknown): string {
  if (value === null || typeof value !== "object") return `${typeof value} ${String(value)}`;
  return `${value.constructor?.name ?? "an object"}`;
}
