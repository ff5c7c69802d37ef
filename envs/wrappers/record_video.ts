import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeFileAtomic } from "../../core/atomic_file.ts";
import { encodeGif, GIF_RATES } from "../../core/pictures/gif.ts";
import { encodeMp4, MP4_RATES } from "../../core/pictures/mp4.ts";
import { checkRate } from "../../core/pictures/picture.ts";
import type {
  Env,
  EnvState,
  Observation,
  Picture,
  RenderOptions,
  ResetOptions,
  ResetResult,
  Transition,
} from "../env.ts";
import { Wrapper } from "./wrapper.ts";

/** Options of {@link RecordVideo}. */
export interface RecordVideoOptions {
  /** What kind of file. @default "gif" */
  format?: "gif" | "mp4";
  /**
   * Whether an episode, counted from 0, is recorded. @default {@link cappedCubicSchedule}, unless there is a
   * `stepTrigger`
   */
  episodeTrigger?: (episode: number) => boolean;
  /** Whether a recording starts at a step, counted from 0 over all episodes. */
  stepTrigger?: (step: number) => boolean;
  /** Steps that a video shows, over ends of episodes too; 0 for its whole episode. @default 0 */
  videoLength?: number;
  /** What the files' names begin with. @default "rl-video" */
  namePrefix?: string;
  /** Pictures a second, 0.02 .. 50 for a GIF, 0.02 .. 1,000 for an MP4. @default 30 */
  fps?: number;
  /** Whether videos that exist are replaced; otherwise it is an error to begin one. @default false */
  overwrite?: boolean;
  /** What `render` is asked for. @default the environment's usual picture */
  render?: RenderOptions;
}

/** The files that recorders of this program are at work on. */
const underWay = new Set<string>();

/**
 * Records videos of episodes, drawn by `render`, on a schedule (Gymnasium's `RecordVideo`): files
 * `rl-video-episode-8.gif` or, begun by the step trigger, `rl-video-step-2000.gif`.
 *
 * A video is written when its episode's successor begins, when it has `videoLength` steps, when another one begins, or
 * when the environment is closed; until then its pictures stay in memory (1,000 of 600 x 400 take 720 MB: a smaller
 * `render` or a `videoLength` helps). MP4 is encoded beside the program: `await saved()` before it ends. Recording does
 * not touch the future, hence states are those of the environment inside; a state that is set ends the video, which
 * cannot jump.
 */
export class RecordVideo<O extends Observation = Uint8Array> extends Wrapper<O> {
  readonly #folder: string;
  readonly #options: RecordVideoOptions;
  readonly #length: number;
  #episode = -1;
  #step = -1;
  /** The present video; none while nothing is recorded. */
  #video?: { path: string; frames: Picture[] };
  #writing: Promise<string>[] = [];
  #failed?: Error;

  /**
   * Goes around `env`.
   *
   * @param folder Where the files go; made when it is missing.
   * @throws RangeError for another `format`, when `videoLength` is not an integer >= 0 or `fps` is not what such a file
   * can keep.
   */
  constructor(env: Env<O>, folder: string, options: RecordVideoOptions = {}) {
    super(env);
    const { format = "gif", videoLength = 0, fps = 30, episodeTrigger, stepTrigger } = options;
    if (format !== "gif" && format !== "mp4") {
      throw new RangeError(
        `Cannot record videos of ${env.id}: expected a format gif or mp4, got "${format}"`,
      );
    }
    if (!Number.isInteger(videoLength) || videoLength < 0) {
      throw new RangeError(
        `Cannot record videos of ${env.id}: expected an integer >= 0 of videoLength, got ${videoLength}`,
      );
    }
    checkRate(`record ${format} videos of ${env.id}`, fps, format === "gif" ? GIF_RATES : MP4_RATES);
    this.#folder = folder;
    this.#options = episodeTrigger || stepTrigger
      ? options
      : { ...options, episodeTrigger: cappedCubicSchedule };
    this.#length = videoLength || Infinity;
  }

  /** Whether a video is being recorded. */
  get recording(): boolean {
    return this.#video !== undefined;
  }

  /**
   * Starts an episode, and a video where the schedule says so.
   *
   * @throws Error of a video that was not written, and before anything happens when the new one's file exists.
   */
  override reset(options?: ResetOptions): ResetResult<O> {
    this.#throwFailure();
    const episode = this.#episode + 1;
    const path = this.#options.episodeTrigger?.(episode) && this.#newPath(`episode-${episode}`);
    const result = super.reset(options);
    this.#episode = episode;
    if (this.#length === Infinity) this.finish();
    if (path) this.#begin(path);
    this.#shoot();
    return result;
  }

  /** One inner step, and its picture while a video is recorded. @throws Error when a new one's file exists. */
  override advance(action: ArrayLike<number>): Transition {
    const step = this.#step + 1;
    const path = this.#options.stepTrigger?.(step) && this.#newPath(`step-${step}`);
    const transition = this.env.advance(action);
    this.#step = step;
    if (path) this.#begin(path);
    this.#shoot();
    return transition;
  }

  /** Ends the present video and writes it, if there is one. */
  finish(): void {
    if (!this.#video) return;
    const { path, frames } = this.#video;
    const { format = "gif", fps = 30 } = this.#options;
    this.#video = undefined;
    if (format === "gif") {
      try {
        writeFileAtomic(path, encodeGif(frames, { fps }));
      } finally {
        underWay.delete(resolve(path));
      }
      this.#writing.push(Promise.resolve(path));
      return;
    }
    const written = encodeMp4(frames, { fps }).then((bytes) => {
      writeFileAtomic(path, bytes);
      return path;
    }).finally(() => underWay.delete(resolve(path)));
    written.catch((error) => this.#failed ??= error);
    this.#writing.push(written);
  }

  /** The paths of all videos that were ended so far, once they are written. Rejects when one could not be. */
  async saved(): Promise<string[]> {
    this.#failed = undefined;
    return await Promise.all(this.#writing);
  }

  /** Puts the inner environment into a state, and ends the present video. */
  override setState(state: EnvState): void {
    super.setState(state);
    this.finish();
  }

  /** Ends the present video and closes the inner environment. @throws Error of a video that was not written. */
  override close(): void {
    this.env.close();
    this.finish();
    this.#throwFailure();
  }

  /** Where a video goes. @throws Error when there is one already, or another recorder is at work on it. */
  #newPath(name: string): string {
    const { format = "gif", namePrefix = "rl-video", overwrite = false } = this.#options;
    const path = join(this.#folder, `${namePrefix}-${name}.${format}`);
    const got = underWay.has(resolve(path))
      ? "one that another recorder is at work on; give each its own folder or namePrefix"
      : !overwrite && existsSync(path)
      ? "one that exists; choose another folder or namePrefix, or overwrite: true"
      : undefined;
    if (got === undefined) return path;
    throw new Error(`Cannot record "${path}": expected a new file, got ${got}`);
  }

  #begin(path: string): void {
    this.finish();
    underWay.add(resolve(path));
    this.#video = { path, frames: [] };
  }

  /** As in Gymnasium, a video of N steps has N + 1 pictures. */
  #shoot(): void {
    if (!this.#video) return;
    this.#video.frames.push(this.env.render(this.#options.render));
    if (this.#video.frames.length > this.#length) this.finish();
  }

  #throwFailure(): void {
    const error = this.#failed;
    this.#failed = undefined;
    if (error) throw error;
  }
}

/** Whether an episode is a cube below 1,000 or a whole thousand: 0, 1, 8, 27 .. 729, 1000, 2000 .. as in Gymnasium. */
export function cappedCubicSchedule(episode: number): boolean {
  return episode < 1000 ? Math.round(Math.cbrt(episode)) ** 3 === episode : episode % 1000 === 0;
}
