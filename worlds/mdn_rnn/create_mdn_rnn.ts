import { type Space, spaceSize } from "../../envs/spaces.ts";
import { adamW } from "../../generative/train/adamw.ts";
import * as schedules from "../../generative/train/schedules.ts";
import type { Component } from "../component.ts";
import type { MdnRnnConfig } from "./fields.ts";
import { Memory, PAPER_MEMORY, SMALL_MEMORY } from "./memory.ts";
import { memoryBatch } from "./memory_batch.ts";
import { RecurrentWorldModel } from "./recurrent_world_model.ts";
import { PAPER_VISION, SMALL_VISION, Vision } from "./vision.ts";

/** The course of a run, as far as learning depends on it. */
export interface RunCourse {
  /** Rounds in all. */
  rounds: number;
  /** Decisions of each environment in a rollout of the first collection. */
  firstDecisions: number;
  /** Decisions of each environment in a later round's rollout. */
  roundDecisions: number;
}

/** A world model and its parts that are trained by themselves. */
export interface MdnRnn {
  /** The two joined. */
  model: RecurrentWorldModel;
  /** What is trained, in this order. */
  components: { vision: Component; memory: Component };
}

/** Makes what a configuration describes, without parameters. */
export function createMdnRnn(config: MdnRnnConfig & RunCourse, actions: Space): MdnRnn {
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
  return {
    model: new RecurrentWorldModel(vision, memory, actions),
    components: { vision: visionComponent(vision, config), memory: memoryComponent(memory, config) },
  };
}

function visionComponent(network: Vision, config: MdnRnnConfig): Component {
  return {
    network,
    optimiser: adamW({ learningRate: config.visionLearningRate }),
    average: 0,
    readsStates: false,
    steps: (round) =>
      config.visionSteps + Math.min(round, config.visionRefreshRounds) * config.visionRefreshSteps,
    batch: async (data, draw) => ({ frames: await data.frames(config.visionBatch, draw) }),
  };
}

function memoryComponent(network: Memory, config: MdnRnnConfig & RunCourse): Component {
  const steps = (round: number) => config.memorySteps + (round - 1) * config.memoryRoundSteps;
  // Batches that begin with whole rollouts need no states: an episode's start is zero.
  const longest = Math.max(config.firstDecisions, config.rounds > 1 ? config.roundDecisions : 0);
  const length = config.memoryLength, readsStates = length < longest;
  return {
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
    readsStates,
    steps,
    batch: ({ replay }, { random }) => {
      const nearFailures = Math.round(config.memoryBatch * config.memoryFailureShare);
      const places = [
        ...replay.draw(config.memoryBatch - nearFailures, length, random),
        ...replay.drawNearFailures(nearFailures, length, random),
      ];
      return memoryBatch(network.config, places, { length, states: readsStates });
    },
  };
}
