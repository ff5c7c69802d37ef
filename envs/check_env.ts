import { RandomStream } from "../core/random_stream.ts";
import type { Env, RedrawableEnv, ResetOptions, Transition } from "./env.ts";
import { type Space, spaceSize } from "./spaces.ts";
import { isRedrawable } from "./wrappers/wrapper.ts";

/** Options of {@link checkEnv}. */
export interface CheckEnvOptions {
  /** Seed of the episodes and of the actions, an integer >= 0; default 0. */
  seed?: number;
  /** Steps of each episode that is compared; default 50. */
  steps?: number;
  /** Most steps to wait for an ending, to see that a step after it is refused; default 2,000, 0 waits for none. */
  endingSteps?: number;
  /** The options of every reset; default none. */
  options?: Record<string, unknown>;
  /** Whether to close the environment at last and see that it then refuses calls; default false. */
  close?: boolean;
}

/** What was seen of an episode. */
interface Trace {
  observations: Uint8Array[];
  transitions: Transition[];
  states: Float64Array[];
}

/**
 * Proves that an environment keeps the contract of {@link Env}: spaces, shapes and types; the same seed gives the same
 * episode; `step` is `advance` and `observe`; what it returns is the caller's to keep; saved states draw the same
 * pictures; wrong actions, wrong seeds and calls out of order are refused.
 *
 * @param env An environment that was not reset yet; afterwards it is somewhere in an episode.
 * @throws Error that names the first promise that is broken.
 */
export function checkEnv(env: Env, options: CheckEnvOptions = {}): void {
  const { seed = 0, steps = 50, endingSteps = 2000, options: resetOptions, close = false } = options;
  const check = new Check(env, { seed, options: resetOptions });
  check.spaces();
  check.beforeReset();
  const trace = check.episode(steps, "step");
  check.same(trace, check.episode(steps, "step"), "the same seed and actions");
  check.same(trace, check.episode(steps, "advance"), "advance and observe instead of step");
  check.redraws(trace);
  check.otherResets();
  check.refusals();
  check.picture();
  if (endingSteps > 0) check.ending(endingSteps);
  if (close) check.closing();
}

/** The parts of {@link checkEnv}, over one environment. */
class Check {
  constructor(readonly env: Env, readonly start: ResetOptions & { seed: number }) {}

  spaces(): void {
    const { id, observationSpace, actionSpace } = this.env;
    this.#expect(typeof id === "string" && id !== "", "a name in id", String(id));
    for (const [name, space] of Object.entries({ observationSpace, actionSpace })) {
      this.#expect(
        space.shape.every((n) => Number.isInteger(n) && n > 0),
        `whole numbers in ${name}.shape`,
        `[${space.shape}]`,
      );
      const sample = space.sample(new RandomStream(this.start.seed));
      const problem = space.explain(sample);
      this.#expect(problem === undefined, `a sample of ${name} that belongs to it`, `"${problem}"`);
      const again = space.sample(new RandomStream(this.start.seed));
      this.#expect(equal(sample, again), `equal samples of ${name} from equal streams`, "different ones");
      const wrong = Array.from({ length: spaceSize(space) + 1 }, () => 0);
      this.#expect(
        space.explain(wrong) !== undefined,
        `${name} to explain a value of a wrong length`,
        "no explanation",
      );
    }
    this.#expect(observationSpace.dtype === "uint8", "uint8 observations", observationSpace.dtype);
  }

  beforeReset(): void {
    this.#refuses(() => this.env.step(this.#actions(1)[0]), "step before the first reset");
    this.#refuses(() => this.env.observe(), "observe before the first reset");
  }

  /** Runs an episode of seeded random actions and keeps copies; what was returned must equal them at the end. */
  episode(steps: number, by: "step" | "advance"): Trace {
    const { env } = this;
    const { observation, info } = env.reset(this.start);
    this.#observation(observation, "reset");
    this.#info(info, "reset");
    this.#expect(
      equal(env.observe(), observation),
      "observe after reset to equal the reset's observation",
      "another",
    );
    const returned = [observation];
    const trace: Trace = { observations: [observation.slice()], transitions: [], states: [] };
    if (isRedrawable(env)) trace.states.push(env.saveState().slice());
    const target = new Uint8Array(observation.length);
    for (const action of this.#actions(steps)) {
      const before = action.slice();
      const transition = by === "step" ? env.step(action) : env.advance(action);
      const seen = by === "step"
        ? (transition as { observation?: Uint8Array }).observation!
        : env.observe(target);
      this.#expect(by === "step" || seen === target, "observe(target) to return its target", "another array");
      this.#observation(seen, by);
      this.#transition(transition);
      this.#expect(equal(action, before), `${by} to leave the action as it is`, "a changed one");
      trace.observations.push(seen.slice());
      if (by === "step") returned.push(seen);
      const { reward, terminated, truncated, info } = transition;
      trace.transitions.push({ reward, terminated, truncated, info: { ...info } });
      if (isRedrawable(env)) trace.states.push(env.saveState().slice());
      if (terminated || truncated) break;
    }
    const kept = returned.every((one, i) => equal(one, trace.observations[i]));
    this.#expect(
      kept,
      "observations that later steps leave as they were",
      "ones that changed (return copies)",
    );
    return trace;
  }

  same(first: Trace, second: Trace, when: string): void {
    const { observations, transitions } = second;
    const lengths = first.transitions.length === transitions.length;
    this.#expect(lengths, `an equally long episode with ${when}`, `${transitions.length} steps`);
    for (let i = 0; i < observations.length; i++) {
      const step = i === 0 ? "reset" : `step ${i}`;
      const alike = equal(first.observations[i], observations[i]);
      this.#expect(alike, `an equal observation with ${when}`, `another one at ${step}`);
      if (i === 0) continue;
      const [a, b] = [first.transitions[i - 1], transitions[i - 1]];
      this.#expect(
        a.reward === b.reward,
        `equal rewards with ${when}`,
        `${a.reward} and ${b.reward} at ${step}`,
      );
      const flags = a.terminated === b.terminated && a.truncated === b.truncated;
      this.#expect(flags, `equal endings with ${when}`, `different ones at ${step}`);
    }
  }

  /** Saved states, drawn in a later episode with the same seed, give the pictures of the first. */
  redraws(trace: Trace): void {
    if (!isRedrawable(this.env)) return;
    const env: RedrawableEnv = this.env;
    env.reset(this.start);
    trace.states.forEach((state, i) => {
      this.#expect(state.length === env.stateSize, `${env.stateSize} numbers in a state`, `${state.length}`);
      const alike = equal(env.redraw(state), trace.observations[i]);
      this.#expect(alike, "redraw to give the same picture", `another one at step ${i}`);
    });
    this.#expect(
      equal(env.observe(), trace.observations[0]),
      "redraw to leave the episode as it is",
      "a change",
    );
  }

  otherResets(): void {
    const { observation } = this.env.reset({ options: this.start.options });
    this.#observation(observation, "a reset without a seed");
    for (const seed of [-1, 0.5, NaN]) {
      this.#refuses(() => this.env.reset({ seed }), `a reset with seed ${seed}`);
    }
    this.env.reset(this.start);
  }

  refusals(): void {
    const size = spaceSize(this.env.actionSpace);
    const bad: Record<string, number[]> = {
      "an action that is too long": Array.from({ length: size + 1 }, () => 0),
      "an empty action": [],
      "an action of NaN": Array.from({ length: size }, () => NaN),
    };
    for (const [name, action] of Object.entries(bad)) {
      this.#refuses(() => this.env.step(action), name);
      this.#refuses(() => this.env.advance(action), name);
    }
  }

  picture(): void {
    const { width, height, data } = this.env.render();
    const whole = width > 0 && height > 0 && data.length === width * height * 3;
    this.#expect(
      whole,
      "render to give width x height x 3 bytes",
      `${width} x ${height} and ${data.length} bytes`,
    );
  }

  /** Goes on to an ending, then one step further. */
  ending(most: number): void {
    this.env.reset(this.start);
    const random = new RandomStream(this.start.seed).fork("ending");
    for (let step = 0; step < most; step++) {
      const { terminated, truncated } = this.env.advance(this.env.actionSpace.sample(random));
      if (!terminated && !truncated) continue;
      this.#observation(this.env.observe(), "the end");
      this.#refuses(() => this.env.step(this.#actions(1)[0]), "a step after the end");
      this.env.reset(this.start);
      this.#transition(this.env.advance(this.#actions(1)[0]));
      return;
    }
  }

  closing(): void {
    this.env.close();
    this.#refuses(() => this.env.reset(this.start), "reset after close");
    this.#refuses(() => this.env.step(this.#actions(1)[0]), "step after close");
    this.#refuses(() => this.env.observe(), "observe after close");
  }

  #actions(count: number): ReturnType<Space["sample"]>[] {
    const random = new RandomStream(this.start.seed).fork("actions");
    return Array.from({ length: count }, () => this.env.actionSpace.sample(random));
  }

  #observation(observation: Uint8Array, from: string): void {
    this.#expect(observation instanceof Uint8Array, `a Uint8Array of ${from}`, typeof observation);
    const problem = this.env.observationSpace.explain(observation);
    this.#expect(problem === undefined, `an observation of ${from} in its space`, `"${problem}"`);
  }

  #transition({ reward, terminated, truncated, info }: Transition): void {
    this.#expect(Number.isFinite(reward), "a finite reward", String(reward));
    for (const [name, flag] of Object.entries({ terminated, truncated })) {
      this.#expect(typeof flag === "boolean", `true or false in ${name}`, String(flag));
    }
    this.#info(info, "a step");
  }

  #info(info: unknown, from: string): void {
    const plain = typeof info === "object" && info !== null && !Array.isArray(info);
    this.#expect(plain, `an object as the info of ${from}`, String(info));
    try {
      structuredClone(info); // it travels to files and between threads
    } catch (error) {
      this.#expect(false, `plain values in the info of ${from}`, String(error));
    }
  }

  /** The call must throw a TypeError or a RangeError: a caller's mistake. */
  #refuses(call: () => unknown, what: string): void {
    let got = "no error";
    try {
      call();
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) return;
      got = String(error);
    }
    this.#expect(false, `a TypeError or RangeError for ${what}`, got);
  }

  #expect(kept: boolean, wanted: string, got: string): void {
    if (!kept) throw new Error(`Cannot accept ${this.env.id}: expected ${wanted}, got ${got}`);
  }
}

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
