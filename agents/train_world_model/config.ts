import * as v from "valibot";
import { type Config, type ConfigOf, field, fields, type FieldTable } from "../../core/fields/field.ts";
import { CAR_CONTROL_FIELDS } from "../../envs/car_racing/control_fields.ts";
import { checkConfig, type CheckConfigOptions } from "../../generative/train/resolve_config.ts";
import { worldKind } from "../../worlds/kinds.ts";
import type { WorldKind } from "../../worlds/world_kind.ts";
import { count, nonNegative, positive, share, shareBelowOne } from "../../core/fields/value_schemas.ts";

/** What runs of before there were other world models dream with. */
const FIRST_WORLD = "mdn-rnn";

/** How a run collects. One decision is `frameSkip` frames of the simulator. */
const COLLECTION = {
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
    "Rounds. Each trains the world model, trains the controller in the dream, and collects with it. A larger number goes on " +
      "from a finished run, by the schedules of the longer run: learning rates rise again to what they are there.",
    24,
  ),
  randomShare: field(share, "Share of the random policy's episodes in later rounds.", 0.15),
  explorationNoise: field(
    nonNegative,
    "How much of the random policy's noise is added to the controller's actions while it collects.",
    0.5,
  ),
  explorationSpread: field(
    share,
    "How far that noise differs between the environments of a collection. 1: evenly spaced from none to twice as much, so " +
      "that the world model sees undisturbed drives, as on test tracks, and skids. 0: the same in all.",
    0,
    { absent: 0 },
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
};

/** How the controller learns in the dream, and how it is measured; steps are updates of an optimiser. */
const LEARNING = {
  controller: field(
    v.picklist(["actor-critic", "ppo", "cma-es"]),
    "How the controller learns: by gradients through the dream (actor-critic), by proximal policy optimisation in it (ppo), " +
      "or by evolution of a linear one (cma-es).",
    "actor-critic",
  ),
  gradient: field(
    v.picklist(["dynamics", "reinforce"]),
    "How the actor of the actor-critic learns: by the gradient of the returns through the dream (dynamics), or by making " +
      "decisions likelier that came to more than the critic expected (reinforce).",
    "dynamics",
    { absent: "dynamics" },
  ),
  normaliseReturns: field(
    v.boolean(),
    "Divide the returns that the actor learns from by how far they lie apart (the running distance of their 5th from " +
      "their 95th percentile), where that exceeds 1.",
    false,
    { absent: false },
  ),
  ...CAR_CONTROL_FIELDS,
  temperature: field(positive, "Temperature of the dream's samples: 1 as learned, higher less certain.", 1),
  dreamBatch: field(count(), "Dreams side by side in an update of the actor-critic or PPO.", 512),
  dreamHorizon: field(count(), "Decisions in each dream of the actor-critic or PPO.", 8),
  failureShare: field(
    share,
    "Share of these dreams that start shortly before or after a real decision at full cost, such as off the road.",
    0.25,
  ),
  controllerSteps: field(count(), "Updates of actor and critic in a round.", 160),
  controllerFinalSteps: field(
    count(0),
    "Further updates of actor and critic in the last round. They let the actor settle on the world model that it will " +
      "drive with, which changes in every round.",
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
  livedWeight: field(
    nonNegative,
    "Weight of real decisions in the loss of the actor-critic's critic, beside its dreams, when the rounds end: sequences of " +
      "the newest rollout, with the rewards that the world model expects. It rises from 0: explorers' noise makes speed look " +
      "dangerous. 0: dreams alone.",
    0,
    { absent: 0 },
  ),
  epochs: field(count(), "Passes of PPO over the dreams of an update.", 4, { absent: 4 }),
  minibatches: field(
    count(),
    "Parts of such a pass, each of which makes a gradient step: whole dreams.",
    4,
    { absent: 4 },
  ),
  clipRange: field(
    positive,
    "How far PPO may move the probability of a decision in an update and still be rewarded for it, as a share of what it was.",
    0.2,
    { absent: 0.2 },
  ),
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
  chooseRounds: field(
    count(),
    "Last rounds among which the one is chosen that does best in --choose-episodes. 1: the last, whatever it does.",
    1,
    { absent: 1 },
  ),
  chooseEpisodes: field(
    count(),
    "Real episodes after each of these rounds, in place of --assess-episodes; no test episodes either.",
    64,
    { absent: 64 },
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
};

/** The resolved configuration of a run, as far as every kind of world model has it. */
export type PipelineConfig = ConfigOf<typeof COLLECTION> & ConfigOf<typeof LEARNING> & {
  /** The name of the kind of world model. */
  world: string;
};

/** The resolved configuration of a run: the pipeline's, and that of its kind of world model. */
export type TrainWorldModelConfig = PipelineConfig & Config;

/** What presets change in the pipeline, whatever the world model. */
const PRESETS: Record<string, Partial<PipelineConfig>> = {
  /** Every stage for a moment: under two minutes on two cores; the score means nothing. */
  smoke: {
    streams: 8,
    roundStreams: 2,
    firstDecisions: 60,
    firstShortest: 20,
    firstLongest: 40,
    rounds: 2,
    dreamBatch: 64,
    controllerSteps: 10,
    controllerFinalSteps: 10,
    assessEpisodes: 2,
    testEpisodes: 4,
    baselines: true,
  },
};

/** Everything that a run with a kind of world model depends on: `world`, and its options. */
export function worldModelFields(kind: WorldKind): FieldTable<TrainWorldModelConfig> {
  const world = field(v.literal(kind.name), "Kind of world model.", kind.name, { absent: FIRST_WORLD });
  const table: FieldTable = fields({ world, ...COLLECTION, ...kind.fields, ...LEARNING });
  return table as unknown as FieldTable<TrainWorldModelConfig>;
}

/**
 * The presets of a kind of world model, complete. The default of `mdn-rnn`: an actor-critic by backpropagation through the
 * dream, half an hour on two cores, 872 on the test tracks (seed 1, see README.md).
 */
export function worldModelPresets(kind: WorldKind): Record<string, TrainWorldModelConfig> {
  const { defaults } = worldModelFields(kind);
  return Object.fromEntries(
    Object.entries(kind.presets).map((
      [name, changes],
    ) => [name, { ...defaults, ...PRESETS[name], ...changes }]),
  );
}

/** The kind of world model of a configuration, as it was written. @throws RangeError for one that is not known. */
export function worldKindOf(config: { world?: unknown }): WorldKind {
  return worldKind(String(config.world ?? FIRST_WORLD));
}

/**
 * Checks a configuration, and completes one that was written before there were all of its options.
 *
 * @throws RangeError for a kind of world model that is not known, and as `checkConfig` does.
 */
export function checkWorldModelConfig(
  config: Record<string, unknown>,
  options: CheckConfigOptions = {},
): TrainWorldModelConfig {
  return checkConfig(worldModelFields(worldKindOf(config)), config, options);
}
