import { spaceSize } from "../../envs/spaces.ts";
import { adamW } from "../../generative/train/adamw.ts";
import * as schedules from "../../generative/train/schedules.ts";
import type { Component } from "../component.ts";
import { baselineSeeing } from "../parts/baseline_seeing.ts";
import { type DecisionSequences, drawSequences } from "../parts/decision_sequences.ts";
import type { RunCourse, World, WorldSpaces } from "../world_kind.ts";
import type { IrisOptions } from "./fields.ts";
import { Iris } from "./iris.ts";
import { IrisWorldModel } from "./iris_world_model.ts";
import { CODES_A_FRAME, Tokenizer } from "./tokenizer.ts";

/** Makes what a configuration describes, without parameters. */
export function createIris(config: IrisOptions & RunCourse, { actions }: WorldSpaces): World {
  const tokenizer = new Tokenizer({
    codes: config.irisCodes,
    codeSize: config.irisCodeSize,
    commitment: config.irisCommitment,
  });
  const iris = new Iris({
    codes: config.irisCodes,
    frameCodes: CODES_A_FRAME,
    actionSize: spaceSize(actions),
    units: config.irisUnits,
    layers: config.irisLayers,
    heads: config.irisHeads,
    window: config.irisWindow,
    dropout: config.irisDropout,
    endWeight: config.irisEndWeight,
  });
  const model = new IrisWorldModel(iris, tokenizer, actions, config.irisContext);
  return {
    model,
    components: [tokenizerComponent(tokenizer, config), transformerComponent(iris, config)],
    baselines: [
      baselineSeeing("codes only", model, { name: "latents", size: CODES_A_FRAME * config.irisCodeSize }),
    ],
    dreamMilliseconds: 1.5,
  };
}

function tokenizerComponent(network: Tokenizer, config: IrisOptions): Component {
  return {
    name: "tokenizer",
    network,
    optimiser: adamW({ learningRate: config.irisTokenizerLearningRate }),
    average: 0,
    readsFrames: true,
    readsStates: false,
    invalidates: "encodings",
    curves: ["reconstruction", "commitment"],
    milliseconds: 2 * config.irisTokenizerBatch,
    steps: (round) =>
      config.irisTokenizerSteps +
      Math.min(round - 1, config.irisTokenizerRefreshRounds) * config.irisTokenizerRefreshSteps,
    batch: async (data, draw) => ({ frames: await data.frames(config.irisTokenizerBatch, draw) }),
  };
}

function transformerComponent(network: Iris, config: IrisOptions & RunCourse): Component {
  const steps = (round: number) => config.irisSteps + (round - 1) * config.irisRoundSteps;
  return {
    name: "transformer",
    network,
    optimiser: adamW({
      learningRate: schedules.geometric({
        from: config.irisLearningRate,
        to: config.irisFinalLearningRate,
        steps: steps(config.rounds),
      }),
      clipNorm: config.irisClipNorm,
    }),
    average: config.irisAverage,
    readsFrames: false,
    readsStates: false,
    invalidates: "states",
    curves: ["codes", "reward", "done"],
    milliseconds: 1.25 * config.irisBatch * config.irisLength,
    steps,
    batch: (data, { random }): Promise<DecisionSequences> =>
      drawSequences(data, {
        count: config.irisBatch,
        length: config.irisLength,
        random,
        seen: ({ encodings }) => encodings!.codes,
      }),
  };
}
