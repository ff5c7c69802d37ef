import { spaceSize } from "../../envs/spaces.ts";
import { adamW, type Optimiser } from "../../generative/train/adamw.ts";
import * as schedules from "../../generative/train/schedules.ts";
import type { Component } from "../component.ts";
import { baselineSeeing } from "../parts/baseline_seeing.ts";
import { type DecisionSequences, drawSequences } from "../parts/decision_sequences.ts";
import type { RunCourse, World, WorldSpaces } from "../world_kind.ts";
import { Denoiser } from "./denoiser.ts";
import { DiamondWorldModel } from "./diamond_world_model.ts";
import type { DiamondOptions } from "./fields.ts";
import { OutcomeModel } from "./outcome_model.ts";

/** Numbers that stand for a frame, and units of each predictor's hidden layer. */
const CODE = 128, HIDDEN_UNITS = 200;
/** As in the paper; the second is the limit on the norm of a gradient. */
const WEIGHT_DECAY = 0.01, CLIP_NORM = 1;

/** Makes what a configuration describes, without parameters. */
export function createDiamond(config: DiamondOptions & RunCourse, { actions }: WorldSpaces): World {
  const shared = { size: config.diamondSize, actionSize: spaceSize(actions) };
  const denoiser = new Denoiser({
    ...shared,
    past: config.diamondPast,
    channels: config.diamondChannels,
    turns: config.diamondTurns,
  });
  const outcomes = new OutcomeModel({
    ...shared,
    codeSize: CODE,
    units: config.diamondUnits,
    hiddenUnits: HIDDEN_UNITS,
    endWeight: config.outcomeEndWeight,
  });
  const model = new DiamondWorldModel(denoiser, outcomes, actions);
  return {
    model,
    components: [denoiserComponent(denoiser, config), outcomeComponent(outcomes, config)],
    baselines: [baselineSeeing("frame only", model, { name: "code", size: CODE })],
    dreamMilliseconds: 1.75 * config.diamondTurns * (config.diamondSize / 32) ** 2,
  };
}

function denoiserComponent(network: Denoiser, config: DiamondOptions & RunCourse): Component {
  const steps = (round: number) => config.denoiserSteps + (round - 1) * config.denoiserRoundSteps;
  const { denoiserBatch: count, denoiserFrames: frames, diamondPast, diamondSize } = config;
  return {
    name: "denoiser",
    network,
    optimiser: optimiser({
      from: config.denoiserLearningRate,
      to: config.denoiserFinalLearningRate,
      steps: steps(config.rounds),
    }),
    average: config.denoiserAverage,
    readsFrames: true,
    readsStates: false,
    invalidates: "states",
    curves: ["loss", "first", "last"],
    milliseconds: 5.5 * count * frames * (diamondSize / 32) ** 2,
    steps,
    batch: (data, { random }): Promise<DecisionSequences> =>
      drawSequences(data, { count, length: frames + 1, before: diamondPast - 1, random }),
  };
}

function outcomeComponent(network: OutcomeModel, config: DiamondOptions & RunCourse): Component {
  const steps = (round: number) => config.outcomeSteps + (round - 1) * config.outcomeRoundSteps;
  return {
    name: "outcomes",
    network,
    optimiser: optimiser({
      from: config.outcomeLearningRate,
      to: config.outcomeFinalLearningRate,
      steps: steps(config.rounds),
    }),
    average: 0,
    readsFrames: true,
    readsStates: false,
    invalidates: "encodings",
    curves: ["reward", "cost", "done", "sketch"],
    milliseconds: 0.2 * config.outcomeBatch * config.outcomeLength,
    steps,
    batch: (data, { random }): Promise<DecisionSequences> =>
      drawSequences(data, { count: config.outcomeBatch, length: config.outcomeLength, random }),
  };
}

function optimiser(rates: { from: number; to: number; steps: number }): Optimiser {
  return adamW({
    learningRate: schedules.geometric(rates),
    weightDecay: WEIGHT_DECAY,
    clipNorm: CLIP_NORM,
  });
}
