import type { EnvState, Observation, ResetResult, Transition } from "../env.ts";
import { readEnvState } from "../env_state.ts";
import { make } from "../registry.ts";
import { Wrapper } from "../wrappers/wrapper.ts";
import "../register_all.ts";
import type { Recording } from "./reader.ts";
import { redrawRecording } from "./redraw.ts";

/**
 * A recorded episode as an environment: whatever is asked of it, it shows what was seen and pays what was earned. With the
 * wrappers of an agent around it, it shows what that agent would have seen.
 */
export class ReplayEnv<O extends Observation = Uint8Array> extends Wrapper<O> {
  readonly #recording: Recording;
  /** What was observed, where that is stored; empty where it is drawn from states. */
  readonly #stored: readonly O[];
  #step = 0;

  private constructor(recording: Recording, stored: readonly O[]) {
    const { env, options, seed, resetOptions } = recording.header;
    super(make<O>(env, options));
    this.#recording = recording;
    this.#stored = stored;
    this.env.reset({ seed, options: resetOptions }); // what its states are drawn in
  }

  /**
   * The episode of a recording, or as much of it as was read.
   *
   * @throws RangeError when `make` does not know the environment; RecordingError when stored frames do not inflate.
   */
  static async open<O extends Observation = Uint8Array>(recording: Recording): Promise<ReplayEnv<O>> {
    const stored: O[] = [];
    if (recording.header.content !== "states") {
      for await (const observation of redrawRecording<O>(recording)) stored.push(observation);
    }
    return new ReplayEnv<O>(recording, stored);
  }

  /** Begins the episode again. */
  override reset(): ResetResult<O> {
    this.#step = 0;
    return { observation: this.observe(), info: {} };
  }

  /** The next recorded step. @throws TypeError at the end of the recording. */
  override advance(): Transition {
    const { steps, rewards, terminated, truncated } = this.#recording;
    const step = this.#step;
    if (step >= steps) {
      throw new TypeError(
        `Cannot step ${this.id}: expected a step that was recorded, got the end of ${steps}`,
      );
    }
    this.#step++;
    return {
      reward: rewards[step],
      terminated: terminated[step] === 1,
      truncated: truncated[step] === 1,
      info: {},
    };
  }

  /** What was observed then. */
  override observe(target?: O): O {
    const { states, header: { stateSize } } = this.#recording;
    const stored = this.#stored[this.#step];
    if (stored === undefined) {
      return this.redraw(states.subarray(this.#step * stateSize, (this.#step + 1) * stateSize), target);
    }
    if (target === undefined) return stored.slice() as O;
    target.set(stored);
    return target;
  }

  /** How far it is. */
  override getState(): EnvState {
    return { step: this.#step };
  }

  /** Goes on elsewhere in the episode. @throws TypeError for a step that was not recorded. */
  override setState(state: EnvState): void {
    const { step } = readEnvState<{ step: number }>(this.id, state, { step: "count" });
    if (step > this.#recording.steps) {
      throw new TypeError(
        `Cannot set the state of ${this.id}: expected a step in 0 .. ${this.#recording.steps}, got ${step}`,
      );
    }
    this.#step = step;
  }
}
