import * as tf from "@tensorflow/tfjs";
import { type NamedTensors, parameter } from "../nn/parameters.ts";
import { compile, type Tree } from "../runtime/mod.ts";
import { blend } from "./adam_step.ts";
import type { TrainState } from "./model.ts";
import type { TrainStep, TrainStepResult } from "./train_step.ts";

/** How {@link updateAverage} averages. */
export interface AverageOptions {
  /** How much of the average is kept each step, in (0, 1): half of a change is forgotten after `ln 2 / -ln decay` steps. */
  decay: number;
  /** Whether the first steps keep less, so that the average forgets its start. @default true */
  warmUp?: boolean;
}

/** The number of updates that an average has seen: a scalar beside the averages, which no parameter is called. */
export const AVERAGE_STEP = "average/step";

/**
 * The average of some parameters before the first step: the parameters themselves, and `average/step`.
 *
 * @returns Tensors that belong to the caller.
 */
export function startAverage(parameters: NamedTensors): NamedTensors {
  const average: NamedTensors = { [AVERAGE_STEP]: tf.scalar(0) };
  // Storage of its own, where clone() shares: a compiled step tells its inputs apart by their storage.
  for (const [name, value] of Object.entries(parameters)) average[name] = value.mul(1);
  return average;
}

/**
 * One step of the exponential moving average of the weights (Polyak and Juditsky, 1992, in the form of Tarvainen and
 * Valpola, 2017): `average = decay_t average + (1 - decay_t) parameters`. With warm-up
 * `decay_t = min(decay, (1 + t) / (10 + t))` at step t = 0, 1, ..., as in TensorFlow's `ExponentialMovingAverage`.
 * Batch statistics among the parameters are averaged like weights. Pure.
 *
 * @param average From {@link startAverage}: only what it holds is averaged.
 * @param parameters After the step of training.
 */
export function updateAverage(
  average: NamedTensors,
  parameters: NamedTensors,
  { decay, warmUp = true }: AverageOptions,
): NamedTensors {
  const done = parameter(average, AVERAGE_STEP);
  const step = done.add(1);
  const kept = warmUp ? step.div(done.add(10)).minimum(decay) : decay;
  const next: NamedTensors = {};
  for (const [name, old] of Object.entries(average)) {
    next[name] = name === AVERAGE_STEP ? step : blend(old, parameter(parameters, name), kept);
  }
  return next;
}

/**
 * The parameters that samples and measures take: the average where there is one, else the newest.
 *
 * @returns The state's own tensors (or arrays), under the parameters' names.
 */
export function evaluationParameters<T>(
  { parameters, average = {} }: { parameters: Record<string, T>; average?: Record<string, T> },
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, newest]) => [name, average[name] ?? newest]),
  );
}

/**
 * A train step that updates `state.average` after each step of another, as one compiled function. The state that it
 * starts from holds an average, see {@link startAverage}.
 *
 * @returns Disposing of it disposes of `step`.
 * @throws RangeError for a decay outside (0, 1); TypeError (when it runs) for a state without an average.
 */
export function withAverage<Batch extends Tree = NamedTensors>(
  step: TrainStep<Batch>,
  options: AverageOptions,
): TrainStep<Batch> {
  checkDecay(options);
  const averaging = compile((state: TrainState, batch: Batch, seed: tf.Tensor): TrainStepResult => {
    if (!state.average) {
      throw new TypeError("Cannot average the parameters: expected an average in the state, got none");
    }
    const { state: next, losses } = step(state, batch, seed);
    return { state: { ...next, average: updateAverage(state.average, next.parameters, options) }, losses };
  }, { name: "averaging train step" });
  const { dispose } = averaging;
  return Object.assign(averaging, {
    dispose() {
      dispose();
      step.dispose();
    },
  });
}

/** Checks a decay. @throws RangeError for one outside (0, 1). */
export function checkDecay({ decay }: AverageOptions): void {
  if (decay > 0 && decay < 1) return;
  throw new RangeError(`Cannot average the parameters: expected a decay in (0, 1), got ${decay}`);
}
