import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import type { TrainingData } from "../component.ts";
import { gatherSequences, type Place, type Rollout } from "../experience.ts";
import { SIGHT_SHAPE } from "./sight.ts";

/** B stretches of T successive decisions, cut anywhere out of the recorded streams. */
export interface DecisionSequences {
  /** More tensors do no harm. */
  [name: string]: tf.Tensor;
  /** What the sight embeds of the frame before each decision, `[T, B, ..]`. */
  seen: tf.Tensor;
  /** `[T, B, A]`. */
  actions: tf.Tensor;
  /** `[T, B]`, in the environment's unit. */
  rewards: tf.Tensor;
  /** `[T, B]`, 0 to 1: how bad the decision was apart from its reward. */
  costs: tf.Tensor;
  /** `[T, B]`, 0 or 1. */
  dones: tf.Tensor;
  /** `[T, B]`, 1 where the frame is an episode's first. */
  resets: tf.Tensor;
}

/** How {@link drawSequences} draws. */
export interface DrawSequencesOptions {
  /** Sequences, B. */
  count: number;
  /** Decisions of each, T. */
  length: number;
  /**
   * Decisions that come before each sequence beside these. Before a rollout's beginning, where there are none, its first
   * one is repeated. @default 0
   */
  before?: number;
  /** Draws them. */
  random: RandomStream;
  /** What is seen instead of the frames, int32 `[T, B, 64, 64, 3]`: an encoding of a rollout, `[T, N, E]`. */
  seen?: (rollout: Rollout) => Float32Array;
}

/** Draws a training batch from a replay; the caller's. */
export async function drawSequences(
  data: TrainingData,
  { count, length: drawn, before = 0, random, seen }: DrawSequencesOptions,
): Promise<DecisionSequences> {
  const places = data.replay.draw(count, drawn, random).map((place) => ({ ...place, t: place.t - before }));
  const length = before + drawn;
  const sequence = (select: (rollout: Rollout) => Float32Array, ...axes: number[]) =>
    tf.tensor(gatherSequences(places, select, { length, size: axes[0] ?? 1 }), [length, count, ...axes]);
  const [{ rollout: { actionSize, decisions, streams } }] = places;
  return {
    seen: seen
      ? sequence(seen, seen(places[0].rollout).length / (decisions * streams))
      : await frameSequences(data, places, length),
    actions: sequence(({ actions }) => actions, actionSize),
    rewards: sequence(({ rewards }) => rewards),
    costs: sequence(({ costs }) => costs),
    dones: sequence(({ dones }) => dones),
    resets: sequence(({ resets }) => resets),
  };
}

/** The last of every so many steps of a sequence: those that are decoded, as decoding takes most of the time. */
export function lastOfEvery<Step>(count: number, steps: readonly Step[]): Step[] {
  return steps.filter((_, t) => (t + 1) % count === 0);
}

/** The frames of sequences, int32 `[length, places, H, W, C]`. */
async function frameSequences(
  data: TrainingData,
  places: readonly Place[],
  length: number,
): Promise<tf.Tensor> {
  const size = SIGHT_SHAPE.reduce((product, side) => product * side, 1);
  const pixels = new Uint8Array(length * places.length * size);
  for (const [column, { rollout, t, n }] of places.entries()) {
    const frames = await data.framesOf(rollout);
    for (let step = 0; step < length; step++) {
      const from = (Math.max(0, t + step) * rollout.streams + n) * size;
      pixels.set(frames.subarray(from, from + size), (step * places.length + column) * size);
    }
  }
  const rows = frameTensor(pixels, [length * places.length, ...SIGHT_SHAPE]);
  const sequences = rows.reshape([length, places.length, ...SIGHT_SHAPE]);
  rows.dispose();
  return sequences;
}
