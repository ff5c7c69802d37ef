import { type ConfigOf, field } from "../../core/fields/field.ts";
import { count, nonNegative, positive, shareBelowOne } from "../../core/fields/value_schemas.ts";

/** What can be set of an IRIS, and of how it learns. */
export const IRIS_FIELDS = {
  irisCodes: field(count(2), "Codes of the tokenizer. A frame is 16 of them.", 256),
  irisCodeSize: field(
    count(),
    "Numbers in each code's vector. A policy sees the 16 of a frame side by side.",
    16,
  ),
  irisCommitment: field(
    nonNegative,
    "What the distance of the encoder's vectors from their codes counts, relative to the squared error of a frame.",
    1,
  ),
  irisTokenizerBatch: field(count(), "Frames in a training step of the tokenizer.", 64),
  irisTokenizerSteps: field(count(), "Training steps of the tokenizer in the first round.", 1500),
  irisTokenizerRefreshSteps: field(
    count(0),
    "Training steps of the tokenizer in each of the --iris-tokenizer-refresh-rounds rounds that follow.",
    300,
  ),
  irisTokenizerRefreshRounds: field(
    count(0),
    "Rounds after the first in which the tokenizer is trained further. Then codes keep their meaning.",
    2,
  ),
  irisTokenizerLearningRate: field(positive, "Learning rate of the tokenizer.", 1e-3),
  irisUnits: field(count(), "Width of the transformer's tokens.", 128),
  irisLayers: field(count(), "Blocks of the transformer.", 3),
  irisHeads: field(count(), "Heads of each block's attention.", 4),
  irisWindow: field(
    count(2),
    "Decisions that attention reaches back over, the present one among them. Dreams carry keys and values of the 17 tokens " +
      "of each, and of 16 more.",
    6,
  ),
  irisContext: field(
    count(),
    "Real decisions that a dream begins with, fewer where its episode has not had as many; less than --iris-window.",
    4,
  ),
  irisDropout: field(
    shareBelowOne,
    "Share of what attention and blocks put out that training sets to 0.",
    0.1,
  ),
  irisBatch: field(count(), "Sequences in a training step of the transformer.", 16),
  irisLength: field(count(2), "Decisions in each sequence that the transformer learns from.", 16),
  irisSteps: field(count(), "Training steps of the transformer in the first round.", 500),
  irisRoundSteps: field(count(), "Training steps of the transformer in each later round.", 100),
  irisLearningRate: field(positive, "Learning rate of the transformer at its first step.", 1e-3),
  irisFinalLearningRate: field(positive, "Learning rate of the transformer at its last step.", 2e-4),
  irisClipNorm: field(positive, "Limit on the norm of the transformer's gradient.", 10),
  irisAverage: field(
    shareBelowOne,
    "Decay a step of the moving average of the transformer's weights, which is what dreams. 0 dreams with the newest " +
      "weights.",
    0.98,
  ),
  irisEndWeight: field(
    positive,
    "Weight of an episode's end in the transformer's loss, relative to a decision that ends none.",
    10,
  ),
};

/** The networks and how they learn, resolved. */
export type IrisOptions = ConfigOf<typeof IRIS_FIELDS>;
