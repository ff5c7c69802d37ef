import { join } from "node:path";
import type { Env, Observation } from "../env.ts";
import type { EpisodeRecorder, NewRecording } from "../recordings/encoder.ts";
import type { RecordedPicture } from "../recordings/format.ts";
import { RecordingWriter, type RecordingWriterOptions } from "../recordings/writer.ts";
import { RecordedEnv, type RecordedEnvOptions } from "./recorded_env.ts";

/** Options of {@link RecordEpisode}. */
export interface RecordEpisodeOptions extends RecordingWriterOptions, RecordedEnvOptions {
  /** The file's name; by default `episode-000003-seed-17.rec`, episodes counted from 0. */
  name?: (episode: { index: number; seed: number }) => string;
}

/** Records each episode to a file of its own; see {@link RecordedEnv} for where to put it. */
export class RecordEpisode<O extends Observation = Uint8Array> extends RecordedEnv<O> {
  readonly #folder: string;
  readonly #options: RecordEpisodeOptions;
  #writer?: RecordingWriter;
  #episodes = 0;

  /** Records into a folder, which is made when it is missing. */
  constructor(env: Env<O>, folder: string, options: RecordEpisodeOptions = {}) {
    super(env, options);
    this.#folder = folder;
    this.#options = options;
  }

  /** The file of the present episode, or of the last one. */
  get path(): string | undefined {
    return this.#writer?.path;
  }

  /** Opens the episode's file. */
  protected override record(recording: NewRecording & { first: RecordedPicture }): EpisodeRecorder {
    const { name = defaultName } = this.#options;
    const path = join(this.#folder, name({ index: this.#episodes++, seed: recording.seed }));
    return this.#writer = new RecordingWriter(path, recording, this.#options);
  }
}

function defaultName({ index, seed }: { index: number; seed: number }): string {
  return `episode-${String(index).padStart(6, "0")}-seed-${seed}.rec`;
}
