import * as tf from "@tensorflow/tfjs";
import { spaceSize } from "../../envs/spaces.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import { adamW } from "../../generative/train/adamw.ts";
import * as schedules from "../../generative/train/schedules.ts";
import type { Component, TrainingData } from "../component.ts";
import { gatherSequences, type Place, type Rollout } from "../experience.ts";
import { visionComponent } from "../mdn_rnn/create_mdn_rnn.ts";
import { SMALL_VISION, Vision } from "../mdn_rnn/vision.ts";
import type { RunCourse, World, WorldSpaces } from "../world_kind.ts";
import type { RssmOptions } from "./fields.ts";
import { CategoricalLatents, GaussianLatents } from "./latents.ts";
import { Rssm, type RssmBatch } from "./rssm.ts";
import { type Eyes, rssmBaselines, RssmWorldModel } from "./rssm_world_model.ts";
import { FrozenSight, JointSight, SIGHT_SHAPE } from "./sight.ts";

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
    baselines: rssmBaselines(model),
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
    async batch(data, { random }): Promise<RssmBatch> {
      const length = config.sequenceLength;
      const places = data.replay.draw(config.sequenceBatch, length, random);
      const shape = [length, places.length];
      const sequence = (select: (rollout: Rollout) => Float32Array, ...size: number[]) =>
        tf.tensor(gatherSequences(places, select, { length, size: size[0] ?? 1 }), [...shape, ...size]);
      return {
        seen: joint
          ? await frameSequences(data, places, length)
          : sequence(({ encodings }) => encodings!.embeddings, network.sight.size),
        actions: sequence(({ actions }) => actions, network.config.actionSize),
        rewards: sequence(({ rewards }) => rewards),
        costs: sequence(({ costs }) => costs),
        dones: sequence(({ dones }) => dones),
        resets: sequence(({ resets }) => resets),
      };
    },
  };
}

/** The frames of sequences, int32 `[length, places, H, W, C]`. */
async function frameSequences(
  data: TrainingData,
  places: readonly Place[],
  length: number,
): Promise<tf.Tensor> {
  const size = SIGHT_SHAPE.reduce((product, side) => product * side, 1);
  const pixels = new Uint8Array(length * places.length * size);
  for (const [column, { rollout, t, n }] of places.entries()) {
    const frames = await data.framesOf(rollout);
    for (let step = 0; step < length; step++) {
      const from = ((t + step) * rollout.streams + n) * size;
      pixels.set(frames.subarray(from, from + size), (step * places.length + column) * size);
    }
  }
  const rows = frameTensor(pixels, [length * places.length, ...SIGHT_SHAPE]);
  const sequences = rows.reshape([length, places.length, ...SIGHT_SHAPE]);
  rows.dispose();
  return sequences;
}
