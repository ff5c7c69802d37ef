import * as v from "valibot";
import { type ConfigOf, field } from "../../core/fields/field.ts";
import { count, nonNegative, positive, shareBelowOne } from "../../core/fields/value_schemas.ts";

/** What can be set of an RSSM, and of how it learns. The first three tell what makes it differ from an MDN-RNN. */
export const RSSM_FIELDS = {
  latents: field(
    v.picklist(["categorical", "gaussian"]),
    "What the stochastic part of the state is: 16 categorical variables of 16 classes, or 32 Gaussians.",
    "categorical",
  ),
  divergence: field(
    v.picklist(["balanced", "prior-only"]),
    "What the divergence of posterior and prior teaches: the prior and, less, the posterior, so that what is seen can be " +
      "foreseen (balanced), or the prior alone.",
    "balanced",
  ),
  encoder: field(
    v.picklist(["joint", "frozen-vae"]),
    "What sees: an encoder that learns with the rest, or a variational autoencoder that was trained before and stays as " +
      "it is.",
    "joint",
  ),
  recurrentUnits: field(count(), "Units of the recurrent state.", 256),
  sequenceBatch: field(count(), "Sequences in a training step of the world model.", 16),
  sequenceLength: field(count(4), "Decisions in each sequence that the world model learns from.", 32),
  decodeEvery: field(
    count(),
    "Decodes the last of every so many decisions of a sequence; 1 decodes all, at several times the cost.",
    4,
  ),
  modelSteps: field(count(), "Training steps of the world model in the first round.", 600),
  modelRoundSteps: field(count(), "Training steps of the world model in each later round.", 150),
  autoencoderSteps: field(
    count(),
    "Training steps of the autoencoder on the first collection, with --encoder frozen-vae.",
    1200,
  ),
  modelLearningRate: field(positive, "Learning rate of the world model at its first step.", 6e-4),
  modelFinalLearningRate: field(positive, "Learning rate of the world model at its last step.", 1e-4),
  modelClipNorm: field(positive, "Limit on the norm of the world model's gradient.", 100),
  modelAverage: field(
    shareBelowOne,
    "Decay a step of the moving average of the world model's weights, which is what dreams. 0 dreams with the newest " +
      "weights.",
    0.98,
  ),
  freeNats: field(nonNegative, "Nats a decision below which the divergence presses nothing.", 1),
  endWeight: field(
    positive,
    "Weight of an episode's end in the world model's loss, relative to a decision that ends none.",
    10,
  ),
};

/** The networks and how they learn, resolved. */
export type RssmOptions = ConfigOf<typeof RSSM_FIELDS>;
