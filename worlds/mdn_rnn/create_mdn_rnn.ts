import { spaceSize } from "../../envs/spaces.ts";
import { adamW } from "../../generative/train/adamw.ts";
import * as schedules from "../../generative/train/schedules.ts";
import type { Component } from "../component.ts";
import type { RunCourse, World, WorldSpaces } from "../world_kind.ts";
import { recurrentBaselines } from "./baselines.ts";
import type { MdnRnnConfig } from "./fields.ts";
import { Memory, PAPER_MEMORY, SMALL_MEMORY } from "./memory.ts";
import { memoryBatch } from "./memory_batch.ts";
import { RecurrentWorldModel } from "./recurrent_world_model.ts";
import { PAPER_VISION, SMALL_VISION, Vision } from "./vision.ts";

/** The world of Ha & Schmidhuber. */
export interface MdnRnn extends World {
  /** The two joined. */
  model: RecurrentWorldModel;
}

/** Makes what a configuration describes, without parameters. */
export function createMdnRnn(config: MdnRnnConfig & RunCourse, { actions }: WorldSpaces): MdnRnn {
  const vision = new Vision({
    ...(config.vision === "paper" ? PAPER_VISION : SMALL_VISION),
    latentSize: config.visionLatents,
  });
  const memory = new Memory({
    ...(config.vision === "paper" ? PAPER_MEMORY : SMALL_MEMORY),
    latentSize: vision.latentSize,
    actionSize: spaceSize(actions),
    units: config.memoryUnits,
    components: config.mixtures,
    predictChange: config.predictChange,
    seesRewards: config.memorySeesRewards,
    showsCell: config.memoryShowsCell,
    doneWeight: config.doneWeight,
  });
  const model = new RecurrentWorldModel(vision, memory, actions);
  const seeing = {
    batch: config.visionBatch,
    learningRate: config.visionLearningRate,
    steps: (round: number) =>
      config.visionSteps + Math.min(round - 1, config.visionRefreshRounds) * config.visionRefreshSteps,
  };
  return {
    model,
    components: [visionComponent(vision, seeing), memoryComponent(memory, config)],
    baselines: recurrentBaselines(model),
  };
}

/** How a {@link Vision} is trained. */
export interface VisionTraining {
  /** Frames in a training step. */
  batch: number;
  /** Learning rate of Adam. */
  learningRate: number;
  /** See {@link Component.steps}. */
  steps: Component["steps"];
}

/** A vision as a component. */
export function visionComponent(network: Vision, { batch, learningRate, steps }: VisionTraining): Component {
  const milliseconds = network.config === PAPER_VISION ? 1.3 : 0.63; // a frame
  return {
    name: "vision",
    network,
    optimiser: adamW({ learningRate }),
    average: 0,
    readsFrames: true,
    readsStates: false,
    invalidates: "encodings",
    curves: ["reconstruction", "kl"],
    milliseconds: milliseconds * batch,
    steps,
    batch: async (data, draw) => ({ frames: await data.frames(batch, draw) }),
  };
}

function memoryComponent(network: Memory, config: MdnRnnConfig & RunCourse): Component {
  const steps = (round: number) => config.memorySteps + (round - 1) * config.memoryRoundSteps;
  // Batches that begin with whole rollouts need no states: an episode's start is zero.
  const longest = Math.max(config.firstDecisions, config.rounds > 1 ? config.roundDecisions : 0);
  const length = config.memoryLength, readsStates = length < longest;
  return {
    name: "memory",
    network,
    optimiser: adamW({
      learningRate: schedules.geometric({
        from: config.memoryLearningRate,
        to: config.memoryFinalLearningRate,
        steps: steps(config.rounds),
      }),
      clipNorm: config.memoryClipNorm,
    }),
    average: config.memoryAverage,
    readsFrames: false,
    readsStates,
    invalidates: "states",
    curves: ["nll", "reward", "done"],
    milliseconds: 0.039 * config.memoryBatch * length,
    steps,
    batch: ({ replay }, { random }) => {
      const places = replay.draw(config.memoryBatch, length, random, config.memoryFailureShare);
      return memoryBatch(network.config, places, { length, states: readsStates });
    },
  };
}
