import type {
  Env,
  EnvState,
  Observation,
  Picture,
  ResetOptions,
  ResetResult,
  StepResult,
  Transition,
} from "../../envs/env.ts";
import { readEnvState } from "../../envs/env_state.ts";
import { Box } from "../../envs/spaces.ts";

/** An episode that was written down. */
export interface ScriptedEpisode {
  /** One more than rewards. */
  observations: number[][];
  rewards: number[];
  ending: "terminated" | "truncated";
}

/** What the script of a {@link ScriptedEnv} says besides its episodes. */
export interface ScriptedEnvOptions {
  shape: number[];
  dtype: "uint8" | "float32";
}

/** Plays episodes that were written down, whatever the actions are; keeps those. After the last one comes the first. */
export class ScriptedEnv<O extends Observation> implements Env<O> {
  readonly id = "Scripted-v0";
  readonly observationSpace: Box;
  readonly actionSpace = new Box([-1, 0, -0.4], [1, 5, 0.1]);
  /** The actions that it was stepped with. */
  readonly actions: number[][] = [];
  #episode = -1;
  #step = 0;

  constructor(readonly episodes: ScriptedEpisode[], { shape, dtype }: ScriptedEnvOptions) {
    this.observationSpace = dtype === "uint8"
      ? new Box(0, 255, { shape, dtype })
      : new Box(-Infinity, Infinity, { shape });
  }

  reset(_options?: ResetOptions): ResetResult<O> {
    this.#episode = (this.#episode + 1) % this.episodes.length;
    this.#step = 0;
    return { observation: this.observe(), info: {} };
  }

  advance(action: ArrayLike<number>): Transition {
    const { rewards, ending } = this.#present();
    const problem = this.actionSpace.explain(action);
    if (problem) throw new TypeError(`Cannot step ${this.id}: ${problem}`);
    if (this.#step === rewards.length) {
      throw new TypeError(`Cannot step ${this.id}: expected a reset, got a step`);
    }
    this.actions.push(Array.from(action));
    const reward = rewards[this.#step++];
    const over = this.#step === rewards.length;
    return {
      reward,
      terminated: over && ending === "terminated",
      truncated: over && ending === "truncated",
      info: {},
    };
  }

  step(action: ArrayLike<number>): StepResult<O> {
    const transition = this.advance(action);
    return { observation: this.observe(), ...transition };
  }

  observe(target?: O): O {
    const values = this.#present().observations[this.#step];
    const bytes = this.observationSpace.dtype === "uint8";
    const observation = target ??
      (bytes ? new Uint8Array(values.length) : new Float32Array(values.length)) as O;
    observation.set(values);
    return observation;
  }

  render(): Picture {
    this.#present();
    return { width: 3, height: 2, data: new Uint8Array(18).fill(this.#step) };
  }

  getState(): EnvState {
    return { episode: this.#episode, step: this.#step };
  }

  setState(state: EnvState): void {
    const { episode, step } = readEnvState<{ episode: number; step: number }>(this.id, state, {
      episode: "number",
      step: "number",
    });
    [this.#episode, this.#step] = [episode, step];
  }

  close(): void {
    this.#episode = -1;
  }

  #present(): ScriptedEpisode {
    if (this.#episode >= 0) return this.episodes[this.#episode];
    throw new TypeError(`Cannot use ${this.id}: expected a reset, got none`);
  }
}
