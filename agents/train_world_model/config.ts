import * as v from "valibot";

const count = (minimum = 1) => v.pipe(v.number(), v.integer(), v.minValue(minimum));
const positive = v.pipe(v.number(), v.gtValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/**
 * Everything that a run of `train-world-model` depends on, flat. One decision is `frameSkip` frames of the
 * simulator; steps are updates of the optimiser.
 */
export const TrainWorldModelSchema = v.object({
  /** Seeds every random stream of the run. */
  seed: count(0),
  /** The environment's id. */
  environment: v.string(),
  /** Simulator frames that an action is held. */
  frameSkip: count(),
  /** Environments that collect side by side in the first collection. */
  streams: count(),
  /** The same in a later round. */
  roundStreams: count(),
  /** Rollouts of the first collection, by the random policy. */
  firstRollouts: count(),
  /** Decisions of each environment in a rollout of the first collection. */
  firstDecisions: count(2),
  /**
   * Decisions of each environment in a later round's rollout. A rollout begins with fresh episodes, so this is also
   * the age that a decision reaches at most: fewer than a whole episode's are refused.
   */
  roundDecisions: count(2),
  /** Episodes of the first collection are cut after this many decisions, drawn between the two. */
  firstShortest: count(),
  firstLongest: count(),
  /** The same for later rounds; more than `roundDecisions` leaves episodes whole. */
  roundShortest: count(),
  roundLongest: count(),
  /** Rounds of: train memory, train the controller in the dream, collect with it. */
  rounds: count(),
  /** Share of the random policy's episodes in later rounds. */
  randomShare: share,
  /** How much of the random policy's noise is added to the controller while it collects. */
  explorationNoise: v.pipe(v.number(), v.minValue(0)),
  /** Share of replay draws that go to the newest rollout. */
  newestShare: share,
  /** Weight of a rollout relative to the next newer one. */
  ageDecay: share,

  /** The vision: `small` or the paper's. */
  vision: v.picklist(["small", "paper"]),
  visionLearningRate: positive,
  visionBatch: count(),
  /** Steps on the first rollouts. */
  visionSteps: count(),
  /** Steps after each of the first `visionRefreshRounds` rounds; then vision is frozen. */
  visionRefreshSteps: count(0),
  visionRefreshRounds: count(0),

  /** Units of the memory's LSTM. */
  memoryUnits: count(),
  /** Gaussians a latent dimension. */
  mixtures: count(),
  /** Whether the memory predicts the change of the latents instead of the next ones. */
  predictChange: v.boolean(),
  /** Learning rate of the first step and of the last; between them it falls by the same factor each step. */
  memoryLearningRate: positive,
  memoryFinalLearningRate: positive,
  /** Sequences in a batch, and decisions in a sequence. */
  memoryBatch: count(),
  memoryLength: count(2),
  /** Steps in the first round, and in each later one. */
  memorySteps: count(),
  memoryRoundSteps: count(),
  /** Limit on the norm of the memory's gradient. */
  memoryClipNorm: positive,
  /** Decay a step of the moving average of the memory's weights, which is what dreams; 0 dreams with the newest. */
  memoryAverage: v.pipe(v.number(), v.minValue(0), v.ltValue(1)),
  /** What an episode's end counts in the memory's loss, relative to a decision that does not end one. */
  doneWeight: positive,

  /** How the controller learns: `actor-critic` through the dream, or `cma-es` (linear, 867 parameters). */
  controller: v.picklist(["actor-critic", "cma-es"]),
  /**
   * Gas at full throttle, the scale of the actor-critic's second output; it is the same wherever the controller
   * drives (overspeed is how dream-trained drivers fail).
   */
  gasLimit: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
  /** Sharpness of the dream's samples, 1 as learned. */
  temperature: positive,
  /** Dreams side by side in an update of the actor-critic, and decisions in each. */
  dreamBatch: count(),
  dreamHorizon: count(),
  /** Share of these dreams that start shortly before or after a real decision that left the road. */
  failureShare: share,
  /** Updates of actor and critic a round. */
  controllerSteps: count(),
  /**
   * More of them in the last round. Every round the memory changes, and with it what the actor sees; a long last phase
   * lets the actor settle on the memory that it will drive with.
   */
  controllerFinalSteps: count(0),
  actorLearningRate: positive,
  criticLearningRate: positive,
  /** Rate of the last update; the way there is a cosine. */
  actorFinalLearningRate: positive,
  /** Greatest decay of the moving average of the actor's weights, which is what drives; 0 drives the newest weights. */
  actorAverage: v.pipe(v.number(), v.minValue(0), v.ltValue(1)),
  /**
   * The most that a dreamed decision's reward counts, in the environment's unit; 0 for no limit. A lap of CarRacing is
   * worth 1,000 points and ends the episode, which has 250 decisions: a pace above 4 points a decision earns next to
   * nothing, and it is what drivers crash by. The dream knows no laps, and would always reward more speed.
   */
  rewardLimit: v.pipe(v.number(), v.minValue(0)),
  /**
   * Taken from a dreamed decision's reward where all wheels leave the road, in the environment's unit, in the last
   * update. It rises from 0 in a straight line: from the start it teaches to stand still.
   */
  costWeight: v.pipe(v.number(), v.minValue(0)),
  gamma: share,
  lambda: share,
  entropyWeight: v.pipe(v.number(), v.minValue(0)),
  /** CMA-ES: candidates, dreams for each, decisions in a dream, generations a round, first step size. */
  population: count(4),
  dreamEpisodes: count(),
  dreamDecisions: count(),
  generations: count(),
  stepSize: positive,
  /** Whether CMA-ES mirrors its samples in pairs. */
  antithetic: v.boolean(),

  /** Real episodes driven after each round, to print beside the dream; their tracks are not test tracks. */
  assessEpisodes: count(),
  /** Real test tracks driven at the end, seeds that training never draws. */
  testEpisodes: count(),
  /**
   * Whether baselines are measured: random actions, and two controllers that learn in the final dream for as many
   * updates as the controller (which takes twice its time again).
   */
  baselines: v.boolean(),
});

/** The resolved configuration of a run. */
export type TrainWorldModelConfig = v.InferOutput<typeof TrainWorldModelSchema>;

/**
 * An actor-critic by backpropagation through the dream: half an hour on two cores, 872 on the test tracks (seed 1, see
 * README.md).
 */
const standard: TrainWorldModelConfig = {
  seed: 1,
  environment: "CarRacing-v3",
  frameSkip: 4,
  streams: 64,
  roundStreams: 40,
  firstRollouts: 1,
  firstDecisions: 300,
  roundDecisions: 250,
  firstShortest: 30,
  firstLongest: 90,
  roundShortest: 250,
  roundLongest: 251,
  rounds: 24,
  randomShare: 0.15,
  explorationNoise: 0.5,
  newestShare: 0.2,
  ageDecay: 0.95,
  vision: "small",
  visionLearningRate: 1e-3,
  visionBatch: 128,
  visionSteps: 1200,
  visionRefreshSteps: 400,
  visionRefreshRounds: 2,
  memoryUnits: 256,
  mixtures: 1,
  predictChange: true,
  memoryLearningRate: 1e-3,
  memoryFinalLearningRate: 1e-4,
  memoryBatch: 48,
  memoryLength: 32,
  memorySteps: 600,
  memoryRoundSteps: 300,
  memoryClipNorm: 1,
  memoryAverage: 0.99,
  doneWeight: 10,
  controller: "actor-critic",
  gasLimit: 0.2,
  temperature: 1,
  dreamBatch: 512,
  dreamHorizon: 8,
  failureShare: 0.25,
  controllerSteps: 160,
  controllerFinalSteps: 0,
  actorLearningRate: 3e-4,
  criticLearningRate: 1e-3,
  actorFinalLearningRate: 2e-5,
  actorAverage: 0.999,
  rewardLimit: 4,
  costWeight: 3,
  gamma: 0.98,
  lambda: 0.95,
  entropyWeight: 1e-3,
  population: 64,
  dreamEpisodes: 16,
  dreamDecisions: 250,
  generations: 100,
  stepSize: 0.1,
  antithetic: false,
  assessEpisodes: 16,
  testEpisodes: 100,
  baselines: false,
};

/** The presets of `train-world-model`. */
export const TRAIN_WORLD_MODEL_PRESETS: Record<"smoke" | "default" | "paper", TrainWorldModelConfig> = {
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
  default: standard,
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
