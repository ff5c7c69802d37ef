import type * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../core/random_stream.ts";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import type { Optimiser } from "../generative/train/adamw.ts";
import type { Model } from "../generative/train/model.ts";
import type { Replay } from "./experience.ts";

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
}

/** A part of a world model that is trained by itself. */
export interface Component {
  /** What learns. */
  readonly network: Model;
  /** How its parameters follow their gradients. */
  readonly optimiser: Optimiser;
  /** Decay a step of the moving average of its weights, which is what dreams; 0 for the newest weights. */
  readonly average: number;
  /** Whether its batches begin with states that the rollouts hold. */
  readonly readsStates: boolean;
  /** Training steps in all, once it has learned in a round; 0 is the first collection. */
  steps(round: number): number;
  /** A batch; its tensors are the caller's. */
  batch(data: TrainingData, draw: BatchDraw): NamedTensors | Promise<NamedTensors>;
}
