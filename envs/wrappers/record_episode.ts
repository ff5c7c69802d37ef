import { join } from "node:path";
import { RandomStream } from "../../core/random_stream.ts";
import type { Env, ResetOptions, ResetResult, Transition } from "../env.ts";
import { RecordingWriter, type RecordingWriterOptions } from "../recordings/writer.ts";
import { optionsOf } from "../registry.ts";
import { spaceSize } from "../spaces.ts";
import { isRedrawable, Wrapper } from "./wrapper.ts";

/** Options of {@link RecordEpisode}. */
export interface RecordEpisodeOptions extends RecordingWriterOptions {
  /** The file's name; by default `episode-000003-seed-17.rec`, episodes counted from 0. */
  name?: (episode: { index: number; seed: number }) => string;
  /** What else the header says: policy, checkpoint, real or dream. Default nothing. */
  metadata?: Record<string, unknown>;
  /** Seed of the seeds that are drawn for resets without one, since a recording must name its seed. Default 0. */
  seed?: number;
}

/**
 * Records each episode to a file of its own.
 *
 * Put it around what `make` returned, inside `FrameSkip` and `CropResize`: it then keeps every simulator step, as
 * states where the environment can redraw. Around anything else it keeps frames. An episode that is left early (by a
 * reset or by `close`) is a whole recording without an ending.
 */
export class RecordEpisode extends Wrapper {
  readonly #folder: string;
  readonly #options: RecordEpisodeOptions;
  readonly #seeds: RandomStream;
  readonly #picture: Float64Array | Uint8Array;
  #writer?: RecordingWriter;
  #last: Transition["info"] = {};
  #episodes = 0;

  /** Records into a folder, which is made when it is missing. */
  constructor(env: Env, folder: string, options: RecordEpisodeOptions = {}) {
    super(env);
    this.#folder = folder;
    this.#options = options;
    this.#seeds = new RandomStream(options.seed ?? 0).fork("recordings");
    this.#picture = isRedrawable(env) && optionsOf(env)
      ? new Float64Array(env.stateSize)
      : new Uint8Array(spaceSize(env.observationSpace));
  }

  /** The file of the present episode, or of the last one. */
  get path(): string | undefined {
    return this.#writer?.path;
  }

  /** Ends the present recording, starts an episode and its recording. */
  override reset(options: ResetOptions = {}): ResetResult {
    const seed = options.seed ?? this.#seeds.integer(0, 2 ** 31);
    const { env, actionSpace, observationSpace } = this;
    this.#writer?.end(this.#last);
    const result = env.reset({ ...options, seed });
    const { name = defaultName, metadata = {} } = this.#options;
    const states = this.#picture instanceof Float64Array;
    this.#writer = new RecordingWriter(join(this.#folder, name({ index: this.#episodes++, seed })), {
      env: env.id,
      options: optionsOf(env) ?? {},
      seed,
      resetOptions: options.options ?? {},
      content: states ? "states" : "frames",
      stateSize: states ? this.#picture.length : 0,
      actionSize: spaceSize(actionSpace),
      observationShape: observationSpace.shape,
      metadata,
      first: this.#shoot(),
    }, this.#options);
    this.#last = result.info;
    return result;
  }

  /** Advances and adds the step to the recording; the step that ends the episode also ends its file. */
  override advance(action: ArrayLike<number>): Transition {
    const transition = this.env.advance(action);
    this.#last = transition.info;
    this.#writer?.add(action, transition, this.#shoot());
    if (transition.terminated || transition.truncated) this.#writer?.end(transition.info);
    return transition;
  }

  /** Ends the present recording and closes the inner environment. */
  override close(): void {
    try {
      this.#writer?.end(this.#last);
    } finally {
      this.env.close();
    }
  }

  #shoot(): Float64Array | Uint8Array {
    if (this.#picture instanceof Uint8Array) return this.env.observe(this.#picture);
    return this.saveState(this.#picture);
  }
}

function defaultName({ index, seed }: { index: number; seed: number }): string {
  return `episode-${String(index).padStart(6, "0")}-seed-${seed}.rec`;
}
