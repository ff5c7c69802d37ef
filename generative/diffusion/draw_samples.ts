import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import { planLabels } from "../models/label_choice.ts";
import type { NamedTensors } from "../nn/mod.ts";
import type { Diffusion } from "./diffusion.ts";
import { drawNoise, runPlan, type RunPlanOptions, startAt, type Steering, watchPlan } from "./run_plan.ts";
import type { SamplingOptions } from "./sampling_options.ts";
import { samplingLevels, samplingPlan } from "./sampling_plan.ts";

/** What {@link drawSamples} is asked for. */
export interface DrawSamplesOptions {
  /** Number of samples. */
  count: number;
  /** The shape of one, as the network sees it. */
  shape: readonly number[];
  /** The only source of chance. */
  random: RandomStream;
  /** How they are drawn. */
  options: Omit<SamplingOptions, "picture" | "keep" | "strength">;
  /** Names of the labels, of models that learned with any. */
  labels?: readonly string[];
  /** Clean examples to start from under the noise of a time, `[1, ..shape]`. @default pure noise */
  from?: { clean: tf.Tensor; time: number };
  /** What the samples are to hold, `[1, ..shape]` each, and how often each step is done so that they fit it. */
  known?: Steering["known"] & { repeats: number };
}

/** Samples as the network sees them, `[count, ..shape]`; the caller's. */
export async function drawSamples(
  diffusion: Diffusion,
  parameters: NamedTensors,
  options: DrawSamplesOptions,
): Promise<tf.Tensor> {
  const { start, request } = beginSamples(diffusion, options);
  try {
    return await runPlan(diffusion, parameters, start, request);
  } finally {
    tf.dispose([start, request.known as unknown as tf.TensorContainer]);
  }
}

/** Samples on their way, `[count, ..shape]` each, and what they are foreseen to become. */
export interface SamplesUnderWay {
  /** As they are. */
  x: tf.Tensor;
  /** What was foreseen of them in the step before; none where they start. */
  clean?: tf.Tensor;
}

/**
 * {@link drawSamples} step by step, first where the samples start; no more than 64 pictures. The sampler's own noise
 * differs. The tensors are freed when the next step is asked for.
 */
export async function* watchSamples(
  diffusion: Diffusion,
  parameters: NamedTensors,
  options: DrawSamplesOptions,
): AsyncGenerator<SamplesUnderWay> {
  const { start, request } = beginSamples(diffusion, options);
  try {
    yield { x: start };
    yield* watchPlan(diffusion, parameters, start, request);
  } finally {
    tf.dispose([start, request.known as unknown as tf.TensorContainer]);
  }
}

/** Where samples start, and what they follow; the tensors are the caller's. */
function beginSamples(
  diffusion: Diffusion,
  { count, shape, random, options, labels, from, known }: DrawSamplesOptions,
): { start: tf.Tensor; request: RunPlanOptions } {
  const { sampler, steps, label, threshold, guidance, rescale } = options;
  const levels = samplingLevels(sampler, diffusion.options.schedule, { steps, from: from?.time });
  const plan = samplingPlan(sampler, levels, { repeats: known?.repeats });
  const chosen = labels && label !== undefined ? planLabels(count, label, labels) : undefined;
  const start = tf.tidy(() => {
    const noise = drawNoise(chosen?.draws ?? count, shape, random.fork("start"));
    return startAt(chosen ? noise.gather(chosen.draw) : noise, levels[0], from?.clean);
  });
  const held = known && tf.tidy(() => ({
    clean: known.clean.tile([count, ...shape.map(() => 1)]),
    mask: known.mask.clone(),
  }));
  const request = {
    plan,
    random: random.fork("steps"),
    labels: chosen?.label,
    guidance,
    rescale,
    threshold,
    known: held,
  };
  return { start, request };
}
