import { checkSequenceLength, type WorldKind } from "../world_kind.ts";
import { createIris } from "./create_iris.ts";
import { IRIS_FIELDS, type IrisOptions } from "./fields.ts";

/** How the controller learns: as the paper's, by REINFORCE, so that no gradient goes back through every code. */
const LEARNING = { gradient: "reinforce", normaliseReturns: true, dreamBatch: 128 } as const;

/** A transformer over the codes of a discrete autoencoder. */
export const IRIS: WorldKind<IrisOptions> = {
  family: "world models",
  name: "iris",
  title: "Transformer over discrete codes of frames",
  paper: "Micheli et al., Transformers are Sample-Efficient World Models, 2023",
  fields: IRIS_FIELDS,
  presets: {
    /** Planned for half an hour on two cores, from the times of single steps. */
    default: { ...LEARNING, rounds: 8, controllerSteps: 50, controllerFinalSteps: 100 },
    hour: {
      ...LEARNING,
      rounds: 14,
      irisTokenizerSteps: 2500,
      irisSteps: 1000,
      irisRoundSteps: 130,
      controllerSteps: 75,
      controllerFinalSteps: 150,
    },
    smoke: {
      ...LEARNING,
      dreamBatch: 16,
      irisTokenizerBatch: 16,
      irisTokenizerSteps: 10,
      irisTokenizerRefreshSteps: 5,
      irisBatch: 4,
      irisLength: 4,
      irisSteps: 10,
      irisRoundSteps: 5,
    },
  },
  describe({ irisCodes, irisLayers, irisUnits, irisWindow }) {
    return `The world model is a transformer of ${irisLayers} blocks and width ${irisUnits} that sees the last ` +
      `${irisWindow} decisions, each told in 16 of the ${irisCodes} codes that a discrete autoencoder makes of 64x64 frames, ` +
      "and foresees the next frame code by code";
  },
  check(config) {
    checkSequenceLength("iris-length", config.irisLength, config);
    const { irisContext, irisWindow, irisHeads, irisUnits } = config;
    if (irisContext >= irisWindow) {
      throw new RangeError(
        `Cannot set --iris-context: expected less than --iris-window, ${irisWindow}, got ${irisContext}`,
      );
    }
    if (irisUnits % irisHeads === 0) return;
    throw new RangeError(
      `Cannot set --iris-heads: expected a divisor of --iris-units, ${irisUnits}, got ${irisHeads}`,
    );
  },
  create: createIris,
};
