import * as v from "valibot";
import { type ConfigOf, field } from "../../core/fields/field.ts";
import { count, positive, share, shareBelowOne } from "../../core/fields/value_schemas.ts";

/** What can be set of vision and memory, and of how they learn. */
export const MDN_RNN_FIELDS = {
  vision: field(
    v.picklist(["small", "paper"]),
    "Network of the vision, a variational autoencoder: a small one, or that of the paper.",
    "small",
  ),
  visionLatents: field(count(), "Numbers in a latent, the code of a frame.", 32, { absent: 32 }),
  visionLearningRate: field(positive, "Learning rate of the vision.", 1e-3),
  visionBatch: field(count(), "Frames in a training step of the vision.", 128),
  visionSteps: field(count(), "Training steps of the vision on the first collection.", 1200),
  visionRefreshSteps: field(
    count(0),
    "Training steps of the vision after each of the first --vision-refresh-rounds rounds.",
    400,
  ),
  visionRefreshRounds: field(
    count(0),
    "Rounds after which the vision is trained further. Then it stays as it is.",
    2,
  ),

  memoryUnits: field(count(), "Units of the memory's LSTM.", 256),
  memoryShowsCell: field(
    v.boolean(),
    "Let the controller see the cells of the memory's LSTM as well, beside latents and outputs.",
    false,
    { absent: false },
  ),
  mixtures: field(count(), "Gaussians in the memory's mixture for each latent dimension.", 1),
  predictChange: field(
    v.boolean(),
    "Let the memory predict how the latents change instead of the next latents.",
    true,
  ),
  memorySeesRewards: field(
    v.boolean(),
    "Let the memory take in what was earned lately, beside latents and actions. It then tells apart what looks the " +
      "same, such as the track driven the wrong way round. The controller still learns in dreams alone, where the " +
      "memory takes in the rewards that it foresees. Driving, it takes in real ones.",
    false,
    { absent: false },
  ),
  memoryLearningRate: field(
    positive,
    "Learning rate of the memory at its first step. From there to the last it falls by the same factor " +
      "each step.",
    1e-3,
  ),
  memoryFinalLearningRate: field(positive, "Learning rate of the memory at its last step.", 1e-4),
  memoryBatch: field(count(), "Sequences in a training step of the memory.", 48),
  memoryFailureShare: field(
    share,
    "Share of these sequences that hold what is shortly before or after a decision at full cost, such as off the " +
      "road, so that the memory knows how episodes go wrong.",
    0,
    { absent: 0 },
  ),
  memoryLength: field(count(2), "Decisions in each sequence that the memory learns from.", 32),
  memorySteps: field(count(), "Training steps of the memory in the first round.", 600),
  memoryRoundSteps: field(count(), "Training steps of the memory in each later round.", 300),
  memoryClipNorm: field(positive, "Limit on the norm of the memory's gradient.", 1),
  memoryAverage: field(
    shareBelowOne,
    "Decay a step of the moving average of the memory's weights, which is what dreams. 0 dreams with " +
      "the newest weights.",
    0.99,
  ),
  doneWeight: field(
    positive,
    "Weight of an episode's end in the memory's loss, relative to a decision that ends none.",
    10,
  ),
};

/** The networks and how they learn, resolved. */
export type MdnRnnConfig = ConfigOf<typeof MDN_RNN_FIELDS>;
