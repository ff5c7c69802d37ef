import type * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../core/random_stream.ts";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import type { Optimiser } from "../generative/train/adamw.ts";
import type { Model } from "../generative/train/model.ts";
import type { Replay, Rollout } from "./experience.ts";

/** Which batch is drawn. */
export interface BatchDraw {
  /** Training steps before it. */
  step: number;
  /** Draws it. */
  random: RandomStream;
}

/** What batches are drawn from. */
export interface TrainingData {
  /** What was lived through. */
  replay: Replay;
  /** Frames from anywhere in it, int32 `[count, H, W, C]`; the caller's. */
  frames(count: number, draw: BatchDraw): Promise<tf.Tensor>;
  /** All frames of a rollout, `[T, N, H, W, C]`; only to be read. */
  framesOf(rollout: Rollout): Promise<Uint8Array>;
}

/** A part of a world model that is trained by itself. */
export interface Component {
  /** Names its stage, its losses and its groups of a checkpoint; differs from those of the model's other parts. */
  readonly name: string;
  /** What learns. */
  readonly network: Model;
  /** How its parameters follow their gradients. */
  readonly optimiser: Optimiser;
  /** Decay a step of the moving average of its weights, which is what dreams; 0 for the newest weights. */
  readonly average: number;
  /** Whether its batches hold frames. */
  readonly readsFrames: boolean;
  /** Whether its batches begin with states that the rollouts hold. */
  readonly readsStates: boolean;
  /** What no longer holds once it has learned: all that rollouts keep of the model, or its states alone. */
  readonly invalidates: "encodings" | "states";
  /** Which of its losses a chart shows. */
  readonly curves: readonly string[];
  /** Expected milliseconds of a training step on two cores of 2026, for the plan. */
  readonly milliseconds: number;
  /** Training steps in all by the end of a round, 1 or later. It learns in those rounds in which there are more. */
  steps(round: number): number;
  /** A batch; its tensors are the caller's. */
  batch(data: TrainingData, draw: BatchDraw): NamedTensors | Promise<NamedTensors>;
}

/** Training steps of a component in a round, 1 or later. */
export function stepsIn(component: Component, round: number): number {
  return component.steps(round) - (round > 1 ? component.steps(round - 1) : 0);
}
