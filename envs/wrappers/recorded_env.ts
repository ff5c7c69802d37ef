import { joinArrays } from "../../core/join_arrays.ts";
import { RandomStream, type RandomStreamState } from "../../core/random_stream.ts";
import type { Env, EnvState, Observation, ResetOptions, ResetResult, Transition } from "../env.ts";
import { readEnvState } from "../env_state.ts";
import { type EpisodeRecorder, type NewRecording, RecordingEncoder } from "../recordings/encoder.ts";
import type { RecordedPicture } from "../recordings/format.ts";
import { expectPlain } from "../read_options.ts";
import { optionsOf } from "../registry.ts";
import { spaceSize } from "../spaces.ts";
import { isRedrawable, Wrapper } from "./wrapper.ts";

/** Options of a {@link RecordedEnv}. */
export interface RecordedEnvOptions {
  /** What else the header says: driver, checkpoint, real or dream. @default nothing */
  metadata?: Record<string, unknown>;
  /**
   * Seed of the seeds that are drawn for resets without one before the first that has one, since a recording must name
   * its seed.
   *
   * @default 0
   */
  seed?: number;
  /**
   * Steps between key states, from which `resumeRecording` goes on without replaying all that came before; each is as
   * large as what the environment's `getState` returns.
   *
   * @default 0, none
   */
  keyStateEvery?: number;
}

/**
 * Records each episode; where to is what a subclass decides.
 *
 * Put it around what `make` returned, inside `FrameSkip` and `CropResize`: it then keeps every simulator step, as
 * states where the environment can redraw. Around anything else it keeps observations. An episode that is left early (by a
 * reset, by `setState` or by `close`) is a whole recording without an ending.
 */
export abstract class RecordedEnv<O extends Observation = Uint8Array> extends Wrapper<O> {
  #seeds: RandomStream;
  readonly #metadata: Record<string, unknown>;
  readonly #picture: Float64Array | O;
  readonly #keyStateEvery: number;
  #recorder?: EpisodeRecorder;
  #last: Transition["info"] = {};
  #steps = 0;

  /**
   * Goes around `env`.
   *
   * @throws RangeError when `keyStateEvery` is no integer >= 0.
   */
  constructor(env: Env<O>, options: RecordedEnvOptions = {}) {
    super(env);
    const every = this.#keyStateEvery = options.keyStateEvery ?? 0;
    if (!(Number.isInteger(every) && every >= 0)) {
      throw new RangeError(
        `Cannot record ${env.id}: expected keyStateEvery to be an integer >= 0, got ${every}`,
      );
    }
    this.#metadata = options.metadata ?? {};
    this.#seeds = seedsAfter(options.seed ?? 0);
    this.#picture = isRedrawable(env) && optionsOf(env)
      ? new Float64Array(env.stateSize)
      : new (env.observationSpace.dtype === "uint8" ? Uint8Array : Float32Array)(
        spaceSize(env.observationSpace),
      ) as O;
  }

  /** Begins the recording of an episode. */
  protected abstract record(recording: NewRecording & { first: RecordedPicture }): EpisodeRecorder;

  /**
   * Ends the present recording, starts an episode and its recording. Seeds of later episodes are drawn from this one:
   * the same seed is followed by the same episodes.
   */
  override reset(options: ResetOptions = {}): ResetResult<O> {
    const { env, actionSpace, observationSpace } = this;
    expectPlain(`reset ${this.id}`, "arguments", options);
    // Of a copy, so that a reset that is refused changes nothing: the recording goes on.
    const seeds = RandomStream.fromState(this.#seeds.state());
    const seed = options.seed ?? seeds.integer(0, 2 ** 31);
    const result = env.reset({ ...options, seed });
    this.finish();
    this.#seeds = options.seed === undefined ? seeds : seedsAfter(seed);
    const states = this.#picture instanceof Float64Array;
    this.#recorder = this.record({
      env: env.id,
      options: optionsOf(env) ?? {},
      seed,
      resetOptions: options.options ?? {},
      content: states ? "states" : this.#picture instanceof Uint8Array ? "frames" : "vectors",
      stateSize: states ? this.#picture.length : 0,
      actionSize: spaceSize(actionSpace),
      observationShape: observationSpace.shape,
      metadata: this.#metadata,
      first: this.#shoot(),
    });
    this.#last = result.info;
    this.#steps = 0;
    return result;
  }

  /** Advances and adds the step to the recording; the step that ends the episode also ends its recording. */
  override advance(action: ArrayLike<number>): Transition {
    const transition = this.env.advance(action);
    this.#last = transition.info;
    this.#recorder?.add(action, transition, this.#shoot());
    this.#steps++;
    if (transition.terminated || transition.truncated) this.finish();
    else if (this.#keyStateEvery > 0 && this.#steps % this.#keyStateEvery === 0) {
      this.#recorder?.keyState(this.env.getState());
    }
    return transition;
  }

  /** Ends the present recording, if there is one that goes on: the episode's further steps are not to come. */
  finish(): void {
    this.#recorder?.end(this.#last);
  }

  /** The inner state and where the drawn seeds stand; recordings are no part of it. */
  override getState(): EnvState {
    return { inner: this.env.getState(), seeds: this.#seeds.state() };
  }

  /**
   * Goes on from a state. A recording cannot jump: the present one ends, as one that was left early, and the next
   * begins with the next reset.
   *
   * @throws TypeError for a state of something else.
   */
  override setState(state: EnvState): void {
    const { inner, seeds } = readEnvState<{ inner: EnvState; seeds: RandomStreamState }>(this.id, state, {
      inner: "object",
      seeds: "object",
    });
    this.env.setState(inner);
    this.finish();
    this.#recorder = undefined;
    this.#seeds = RandomStream.fromState(seeds);
  }

  /** Ends the present recording and closes the inner environment. */
  override close(): void {
    try {
      this.finish();
    } finally {
      this.env.close();
    }
  }

  #shoot(): RecordedPicture {
    if (this.#picture instanceof Float64Array) return this.saveState(this.#picture);
    return this.env.observe(this.#picture);
  }
}

function seedsAfter(seed: number): RandomStream {
  return new RandomStream(seed).fork("recordings");
}

/** Records each episode in memory, in Deno or in a browser. */
export class RecordInMemory<O extends Observation = Uint8Array> extends RecordedEnv<O> {
  #parts: Uint8Array[] = [];

  /** The present or last episode as the bytes of a file, as far as whole chunks go; all of it once it is finished. */
  bytes(): Uint8Array<ArrayBuffer> {
    return joinArrays(Uint8Array, this.#parts);
  }

  /** Begins anew: the bytes of the episode before are dropped. */
  protected override record(recording: NewRecording & { first: RecordedPicture }): EpisodeRecorder {
    this.#parts = [];
    return new RecordingEncoder(recording, (bytes) => this.#parts.push(bytes));
  }
}
