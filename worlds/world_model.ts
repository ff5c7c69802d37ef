import type * as tf from "@tensorflow/tfjs";
import type { Space } from "../envs/spaces.ts";
import type { Module, NamedTensors } from "../generative/nn/parameters.ts";
import type { NoiseSpecs } from "./noise.ts";

/** Where episodes or dreams stand, a row each: `[B, ...]` by name. Only its model knows what the tensors mean. */
export type WorldState = NamedTensors;

/** A real step as a model takes it in. */
export interface Observed {
  /** `[B, H, W, C]`: int32 in 0 .. 255, or float32 in [0, 1]. */
  frames: tf.Tensor;
  /** The action that led to the frames, `[B, A]`; any finite numbers where `first` is 1. */
  action: tf.Tensor;
  /** What that action earned, `[B]`, in the environment's unit; any finite numbers where `first` is 1. */
  reward: tf.Tensor;
  /** `[B]`, 1 where a frame is the first of its episode, else 0. */
  first: tf.Tensor;
}

/** A dreamt step. */
export interface Imagined {
  /** Where the dreams stand after it. */
  state: WorldState;
  /** `[B]`, in the environment's unit. */
  reward: tf.Tensor1D;
  /** Log odds that the episode ended with the step, `[B]`. */
  doneLogit: tf.Tensor1D;
  /** What else the model foresees of the environment, `[B]` each; `cost`, 0 to 1, such as wheels off the road. */
  measures: NamedTensors;
}

/** What {@link WorldModel.imagine} takes beside state, action and noise. */
export interface ImagineOptions {
  /**
   * Sharpness of the samples: 1 as learned, lower is surer, 0 without noise. A number becomes a part of a compiled
   * step, a tensor is one of its inputs. @default 1
   */
  temperature?: number | tf.Scalar;
}

/** A moment of a picture in the making. */
export interface PictureMoment {
  /** What is there: noise at first, the finished picture at last, `[B, H, W, C]` in [0, 1]. */
  picture: tf.Tensor4D;
  /** The finished picture that was made out in what was there before, likewise; none at first. */
  foreseen?: tf.Tensor4D;
}

/** What a model of the world looks at as it takes in a decision: the decision itself, and those of the episode before it. */
export interface AttentionToPast {
  /** The parts of a frame that are told apart, R rows of C: 1 of 1 where a frame is looked at as a whole. */
  readonly parts: readonly [rows: number, columns: number];
  /**
   * How much the step by `action` `[B, A]` looks at each of the last W decisions, of each block L and head H.
   *
   * @returns `[B, L, H, W, P]`, the newest decision last: of each, the R C parts of the frame that it was taken at, row by row,
   * and what else there is, such as the action. W P numbers sum to 1; those of decisions that there were not are 0.
   */
  weights(parameters: NamedTensors, state: WorldState, action: tf.Tensor): tf.Tensor;
}

/** What a model expects of a step, as densities over the numbers of its next latent: Z of K Gaussians each. */
export interface Expectations {
  /** `[B]`, in the environment's unit. */
  reward: tf.Tensor;
  /** Probability that the episode ends, `[B]`. */
  done: tf.Tensor;
  /** Weights of the Gaussians, `[B, Z, K]`; they sum to 1 over K. */
  weights: tf.Tensor;
  /** Their means, `[B, Z, K]`. */
  means: tf.Tensor;
  /** Their standard deviations, `[B, Z, K]`. */
  deviations: tf.Tensor;
}

/**
 * A learned model of an environment: it follows an episode (awake), or goes on by itself (asleep). All methods are pure
 * tensor functions over named parameters, which may be compiled and differentiated. Whoever steps a world knows no more
 * of it than this.
 */
export interface WorldModel extends Module {
  /** The shape of a frame. */
  readonly frames: readonly [height: number, width: number, channels: number];
  /** The actions that it was made for: A numbers each. */
  readonly actions: Space;
  /** Numbers that a policy sees of a state, F. */
  readonly featureSize: number;
  /** Real decisions that a dream needs before it begins; 0 where the first frame is enough. */
  readonly context: number;
  /** What {@link WorldModel.observe} and {@link WorldModel.imagine} draw from, by name. */
  readonly noise: { readonly observe: NoiseSpecs; readonly imagine: NoiseSpecs };
  /** The state before an episode's first frame. */
  initial(batch: number): WorldState;
  /**
   * Awake: the state once a frame is seen. Rows of a first frame start anew.
   *
   * @param noise With it what was seen is drawn, as in training; without it the most likely is taken.
   */
  observe(parameters: NamedTensors, state: WorldState, observed: Observed, noise?: NamedTensors): WorldState;
  /**
   * Asleep: the same step with a frame foreseen instead of seen, sampled. Gradients flow through state and action.
   *
   * @param action `[B, A]`.
   */
  imagine(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    noise: NamedTensors,
    options?: ImagineOptions,
  ): Imagined;
  /** What a policy and its critic see, `[B, F]`. */
  features(parameters: NamedTensors, state: WorldState): tf.Tensor;
  /** The picture of a state, `[B, H, W, C]` in [0, 1]. */
  picture(parameters: NamedTensors, state: WorldState): tf.Tensor4D;
  /**
   * How {@link WorldModel.imagine} comes to its picture, where that takes several turns: the same step of the same noise. The
   * last moment is the picture of the state that `imagine` leads to.
   */
  pictureMoments?(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    noise: NamedTensors,
    options?: ImagineOptions,
  ): PictureMoment[];
  /** What it looks at, where it has attention. */
  readonly attention?: AttentionToPast;
  /** What the model expects of an action `[B, A]`, where it has a density to look at. */
  expectations?(parameters: NamedTensors, state: WorldState, action: tf.Tensor): Expectations;
}

/** Numbers in a frame, H W C. */
export function frameLength({ frames: [height, width, channels] }: Pick<WorldModel, "frames">): number {
  return height * width * channels;
}

/** How many rows a state has, B. */
export function rowsOfState(state: WorldState): number {
  return Object.values(state)[0].shape[0];
}
