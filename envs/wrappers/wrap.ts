import { describeValue } from "../describe_value.ts";
import type { Env, Observation } from "../env.ts";
import { expectNames, hint } from "../read_options.ts";
import { ClipAction } from "./clip_action.ts";
import { Crop, type CropOptions } from "./crop.ts";
import { CropResize } from "./crop_resize.ts";
import { DisturbPicture, type DisturbPictureOptions } from "./disturb_picture.ts";
import { FrameSkip, type FrameSkipOptions } from "./frame_skip.ts";
import { FrameStack, type FrameStackOptions } from "./frame_stack.ts";
import { Grayscale, type GrayscaleOptions } from "./grayscale.ts";
import { MaskObservation, type MaskObservationOptions } from "./mask_observation.ts";
import { NormalizeObservation, type NormalizeOptions } from "./normalize_observation.ts";
import { NormalizeReward, type NormalizeRewardOptions } from "./normalize_reward.ts";
import { RecordEpisodeStatistics, type RecordEpisodeStatisticsOptions } from "./record_episode_statistics.ts";
import { RescaleAction, type RescaleActionOptions } from "./rescale_action.ts";
import { Resize, type ResizeOptions } from "./resize.ts";
import { TimeLimit } from "./time_limit.ts";

/** The wrappers that plain values can name, and their options. */
export interface WrapperOptions {
  /** {@link ClipAction}. */
  ClipAction: Record<string, never>;
  /** {@link Crop}. */
  Crop: CropOptions;
  /** {@link CropResize}. */
  CropResize: Record<string, never>;
  /** {@link DisturbPicture}. */
  DisturbPicture: DisturbPictureOptions;
  /** {@link FrameSkip}. */
  FrameSkip: { skip: number } & FrameSkipOptions;
  /** {@link FrameStack}. */
  FrameStack: { count: number } & FrameStackOptions;
  /** {@link Grayscale}. */
  Grayscale: GrayscaleOptions;
  /** {@link MaskObservation}. */
  MaskObservation: MaskObservationOptions;
  /** {@link NormalizeObservation}. */
  NormalizeObservation: NormalizeOptions;
  /** {@link NormalizeReward}. */
  NormalizeReward: NormalizeRewardOptions;
  /** {@link RecordEpisodeStatistics}, without its clock: functions are no plain values. */
  RecordEpisodeStatistics: Omit<RecordEpisodeStatisticsOptions, "clock">;
  /** {@link RescaleAction}. */
  RescaleAction: RescaleActionOptions;
  /** {@link Resize}. */
  Resize: ResizeOptions;
  /** {@link TimeLimit}. */
  TimeLimit: { maxSteps: number };
}

/** A wrapper as plain values that can be sent to a worker: `["Grayscale"]`, `["FrameStack", { count: 4 }]`. */
export type WrapperRecipe = {
  [Name in keyof WrapperOptions]: readonly [name: Name, options?: WrapperOptions[Name]];
}[keyof WrapperOptions];

/** How a wrapper is built, and the options that it knows. */
interface Entry<Options> {
  known: readonly (keyof Options & string)[];
  build(env: Env, options: Options): Env<Observation>;
}

const NORMALIZE = ["epsilon", "statistics", "updateRunningMean"] as const;

const entries: { [Name in keyof WrapperOptions]: Entry<WrapperOptions[Name]> } = {
  ClipAction: { known: [], build: (env) => new ClipAction(env) },
  Crop: { known: ["top", "left", "height", "width"], build: (env, options) => new Crop(env, options) },
  CropResize: { known: [], build: (env) => new CropResize(env) },
  DisturbPicture: { known: ["disturbance"], build: (env, options) => new DisturbPicture(env, options) },
  FrameSkip: {
    known: ["skip", "maxPool"],
    build: (env, { skip, ...options }) => new FrameSkip(env, skip, options),
  },
  FrameStack: {
    known: ["count", "padding", "axis"],
    build: (env, { count, ...options }) => new FrameStack(env, count, options),
  },
  Grayscale: { known: ["keepDim"], build: (env, options) => new Grayscale(env, options) },
  MaskObservation: { known: ["mask"], build: (env, options) => new MaskObservation(env, options) },
  NormalizeObservation: {
    known: NORMALIZE,
    build: (env, options) => new NormalizeObservation(env, options),
  },
  NormalizeReward: {
    known: [...NORMALIZE, "gamma"],
    build: (env, options) => new NormalizeReward(env, options),
  },
  RecordEpisodeStatistics: {
    known: ["bufferLength", "statsKey"],
    build: (env, options) => new RecordEpisodeStatistics(env, options),
  },
  RescaleAction: { known: ["low", "high"], build: (env, options) => new RescaleAction(env, options) },
  Resize: { known: ["height", "width"], build: (env, options) => new Resize(env, options) },
  TimeLimit: { known: ["maxSteps"], build: (env, { maxSteps }) => new TimeLimit(env, maxSteps) },
};

/**
 * Goes around an environment with wrappers by name, the first one innermost.
 *
 * The type parameter is the caller's word for what is observed in the end: pictures unless said otherwise, as in
 * `wrap<Float32Array>(env, [["NormalizeObservation"]])`.
 *
 * @throws RangeError for an unknown name. @throws TypeError for an unknown option, naming those that exist, and for what is
 * no list of names with options.
 */
export function wrap<O extends Observation = Uint8Array>(
  env: Env<Observation>,
  wrappers: readonly WrapperRecipe[],
): Env<O> {
  let wrapped = env;
  const given: unknown = wrappers;
  if (!Array.isArray(given) || !given.every(Array.isArray)) {
    throw new TypeError(
      `Cannot wrap ${env.id}: expected a list of ["Name", { options }], got ${describeValue(given)}`,
    );
  }
  for (const [name, options = {}] of wrappers) {
    if (!Object.hasOwn(entries, name)) {
      const names = Object.keys(entries);
      throw new RangeError(
        `Cannot wrap ${env.id} in "${name}": expected one of ${names.join(", ")}${hint(String(name), names)}`,
      );
    }
    const { known, build } = entries[name] as Entry<Record<string, unknown>>;
    expectNames(`wrap ${env.id} in ${name}`, "options", options, known);
    // Each wrapper checks what it goes around: only those of pictures ask for bytes.
    wrapped = build(wrapped as Env, options as Record<string, unknown>);
  }
  return wrapped as Env<O>;
}
