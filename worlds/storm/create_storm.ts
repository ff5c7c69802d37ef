import { spaceSize } from "../../envs/spaces.ts";
import { adamW } from "../../generative/train/adamw.ts";
import * as schedules from "../../generative/train/schedules.ts";
import type { Component } from "../component.ts";
import { baselineSeeing } from "../parts/baseline_seeing.ts";
import { type DecisionSequences, drawSequences } from "../parts/decision_sequences.ts";
import { CategoricalLatents } from "../parts/latents.ts";
import { JointSight } from "../parts/sight.ts";
import type { RunCourse, World, WorldSpaces } from "../world_kind.ts";
import type { StormOptions } from "./fields.ts";
import { Storm } from "./storm.ts";
import { StormWorldModel } from "./storm_world_model.ts";

/** Makes what a configuration describes, without parameters. */
export function createStorm(config: StormOptions & RunCourse, { actions }: WorldSpaces): World {
  const latents = new CategoricalLatents(16, 16);
  const sight = new JointSight("storm", {
    features: latents.size,
    size: latents.outputs,
    activation: "linear",
    decoderUnits: [],
  });
  const storm = new Storm(
    {
      actionSize: spaceSize(actions),
      units: config.stormUnits,
      layers: config.stormLayers,
      heads: config.stormHeads,
      window: config.stormWindow,
      dropout: config.stormDropout,
      dynamicsScale: 0.5,
      representationScale: 0.1,
      freeNats: config.stormFreeNats,
      decodeEvery: config.stormDecodeEvery,
      endWeight: config.stormEndWeight,
    },
    latents,
    sight,
  );
  const model = new StormWorldModel(storm, actions, config.stormContext);
  return {
    model,
    components: [stormComponent(storm, config)],
    baselines: [baselineSeeing("latents only", model, { name: "latents", size: latents.size })],
  };
}

function stormComponent(network: Storm, config: StormOptions & RunCourse): Component {
  const steps = (round: number) => config.stormSteps + (round - 1) * config.stormRoundSteps;
  return {
    name: "storm",
    network,
    optimiser: adamW({
      learningRate: schedules.geometric({
        from: config.stormLearningRate,
        to: config.stormFinalLearningRate,
        steps: steps(config.rounds),
      }),
      clipNorm: config.stormClipNorm,
    }),
    average: config.stormAverage,
    readsFrames: true,
    readsStates: false,
    invalidates: "encodings",
    curves: ["reconstruction", "divergence", "reward", "done"],
    milliseconds: 0.5 * config.stormBatch * config.stormLength,
    steps,
    batch: (data, { random }): Promise<DecisionSequences> =>
      drawSequences(data, { count: config.stormBatch, length: config.stormLength, random }),
  };
}
