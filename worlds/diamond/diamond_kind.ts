import { checkSequenceLength, type WorldKind } from "../world_kind.ts";
import { createDiamond } from "./create_diamond.ts";
import { DIAMOND_FIELDS, type DiamondOptions } from "./fields.ts";

/** Dreaming a frame costs dozens of times what it costs other kinds: few dreams, whose gradients stay out of the denoiser. */
const DREAMING = { gradient: "reinforce", normaliseReturns: true, dreamBatch: 64 };

/** A world of pixels, foreseen by diffusion. */
export const DIAMOND: WorldKind<DiamondOptions> = {
  family: "world models",
  name: "diamond",
  title: "Diffusion world model",
  paper: "Alonso et al., Diffusion for World Modeling: Visual Details Matter in Atari, 2024",
  fields: DIAMOND_FIELDS,
  presets: {
    default: { ...DREAMING, rounds: 3, controllerSteps: 80 },
    hour: {
      ...DREAMING,
      rounds: 5,
      controllerSteps: 120,
      denoiserSteps: 1500,
      denoiserRoundSteps: 400,
    },
    smoke: {
      ...DREAMING,
      diamondSize: 16,
      diamondChannels: 8,
      denoiserBatch: 4,
      denoiserFrames: 2,
      denoiserSteps: 20,
      denoiserRoundSteps: 10,
      outcomeBatch: 4,
      outcomeLength: 8,
      outcomeSteps: 20,
      outcomeRoundSteps: 10,
      dreamBatch: 16,
    },
  },
  describe({ diamondSize, diamondPast, diamondTurns, diamondUnits }) {
    return `The world model is a diffusion model that draws each frame of ${diamondSize}x${diamondSize} pixels in ` +
      `${diamondTurns} turns from the last ${diamondPast}, beside a recurrent model of rewards and ends of ${diamondUnits} units`;
  },
  check(config) {
    checkSequenceLength("outcome-length", config.outcomeLength, config);
    const { denoiserFrames, firstDecisions } = config;
    if (denoiserFrames < firstDecisions) return;
    throw new RangeError(
      `Cannot set --denoiser-frames: expected less than --first-decisions, ${firstDecisions}, got ${denoiserFrames}`,
    );
  },
  create: createDiamond,
};
