import * as v from "valibot";
import { type ConfigOf, field, fields } from "../../core/fields/field.ts";
import { count, nonNegative, positive, share } from "../../core/fields/value_schemas.ts";
import { onlineFields } from "../learner_kind.ts";
import { MEMORY_FIELDS } from "../memory/create_memory.ts";

/** The options of PPO. Defaults are for CartPole-v1: a minute on two cores. */
export const PPO_FIELDS = fields({
  ...onlineFields({ environment: "CartPole-v1", environments: 8, decisions: 150_000 }),
  roundDecisions: field(count(2), "Decisions of each environment in a round.", 128),
  epochs: field(count(), "Passes over the decisions of a round.", 10),
  minibatches: field(count(), "Parts of a pass, each of which makes an update.", 4),
  learningRate: field(
    positive,
    "Learning rate of Adam at the first update. It falls in a straight line to 0.",
    1e-3,
  ),
  clipNorm: field(positive, "Largest norm of an update's gradient.", 0.5),
  gamma: field(share, "Discount factor of future rewards.", 0.98),
  lambda: field(
    share,
    "Lambda of the advantages: 0 trusts the values alone, 1 the rewards of the whole episode.",
    0.95,
  ),
  clipRange: field(
    positive,
    "How far the probability of an action may move in a round, as a share of what it was, and still be rewarded for it.",
    0.2,
  ),
  valueWeight: field(nonNegative, "Weight of the values' loss.", 0.5),
  entropyWeight: field(nonNegative, "Weight of the policy's entropy, which keeps it trying.", 0.01),
  normaliseObservations: field(
    v.boolean(),
    "Shift and scale what is observed by its running mean and deviation. Pictures are only scaled to 0 .. 1.",
    true,
  ),
  normaliseRewards: field(
    v.boolean(),
    "Divide rewards by the running deviation of discounted returns.",
    true,
  ),
  continuous: field(
    v.picklist(["gaussian", "beta"]),
    "Distribution of actions that are numbers: a Gaussian, which is clipped to their range, or a Beta distribution " +
      "over it.",
    "gaussian",
  ),
  deviation: field(positive, "Deviation of the Gaussian at the start, in units of half the range.", 1),
  units: field(v.array(count()), "Units of the layers of policy and value, the last ones apart.", [64, 64]),
  filters: field(
    v.array(count()),
    "Filters of the convolutions that look at pictures, each 4x4 with stride 2; those that a picture has no room for are " +
      "left out.",
    [16, 32, 64, 128],
  ),
  features: field(count(), "Units of the layer after the convolutions.", 256),
  ...MEMORY_FIELDS,
});

/** The configuration of PPO. */
export type PPOConfig = ConfigOf<typeof PPO_FIELDS.entries>;
