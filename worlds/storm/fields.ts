import { type ConfigOf, field } from "../../core/fields/field.ts";
import { count, nonNegative, positive, shareBelowOne } from "../../core/fields/value_schemas.ts";

/** What can be set of a STORM, and of how it learns. */
export const STORM_FIELDS = {
  stormUnits: field(count(), "Width of the transformer's tokens.", 256),
  stormLayers: field(count(), "Blocks of the transformer.", 2),
  stormHeads: field(count(), "Heads of each block's attention.", 4),
  stormWindow: field(
    count(2),
    "Decisions that attention reaches back over, the present one among them. Dreams carry keys and values of as many.",
    16,
  ),
  stormContext: field(
    count(),
    "Real decisions that a dream begins with, fewer where its episode has not had as many.",
    8,
  ),
  stormDropout: field(
    shareBelowOne,
    "Share of what attention and blocks put out that training sets to 0.",
    0.1,
  ),
  stormBatch: field(count(), "Sequences in a training step of the world model.", 16),
  stormLength: field(count(4), "Decisions in each sequence that the world model learns from.", 32),
  stormDecodeEvery: field(
    count(),
    "Decodes the last of every so many decisions of a sequence; 1 decodes all, at several times the cost.",
    4,
  ),
  stormSteps: field(count(), "Training steps of the world model in the first round.", 600),
  stormRoundSteps: field(count(), "Training steps of the world model in each later round.", 150),
  stormLearningRate: field(positive, "Learning rate of the world model at its first step.", 6e-4),
  stormFinalLearningRate: field(positive, "Learning rate of the world model at its last step.", 1e-4),
  stormClipNorm: field(positive, "Limit on the norm of the world model's gradient.", 100),
  stormAverage: field(
    shareBelowOne,
    "Decay a step of the moving average of the world model's weights, which is what dreams. 0 dreams with the newest " +
      "weights.",
    0.98,
  ),
  stormFreeNats: field(nonNegative, "Nats a decision below which the divergence presses nothing.", 1),
  stormEndWeight: field(
    positive,
    "Weight of an episode's end in the world model's loss, relative to a decision that ends none.",
    10,
  ),
};

/** The networks and how they learn, resolved. */
export type StormOptions = ConfigOf<typeof STORM_FIELDS>;
