import { spaceSize } from "../../envs/spaces.ts";
import { adamW } from "../../generative/train/adamw.ts";
import * as schedules from "../../generative/train/schedules.ts";
import type { Component } from "../component.ts";
import { visionComponent } from "../mdn_rnn/create_mdn_rnn.ts";
import { SMALL_VISION, Vision } from "../mdn_rnn/vision.ts";
import { baselineSeeing } from "../parts/baseline_seeing.ts";
import { type DecisionSequences, drawSequences } from "../parts/decision_sequences.ts";
import { CategoricalLatents, GaussianLatents } from "../parts/latents.ts";
import { JointSight } from "../parts/sight.ts";
import type { RunCourse, World, WorldSpaces } from "../world_kind.ts";
import type { RssmOptions } from "./fields.ts";
import { FrozenSight } from "./frozen_sight.ts";
import { Rssm } from "./rssm.ts";
import { type Eyes, RssmWorldModel } from "./rssm_world_model.ts";

/** Numbers in an embedding, and units of each hidden layer. */
const HIDDEN_UNITS = 200, EMBEDDING = 128;

/** Makes what a configuration describes, without parameters. */
export function createRssm(config: RssmOptions & RunCourse, { actions }: WorldSpaces): World {
  const latents = config.latents === "categorical" ? new CategoricalLatents(16, 16) : new GaussianLatents(32);
  const features = latents.size + config.recurrentUnits;
  const vision = config.encoder === "frozen-vae" ? new Vision(SMALL_VISION) : undefined;
  const sight = vision
    ? new FrozenSight("rssm", vision, { features })
    : new JointSight("rssm", { features, size: EMBEDDING });
  const rssm = new Rssm(
    {
      actionSize: spaceSize(actions),
      units: config.recurrentUnits,
      hiddenUnits: HIDDEN_UNITS,
      dynamicsScale: 0.5,
      representationScale: config.divergence === "balanced" ? 0.1 : 0,
      freeNats: config.freeNats,
      decodeEvery: config.decodeEvery,
      endWeight: config.endWeight,
    },
    latents,
    sight,
  );
  const eyes: Eyes = vision
    ? { parameters: vision.parameters, look: (parameters, frames) => vision.encode(parameters, frames).mu }
    : { parameters: {}, look: (_, frames) => frames };
  const model = new RssmWorldModel(rssm, eyes, actions);
  const seeing = { batch: 128, learningRate: 1e-3, steps: () => config.autoencoderSteps };
  return {
    model,
    components: [...vision ? [visionComponent(vision, seeing)] : [], rssmComponent(rssm, config)],
    baselines: [baselineSeeing("latents only", model, { name: "latents", size: latents.size })],
  };
}

function rssmComponent(network: Rssm, config: RssmOptions & RunCourse): Component {
  const steps = (round: number) => config.modelSteps + (round - 1) * config.modelRoundSteps;
  const joint = config.encoder === "joint";
  return {
    name: "rssm",
    network,
    optimiser: adamW({
      learningRate: schedules.geometric({
        from: config.modelLearningRate,
        to: config.modelFinalLearningRate,
        steps: steps(config.rounds),
      }),
      clipNorm: config.modelClipNorm,
    }),
    average: config.modelAverage,
    readsFrames: joint,
    readsStates: false,
    invalidates: joint ? "encodings" : "states",
    curves: ["reconstruction", "divergence", "reward", "done"],
    milliseconds: (joint ? 0.45 : 0.08) * config.sequenceBatch * config.sequenceLength,
    steps,
    batch: (data, { random }): Promise<DecisionSequences> =>
      drawSequences(data, {
        count: config.sequenceBatch,
        length: config.sequenceLength,
        random,
        seen: joint ? undefined : ({ encodings }) => encodings!.embeddings,
      }),
  };
}
