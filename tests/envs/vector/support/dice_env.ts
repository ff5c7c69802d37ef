import type {
  Env,
  EnvState,
  Info,
  Picture,
  ResetOptions,
  ResetResult,
  StepResult,
  Transition,
} from "../../../../envs/env.ts";
import { readEnvState } from "../../../../envs/env_state.ts";
import { register } from "../../../../envs/registry.ts";
import { Box } from "../../../../envs/spaces.ts";

/** How a {@link DiceEnv} misbehaves: `"sameInfo"` always, the others in one episode. */
export type DiceFault =
  | "throw"
  | "microtask"
  | "exit"
  | "close"
  | "hang"
  | "hangInReset"
  | "throwInClose"
  | "sameInfo";

/** Milliseconds that a hanging one loops for; not for ever, as nobody can stop it. */
const HANG = 2500;

/**
 * An environment of vectors with a generator of its own: episodes of drawn length, of which even ones terminate and
 * odd ones are truncated. The same in Python makes tests/fixtures/vector.
 */
export class DiceEnv implements Env<Float32Array> {
  readonly id = "Dice-v0";
  readonly observationSpace = new Box(-1e6, 1e6, { shape: [3] });
  readonly actionSpace = new Box(-1, 1, { shape: [1] });
  #generator = 0;
  #seed = -1;
  #length = 0;
  #steps = 0;
  #action = 0;
  readonly #info: Info = {};

  constructor(readonly options: { fault?: DiceFault; seed?: number; step?: number } = {}) {}

  reset({ seed }: ResetOptions = {}): ResetResult<Float32Array> {
    if (seed !== undefined && !(seed >= 0)) {
      throw new RangeError(`Cannot reset Dice-v0: expected a seed >= 0, got ${seed}`);
    }
    if (seed !== undefined) this.#generator = this.#seed = seed;
    this.#length = 2 + (this.#draw() >> 3) % 5;
    this.#steps = this.#action = 0;
    if (this.#isDue("hangInReset", 0)) hang();
    return { observation: this.observe(), info: { length: this.#length } };
  }

  advance(action: ArrayLike<number>): Transition {
    const { fault, step = 1 } = this.options;
    this.#steps++;
    if (this.#isDue("throw", step)) throw new RangeError("the die rolled off the table");
    if (this.#isDue("microtask", step)) {
      queueMicrotask(() => {
        throw new Error("heart attack");
      });
    }
    if (this.#isDue("exit", step)) Deno.exit(3);
    if (this.#isDue("close", step)) (globalThis as unknown as { close(): void }).close();
    if (this.#isDue("hang", step)) hang();
    this.#action = action[0];
    const over = this.#steps >= this.#length, even = this.#length % 2 === 0;
    const lucky = this.#draw() % 2 === 0;
    return {
      reward: this.#steps + action[0] / 4,
      terminated: over && even,
      truncated: over && !even,
      info: Object.assign(fault === "sameInfo" ? this.#info : {}, { steps: this.#steps, lucky }),
    };
  }

  step(action: ArrayLike<number>): StepResult<Float32Array> {
    const transition = this.advance(action);
    return { observation: this.observe(), ...transition };
  }

  observe(target = new Float32Array(3)): Float32Array {
    target.set([this.#length, this.#steps, this.#generator / 8 + this.#action]);
    return target;
  }

  render(): Picture {
    return { width: 1, height: 1, data: new Uint8Array(3) };
  }

  getState(): EnvState {
    const [generator, length, steps, action] = [this.#generator, this.#length, this.#steps, this.#action];
    return { generator, length, steps, action };
  }

  setState(state: EnvState): void {
    const { generator, length, steps, action } = readEnvState<Record<string, number>>(this.id, state, {
      generator: "number",
      length: "number",
      steps: "number",
      action: "number",
    });
    [this.#generator, this.#length, this.#steps, this.#action] = [generator, length, steps, action];
  }

  close(): void {
    if (this.#isDue("throwInClose", this.#steps)) throw new Error("the lid does not fit");
  }

  #draw(): number {
    return this.#generator = (this.#generator * 75 + 74) % 65537;
  }

  #isDue(fault: DiceFault, step: number): boolean {
    const { options } = this;
    return options.fault === fault && this.#seed === (options.seed ?? 13) && this.#steps === step;
  }
}

function hang(): void {
  const end = performance.now() + HANG;
  while (performance.now() < end);
}

/** Importing this module (in a worker too) makes `Dice-v0` known to `make`. */
register("Dice-v0", {
  create: (options) => new DiceEnv(options),
  options: {
    fault: "how it misbehaves",
    seed: "in which episode, default 13",
    step: "at which step, default 1",
  },
});
