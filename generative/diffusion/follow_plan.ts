import * as tf from "@tensorflow/tfjs";
import { foldSeed, normal, repeat } from "../runtime/mod.ts";
import type { Denoise } from "./guidance.ts";
import { addNoise, type NoiseLevel } from "./noise_level.ts";
import type { SamplingTurn } from "./sampling_plan.ts";

/** Where a sampler is. */
export type SamplingState = {
  /** The noised examples, `[B, ..]`. */
  x: tf.Tensor;
  /** The clean examples that were foreseen in the turn before. */
  clean: tf.Tensor;
  /** x before that turn. */
  last: tf.Tensor;
};

/** What is known of the samples before: the rest is painted to it. */
export type Known = {
  /** `[B, ..]`, or broadcast to it; clean. */
  clean: tf.Tensor;
  /** 1 where it is known, else 0; broadcast likewise. */
  mask: tf.Tensor;
};

/** What {@link followPlan} needs beside where it starts. */
export interface FollowPlanOptions {
  /** int32 `[2]`. @default nothing is drawn: for plans that add no noise and where nothing is known */
  seed?: tf.Tensor;
  /** What the samples are to hold. @default nothing is known */
  known?: Known;
}

const FACTORS = ["x", "clean", "lastX", "lastClean", "noise"] as const;

/** A plan as a tensor, a row a turn, `[N, 7]`: signal and noise of its level, then its factors. */
export function planTable(plan: readonly SamplingTurn[]): tf.Tensor2D {
  const rows = plan.map(({ level, ...turn }) => [
    level.signal,
    level.noise,
    ...FACTORS.map((factor) => turn[factor]),
  ]);
  return tf.tensor2d(rows, [rows.length, FACTORS.length + 2]);
}

/** A state before the first turn. */
export function startState(x: tf.Tensor): SamplingState {
  return { x, clean: x.zerosLike(), last: x };
}

/**
 * One turn of a plan; it knows no network and no sampler. Pure.
 *
 * @param row Of {@link planTable}, `[7]`.
 */
export function takeTurn(
  denoise: Denoise,
  { x, clean: lastClean, last }: SamplingState,
  row: tf.Tensor,
  { seed, known }: FollowPlanOptions = {},
): SamplingState {
  const [signal, noise, ofX, ofClean, ofLastX, ofLastClean, ofNoise] = row.unstack();
  const level: NoiseLevel<tf.Tensor> = { signal, noise };
  if (known) x = merge(known, addNoise(known.clean, normal(x.shape, foldSeed(seed!, 1)), level), x);
  const clean = denoise(x, level);
  const next = x.mul(ofX).add(clean.mul(ofClean)).add(last.mul(ofLastX)).add(lastClean.mul(ofLastClean));
  const noised = seed ? next.add(normal(x.shape, foldSeed(seed, 0)).mul(ofNoise)) : next;
  return { x: noised, clean, last: x };
}

/**
 * All turns of a plan: in a compiled step one loop of the graph, whatever the number of turns.
 *
 * @param x Where the first turn is, `[B, ..]`.
 * @param table From {@link planTable}, `[N, 7]`.
 * @returns `x` where the plan ends, and the clean examples that were foreseen last.
 */
export function followPlan(
  denoise: Denoise,
  x: tf.Tensor,
  table: tf.Tensor,
  { seed, known }: FollowPlanOptions = {},
): SamplingState {
  const turns = table.shape[0];
  const end = repeat(turns, (state: SamplingState, index) => {
    const row = rowOf(table, index);
    return takeTurn(denoise, state, row, { seed: seed && foldSeed(seed, index), known });
  }, startState(x));
  return { ...end, x: finish(end.x, known) };
}

/** A row of a table by an index of `repeat`. */
function rowOf(table: tf.Tensor, index: tf.Tensor): tf.Tensor {
  const rows = table.shape[0];
  if (rows === 1) return table.reshape([-1]); // tfjs has no oneHot of depth 1
  return tf.oneHot(index.reshape([1]), rows).toFloat().matMul(table as tf.Tensor2D).reshape([-1]);
}

/** Samples at their end: what is known of them is in its place. Pure. */
export function finish(x: tf.Tensor, known: Known | undefined): tf.Tensor {
  return known ? merge(known, known.clean, x) : x;
}

/** What is known, and where nothing is, something else. */
function merge({ mask }: Known, known: tf.Tensor, other: tf.Tensor): tf.Tensor {
  return mask.mul(known).add(tf.sub(1, mask).mul(other));
}
