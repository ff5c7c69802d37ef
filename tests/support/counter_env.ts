import type {
  EnvState,
  Picture,
  RedrawableEnv,
  ResetOptions,
  ResetResult,
  StepResult,
  Transition,
} from "../../envs/env.ts";
import { EPISODE_STATUS, type EpisodeStatus, readEnvState } from "../../envs/env_state.ts";
import { register } from "../../envs/registry.ts";
import { Box } from "../../envs/spaces.ts";

/**
 * A small deterministic environment: a point that the action moves along a line, drawn as one bright column.
 * The colour comes from the seed. The episode terminates when the point leaves `[-limit, limit]`.
 */
export class CounterEnv implements RedrawableEnv {
  readonly id: string = "Counter-v0";
  readonly observationSpace: Box;
  readonly actionSpace = new Box([-1, 0], [1, 1]);
  readonly stateSize = 3;
  #position = 0;
  #steps = 0;
  #color = 0;
  #seed = 0;
  #state: EpisodeStatus | "closed" = "new";

  constructor(readonly options: { limit?: number; size?: number } = {}) {
    const size = options.size ?? 8;
    this.observationSpace = new Box(0, 255, { shape: [size, size, 3], dtype: "uint8" });
  }

  reset({ seed = this.#seed + 1 }: ResetOptions = {}): ResetResult {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`Cannot reset ${this.id}: expected a seed >= 0, got ${seed}`);
    }
    if (this.#state === "closed") {
      throw new TypeError(`Cannot reset ${this.id}: expected it open, got it closed`);
    }
    this.#seed = seed;
    this.#color = (seed * 37) % 256;
    this.#position = this.#steps = 0;
    this.#state = "running";
    return { observation: this.observe(), info: {} };
  }

  advance(action: ArrayLike<number>): Transition {
    if (this.#state !== "running") {
      throw new TypeError(`Cannot step ${this.id}: expected a reset, got ${this.#state}`);
    }
    const problem = this.actionSpace.explain(action);
    if (problem) throw new RangeError(`Cannot step ${this.id}: ${problem}`);
    this.#position += action[0] * (1 - action[1] / 2);
    this.#steps += 1;
    const terminated = Math.abs(this.#position) > (this.options.limit ?? 5);
    if (terminated) this.#state = "over";
    return { reward: this.#position, terminated, truncated: false, info: { steps: this.#steps } };
  }

  step(action: ArrayLike<number>): StepResult {
    const transition = this.advance(action);
    return { observation: this.observe(), ...transition };
  }

  observe(target?: Uint8Array): Uint8Array {
    if (this.#state === "new" || this.#state === "closed") {
      throw new TypeError(`Cannot observe ${this.id}: expected a reset, got ${this.#state}`);
    }
    return this.#draw(this.#position, this.#steps, target);
  }

  render(): Picture {
    const [height, width] = this.observationSpace.shape;
    return { width, height, data: this.observe() };
  }

  saveState(target = new Float64Array(3)): Float64Array {
    target.set([this.#position, this.#steps, this.#color]);
    return target;
  }

  redraw(state: Float64Array, target?: Uint8Array): Uint8Array {
    return this.#draw(state[0], state[1], target);
  }

  getState(): EnvState {
    if (this.#state === "closed") {
      throw new TypeError(`Cannot save ${this.id}: expected it open, got it closed`);
    }
    const [position, steps, color, seed] = [this.#position, this.#steps, this.#color, this.#seed];
    return { position, steps, color, seed, status: this.#state };
  }

  setState(state: EnvState): void {
    const { position, steps, color, seed, status } = readEnvState<CounterState>(this.id, state, {
      position: "number",
      steps: "number",
      color: "number",
      seed: "number",
      status: EPISODE_STATUS,
    });
    if (this.#state === "closed") {
      throw new TypeError(`Cannot restore ${this.id}: expected it open, got it closed`);
    }
    [this.#position, this.#steps, this.#color, this.#seed] = [position, steps, color, seed];
    this.#state = status;
  }

  close(): void {
    this.#state = "closed";
  }

  #draw(position: number, steps: number, target?: Uint8Array): Uint8Array {
    const [height, width] = this.observationSpace.shape;
    const picture = (target ?? new Uint8Array(height * width * 3)).fill(this.#color);
    const column = Math.floor(((position + 10) / 20) * width);
    for (let row = 0; row < height; row++) {
      picture.fill((steps * 5) % 256, (row * width + column) * 3, (row * width + column) * 3 + 3);
    }
    return picture;
  }
}

interface CounterState {
  position: number;
  steps: number;
  color: number;
  seed: number;
  status: EpisodeStatus;
}

/** Importing this module (in a worker too) makes `Counter-v0` known to `make`. */
register("Counter-v0", {
  create: (options) => new CounterEnv(options),
  options: { limit: "distance at which an episode ends, default 5", size: "width and height, default 8" },
  maxEpisodeSteps: 30,
});
