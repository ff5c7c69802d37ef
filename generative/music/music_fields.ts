import * as v from "valibot";
import { field } from "../../core/fields/field.ts";
import { count, nonNegative, shareBelowOne } from "../../core/fields/value_schemas.ts";
import { modelFields } from "../models/model_fields.ts";
import { samplingFields } from "../models/sampler.ts";
import { fallingRate } from "../models/step_batches.ts";
import { adamW, type Optimiser } from "../train/adamw.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { warmUp } from "../train/schedules.ts";

/** Options that transformers of music share. */
export const transformerFields = {
  layers: field(count(), "Transformer blocks.", 4),
  heads: field(count(), "Heads of each block's attention.", 6),
  width: field(
    v.pipe(v.number(), v.integer(), v.minValue(4), v.multipleOf(4)),
    "Numbers that stand for a place in the music. A multiple of 4.",
    192,
  ),
  inner: field(count(), "Units of the hidden layer of each block's feed-forward part.", 768),
  dropout: field(shareBelowOne, "Share of each part's output that training drops at random.", 0.1),
  transpose: field(
    v.boolean(),
    "Move what is learned from by 5 half-tones down to 6 up, at random, wherever all notes stay within the voices' ranges.",
    true,
  ),
  learningRate: modelFields.learningRate(1e-3),
  finalLearningRate: modelFields.finalLearningRate(1e-4),
  warmUpSteps: { ...modelFields.warmUpSteps(100), formerly: "warmUp" },
  weightDecay: field(
    nonNegative,
    "Decay of the weights, times the learning rate, of tensors of two axes.",
    0.1,
  ),
};

/** How notes are drawn. */
export const drawingFields = {
  temperature: samplingFields.temperature(
    "Randomness of each note: 0 takes the likeliest, 1 draws as foreseen, more is more random. The book takes 0.5.",
  ),
  topK: samplingFields.topK("notes"),
  topP: samplingFields.topP("notes"),
};

/** What {@link musicOptimiser} is made of, beside what `fallingRate` takes. */
export type MusicOptimiserOptions = Parameters<typeof fallingRate>[0] & {
  /** Steps of the warm-up. */
  warmUpSteps: number;
  /** Of tensors of two axes. */
  weightDecay: number;
};

/**
 * AdamW with clipped gradients, a warm-up and half a cosine; or Keras's Adam, as in the book.
 *
 * @param examples How many are learned from.
 */
export function musicOptimiser(
  { warmUpSteps, weightDecay, ...config }: MusicOptimiserOptions,
  { examples, keras = false }: { examples: number; keras?: boolean },
): Optimiser {
  const learningRate = warmUp(warmUpSteps, fallingRate(config, examples));
  if (keras) return kerasAdam({ learningRate });
  return adamW({ learningRate, beta2: 0.95, weightDecay, clipNorm: 1 });
}
