import * as tf from "@tensorflow/tfjs";
import { unitPixels } from "../../generative/data/picture_tensors.ts";
import { averagePool, upsampleBilinear } from "../../generative/nn/resample.ts";
import { SIGHT_SHAPE } from "../parts/sight.ts";

/** What a frame depends on: the last L frames, and the actions that followed them. */
export interface History {
  /** In -1 .. 1, `[B, S, S, 3 L]`, the oldest first; zeros where an episode has not had as many. */
  frames: tf.Tensor;
  /** `[B, L A]`, in the same order. */
  actions: tf.Tensor;
}

/** Frames `[N, 64, 64, 3]` as the model computes with them, `[N, S, S, 3]` in -1 .. 1. */
export function toPixels(frames: tf.Tensor, size: number): tf.Tensor {
  const unit = frames.dtype === "int32" ? unitPixels(frames) : frames;
  const factor = SIGHT_SHAPE[0] / size;
  return (factor === 1 ? unit : averagePool(unit, factor)).mul(2).sub(1);
}

/** The inverse as far as there is one: pictures `[N, 64, 64, 3]` in 0 .. 1 of `[N, S, S, 3]`. */
export function fromPixels(pixels: tf.Tensor): tf.Tensor4D {
  let pictures = pixels.add(1).div(2).clipByValue(0, 1);
  while (pictures.shape[1]! < SIGHT_SHAPE[0]) pictures = upsampleBilinear(pictures);
  return pictures as tf.Tensor4D;
}

/**
 * Which of successive decisions belong to the episode of the last one, `[B, 1]` each, 1 or 0.
 *
 * @param resets `[B]` each, 1 where a decision is its episode's first.
 */
export function sameEpisode(resets: readonly tf.Tensor[]): tf.Tensor[] {
  const same: tf.Tensor[] = [resets[0].onesLike().expandDims(1)];
  for (let i = resets.length - 1; i > 0; i--) {
    same.unshift(same[0].mul(tf.sub(1, resets[i]).expandDims(1)));
  }
  return same;
}

/** Successive frames `[B, S, S, 3]` over each other, as far as they count: `[B, S, S, 3 L]`. @param counts `[B, 1]` each. */
export function stackFrames(frames: readonly tf.Tensor[], counts: readonly tf.Tensor[]): tf.Tensor {
  return tf.concat(frames.map((frame, i) => frame.mul(counts[i].reshape([-1, 1, 1, 1]))), 3);
}

/** Successive actions `[B, A]` side by side, likewise: `[B, L A]`. */
export function joinActions(actions: readonly tf.Tensor[], counts: readonly tf.Tensor[]): tf.Tensor {
  return tf.concat(actions.map((action, i) => action.mul(counts[i])), 1);
}

/** A row's oldest numbers make way for new ones, along the last axis: frames over each other, or actions. */
export function append(past: tf.Tensor, next: tf.Tensor): tf.Tensor {
  const [axis, size] = [past.rank - 1, next.shape[next.rank - 1]!];
  const begin = past.shape.map((_, i) => i === axis ? size : 0);
  return tf.concat([past.slice(begin, past.shape.map(() => -1)), next], axis);
}
