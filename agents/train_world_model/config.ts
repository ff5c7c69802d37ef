import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { CAR_CONTROL_FIELDS } from "../../envs/car_racing/control_fields.ts";
import { MDN_RNN_FIELDS } from "../../worlds/mdn_rnn/fields.ts";
import { count, nonNegative, positive, share, shareBelowOne } from "../../core/fields/value_schemas.ts";

/**
 * Everything that a run of `train-world-model` depends on. One decision is `frameSkip` frames of the simulator; steps
 * are updates of an optimiser. The defaults: an actor-critic by backpropagation through the dream, half an hour on two
 * cores, 872 on the test tracks (seed 1, see README.md).
 */
export const TRAIN_WORLD_MODEL_FIELDS = fields({
  seed: field(count(0), "Seed of all that is drawn at random. The same seed gives the same run.", 1),
  environment: field(v.string(), "Environment to learn: its id.", "CarRacing-v3"),
  frameSkip: field(
    count(),
    "Frames of the simulator for which an action is held. Together they are one decision.",
    4,
  ),
  streams: field(count(), "Environments side by side in the first collection.", 64),
  roundStreams: field(count(), "Environments side by side in the collections of later rounds.", 40),
  firstRollouts: field(count(), "Rollouts of the first collection, driven by the random policy.", 1),
  firstDecisions: field(count(2), "Decisions of each environment in a rollout of the first collection.", 300),
  roundDecisions: field(
    count(2),
    "Decisions of each environment in a later round's rollout. A rollout begins with fresh episodes, so " +
      "fewer than a whole episode's are refused.",
    250,
  ),
  firstShortest: field(
    count(),
    "Fewest decisions after which an episode of the first collection is cut.",
    30,
  ),
  firstLongest: field(
    count(),
    "Limit on the decisions after which an episode of the first collection is cut: the number is drawn " +
      "from --first-shortest up to, but not including, this one.",
    90,
  ),
  roundShortest: field(count(), "Fewest decisions after which a later round's episode is cut.", 250),
  roundLongest: field(
    count(),
    "Limit on the decisions after which a later round's episode is cut, see --first-longest. More than " +
      "--round-decisions leaves episodes whole.",
    251,
  ),
  rounds: field(
    count(),
    "Rounds. Each trains the memory, trains the controller in the dream, and collects with it. A larger number goes on " +
      "from a finished run, by the schedules of the longer run: learning rates rise again to what they are there.",
    24,
  ),
  randomShare: field(share, "Share of the random policy's episodes in later rounds.", 0.15),
  explorationNoise: field(
    nonNegative,
    "How much of the random policy's noise is added to the controller's actions while it collects.",
    0.5,
  ),
  newestShare: field(
    share,
    "Share of training sequences and frames that are drawn from the newest rollout.",
    0.2,
  ),
  ageDecay: field(
    share,
    "Weight of a rollout relative to the next newer one, when training data are drawn.",
    0.95,
  ),

  ...MDN_RNN_FIELDS,

  controller: field(
    v.picklist(["actor-critic", "cma-es"]),
    "How the controller learns: by gradients through the dream (actor-critic), or by evolution of a " +
      "linear one (cma-es).",
    "actor-critic",
  ),
  ...CAR_CONTROL_FIELDS,
  temperature: field(positive, "Temperature of the dream's samples: 1 as learned, higher less certain.", 1),
  dreamBatch: field(count(), "Dreams side by side in an update of the actor-critic.", 512),
  dreamHorizon: field(count(), "Decisions in each dream of the actor-critic.", 8),
  failureShare: field(
    share,
    "Share of the actor-critic's dreams that start shortly before or after a real decision at full cost, such as off the road.",
    0.25,
  ),
  controllerSteps: field(count(), "Updates of actor and critic in a round.", 160),
  controllerFinalSteps: field(
    count(0),
    "Further updates of actor and critic in the last round. They let the actor settle on the memory that it will drive " +
      "with, which changes in every round.",
    0,
  ),
  actorLearningRate: field(
    positive,
    "Learning rate of the actor at its first update. It falls along a cosine.",
    3e-4,
  ),
  criticLearningRate: field(positive, "Learning rate of the critic.", 1e-3),
  actorFinalLearningRate: field(positive, "Learning rate of the actor at its last update.", 2e-5),
  actorAverage: field(
    shareBelowOne,
    "Greatest decay of the moving average of the actor's weights, which is what drives. 0 drives with " +
      "the newest weights.",
    0.999,
  ),
  rewardLimit: field(
    nonNegative,
    "Most that a dreamed decision's reward counts, in the environment's unit. 0 sets no limit.",
    4,
  ),
  excessWeight: field(
    nonNegative,
    "Taken from a dreamed decision's reward for each point above --reward-limit. 0: what is earned beyond it does not count. " +
      "1: it costs as much as it would have earned.",
    0,
    { absent: 0 },
  ),
  costWeight: field(
    nonNegative,
    "Taken from a dreamed decision's reward where its cost is 1, such as off the road, in the environment's unit, " +
      "when the rounds end. It rises from 0: from the start it would teach to do nothing.",
    3,
  ),
  gamma: field(share, "Discount factor of future rewards.", 0.98),
  lambda: field(
    share,
    "Lambda of the lambda-returns: 0 trusts the critic alone, 1 the dreamed rewards.",
    0.95,
  ),
  entropyWeight: field(nonNegative, "Weight of the policy's entropy, which keeps it trying.", 1e-3),
  population: field(count(4), "Candidates in a generation of CMA-ES.", 64),
  dreamEpisodes: field(count(), "Dreams for each candidate of CMA-ES.", 16),
  dreamDecisions: field(count(), "Decisions in a dream of CMA-ES.", 250),
  generations: field(count(), "Generations of CMA-ES in a round.", 100),
  stepSize: field(positive, "Step size with which CMA-ES begins.", 0.1),
  antithetic: field(v.boolean(), "Let CMA-ES mirror its samples in pairs.", false),

  assessEpisodes: field(
    count(),
    "Real episodes after each round, to compare with the dream. They are no test episodes.",
    16,
  ),
  testEpisodes: field(
    count(),
    "Real episodes at the end, from seeds that training never draws.",
    100,
  ),
  baselines: field(
    v.boolean(),
    "Measure baselines: random actions, and two controllers that learn in the final dream for as many " +
      "updates as the controller. It takes twice the controller's time again.",
    false,
  ),
});
const standard = TRAIN_WORLD_MODEL_FIELDS.defaults;

/** The resolved configuration of a run. */
export type TrainWorldModelConfig = typeof standard;

/** The presets of `train-world-model`. */
export const TRAIN_WORLD_MODEL_PRESETS: Record<"default" | "smoke" | "paper", TrainWorldModelConfig> = {
  default: standard,
  /** Every stage for a moment: under two minutes on two cores; the score means nothing. */
  smoke: {
    ...standard,
    streams: 8,
    roundStreams: 2,
    firstDecisions: 60,
    firstShortest: 20,
    firstLongest: 40,
    rounds: 2,
    visionSteps: 30,
    visionRefreshSteps: 10,
    visionRefreshRounds: 1,
    visionBatch: 32,
    memorySteps: 20,
    memoryRoundSteps: 10,
    memoryBatch: 16,
    memoryLength: 16,
    dreamBatch: 64,
    controllerSteps: 10,
    controllerFinalSteps: 10,
    assessEpisodes: 2,
    testEpisodes: 4,
    baselines: true,
  },
  /**
   * Ha & Schmidhuber 2018, following the code where it differs from the paper (10 epochs of vision, whole
   * episodes for the memory), with reward and end learned, so that the controller can be evolved in the dream.
   * 10,048 episodes of 1,000 frames: days on two cores, some 10 GB of memory.
   */
  paper: {
    ...standard,
    frameSkip: 1,
    roundStreams: 64,
    firstRollouts: 157,
    firstDecisions: 1000,
    firstShortest: 1000,
    firstLongest: 1001,
    roundDecisions: 1000,
    roundShortest: 1000,
    roundLongest: 1001,
    rounds: 1,
    newestShare: 0,
    ageDecay: 1,
    vision: "paper",
    visionLearningRate: 1e-4,
    visionBatch: 100,
    visionSteps: 1_004_800,
    visionRefreshRounds: 0,
    mixtures: 5,
    predictChange: false,
    memoryFinalLearningRate: 1e-3,
    memoryBatch: 100,
    memoryLength: 1000,
    memorySteps: 4000,
    memoryAverage: 0,
    doneWeight: 1,
    controller: "cma-es",
    dreamDecisions: 1000,
    generations: 1800,
    assessEpisodes: 64,
    baselines: true,
  },
};
