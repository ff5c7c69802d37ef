import { RandomStream, type RandomStreamState } from "../core/random_stream.ts";
import type {
  Env,
  EnvState,
  Picture,
  ResetOptions,
  ResetResult,
  StepResult,
  Transition,
} from "../envs/env.ts";
import { readEnvState } from "../envs/env_state.ts";
import { Box, type Space, spaceSize } from "../envs/spaces.ts";
import { Dream, type DreamOptions, type DreamState } from "./dream.ts";
import type { WorldModel } from "./world_model.ts";

/** Options of {@link DreamEnv} and {@link DreamVectorEnv}. */
export interface DreamEnvOptions extends DreamOptions {
  /** What the environment is called. @default "Dream-v0" */
  id?: string;
}

/** The space of a world model's frames. */
export function frameSpace({ frames }: WorldModel): Space {
  return new Box(0, 255, { shape: frames, dtype: "uint8" });
}

/** A {@link DreamEnv}'s state: a dream's, and what it draws from. */
export type DreamEnvState = DreamState & { random: RandomStreamState };

/**
 * Reads a state as a {@link DreamEnv}'s.
 *
 * @throws TypeError when it is of something else.
 */
export function readDreamEnvState(id: string, state: EnvState): DreamEnvState {
  return readEnvState<DreamEnvState>(id, state, {
    world: "object",
    started: 1,
    terminated: 1,
    truncated: 1,
    steps: 1,
    random: "object",
  });
}

/**
 * A dream as an environment: whatever acts in reality acts here too. Observations are the model's pictures; reward
 * and end are the model's.
 */
export class DreamEnv implements Env {
  /** What the environment is called. */
  readonly id: string;
  /** The space of the frames. */
  readonly observationSpace: Space;
  /** The space of the actions. */
  readonly actionSpace: Space;
  #dream: Dream;
  #random = new RandomStream(0).fork("dream");
  #closed = false;

  /** A dream that waits for its first reset. @throws RangeError for options out of range, see {@link Dream}. */
  constructor(options: DreamEnvOptions) {
    this.id = options.id ?? "Dream-v0";
    this.observationSpace = frameSpace(options.worldModel);
    this.actionSpace = options.worldModel.actions;
    this.#dream = new Dream(1, options);
  }

  /** Starts an episode; without a seed the present stream of random numbers goes on. */
  reset({ seed }: ResetOptions = {}): ResetResult {
    this.#checkOpen("reset");
    if (seed !== undefined) this.#random = new RandomStream(seed).fork("dream");
    this.#dream.reset([0], [this.#random]);
    return { observation: this.observe(), info: {} };
  }

  /** See {@link Env.step}. */
  step(action: ArrayLike<number>): StepResult {
    const transition = this.advance(action);
    return { observation: this.observe(), ...transition };
  }

  /** See {@link Env.advance}. @throws TypeError for a bad action, or a call out of order. */
  advance(action: ArrayLike<number>): Transition {
    this.#checkOpen("step");
    if (!this.#dream.started(0) || this.#dream.ended(0)) {
      throw new TypeError(
        `Cannot step "${this.id}": expected reset() first, got a step ${
          this.#dream.started(0) ? "after the episode ended" : "before any reset"
        }`,
      );
    }
    const problem = this.actionSpace.explain(action);
    if (problem) throw new TypeError(`Cannot step "${this.id}": ${problem}`);
    const { rewards, terminated, truncated } = this.#dream.step(Float32Array.from(action));
    return { reward: rewards[0], terminated: terminated[0] === 1, truncated: truncated[0] === 1, info: {} };
  }

  /** See {@link Env.observe}. */
  observe(target: Uint8Array = new Uint8Array(spaceSize(this.observationSpace))): Uint8Array {
    this.#checkOpen("observe");
    if (!this.#dream.started(0)) {
      throw new TypeError(`Cannot observe "${this.id}": expected reset() first, got no episode`);
    }
    return this.#dream.draw(target);
  }

  /** The observation as a picture. */
  render(): Picture {
    const [height, width] = this.observationSpace.shape;
    return { width, height, data: this.observe() };
  }

  /** The model's state, flags and random numbers; the world model's parameters are no part of it. */
  getState(): EnvState {
    this.#checkOpen("save");
    return { ...this.#dream.getState(), random: this.#random.state() };
  }

  /** Goes on in a dream of the same world model. @throws TypeError for a state of something else. */
  setState(state: EnvState): void {
    this.#checkOpen("restore");
    const { random, ...dream } = readDreamEnvState(this.id, state);
    const stream = RandomStream.fromState(random);
    this.#dream.setState(dream, [stream]);
    this.#random = stream;
  }

  /** Frees the dream; the world model's parameters stay. */
  close(): void {
    if (!this.#closed) this.#dream.dispose();
    this.#closed = true;
  }

  #checkOpen(action: string): void {
    if (this.#closed) {
      throw new TypeError(`Cannot ${action} "${this.id}": expected an open environment, got a closed one`);
    }
  }
}
