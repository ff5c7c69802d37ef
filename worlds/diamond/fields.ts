import * as v from "valibot";
import { type ConfigOf, field } from "../../core/fields/field.ts";
import { count, positive, shareBelowOne } from "../../core/fields/value_schemas.ts";

/** What can be set of a DIAMOND, and of how it learns. */
export const DIAMOND_FIELDS = {
  diamondSize: field(
    v.picklist([16, 32, 64]),
    "Side of the frames that it computes with, in pixels. Its pictures are enlarged to 64. A dream takes about four times " +
      "as long at twice the side.",
    32,
  ),
  diamondPast: field(count(2), "Frames that the next one depends on, and actions.", 4),
  diamondChannels: field(
    count(),
    "Channels of the U-Net's first level, half as wide as a frame; each further one has as many more.",
    32,
  ),
  diamondTurns: field(
    count(),
    "Turns of the sampler for each frame. One draws the mean of what may come, more draw one of it.",
    3,
  ),
  diamondUnits: field(count(), "Units of the recurrent state of rewards and ends.", 256),
  denoiserBatch: field(count(), "Sequences in a training step of the denoiser.", 16),
  denoiserFrames: field(
    count(),
    "Frames in succession that it learns to foresee of each, all but the first one from its own predictions.",
    4,
  ),
  denoiserSteps: field(count(), "Training steps of the denoiser in the first round.", 600),
  denoiserRoundSteps: field(count(), "Training steps of the denoiser in each later round.", 300),
  denoiserLearningRate: field(positive, "Learning rate of the denoiser at its first step.", 1e-3),
  denoiserFinalLearningRate: field(positive, "Learning rate of the denoiser at its last step.", 1e-4),
  denoiserAverage: field(
    shareBelowOne,
    "Decay a step of the moving average of the denoiser's weights, which is what dreams. 0 dreams with the newest weights.",
    0.98,
  ),
  outcomeBatch: field(count(), "Sequences in a training step of the model of rewards and ends.", 16),
  outcomeLength: field(count(4), "Decisions in each sequence that it learns from.", 32),
  outcomeSteps: field(count(), "Training steps of the model of rewards and ends in the first round.", 600),
  outcomeRoundSteps: field(
    count(),
    "Training steps of the model of rewards and ends in each later round.",
    300,
  ),
  outcomeLearningRate: field(
    positive,
    "Learning rate of the model of rewards and ends at its first step.",
    1e-3,
  ),
  outcomeFinalLearningRate: field(
    positive,
    "Learning rate of the model of rewards and ends at its last step.",
    1e-4,
  ),
  outcomeEndWeight: field(
    positive,
    "Weight of an episode's end in the loss of rewards and ends, relative to a decision that ends none.",
    10,
  ),
};

/** The networks and how they learn, resolved. */
export type DiamondOptions = ConfigOf<typeof DIAMOND_FIELDS>;
