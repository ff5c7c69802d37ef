import { checkSequenceLength, type WorldKind } from "../world_kind.ts";
import { createMdnRnn } from "./create_mdn_rnn.ts";
import { MDN_RNN_FIELDS, type MdnRnnConfig } from "./fields.ts";

/** A variational autoencoder that sees, and an LSTM with a mixture density that remembers. */
export const MDN_RNN: WorldKind<MdnRnnConfig> = {
  family: "world models",
  name: "mdn-rnn",
  title: "VAE and MDN-RNN",
  paper: "Ha and Schmidhuber, World Models, 2018",
  fields: MDN_RNN_FIELDS,
  presets: {
    default: {},
    smoke: {
      visionSteps: 30,
      visionRefreshSteps: 10,
      visionRefreshRounds: 1,
      visionBatch: 32,
      memorySteps: 20,
      memoryRoundSteps: 10,
      memoryBatch: 16,
      memoryLength: 16,
    },
    /**
     * The paper's, following the code where it differs from the paper (10 epochs of vision, whole episodes for the
     * memory), with reward and end learned, so that the controller can be evolved in the dream. 10,048 episodes of 1,000
     * frames: days on two cores, some 10 GB of memory.
     */
    paper: {
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
  },
  describe({ vision, memoryUnits, mixtures }) {
    const seen = vision === "small"
      ? "a small variational autoencoder"
      : "the paper's variational autoencoder";
    const gaussians = `${mixtures} Gaussian${mixtures === 1 ? "" : "s"} for each latent`;
    return `Vision is ${seen} for 64x64 frames, memory an LSTM of ${memoryUnits} units with ${gaussians}`;
  },
  check: (config) => checkSequenceLength("memory-length", config.memoryLength, config),
  create: createMdnRnn,
};
