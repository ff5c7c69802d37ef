import * as tf from "@tensorflow/tfjs";
import type { Picture } from "../../core/pictures/picture.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import { toPictures } from "../data/picture_tensors.ts";
import type { SamplingMoment } from "../models/model.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { compile, disposeTree, seedTensor } from "../runtime/mod.ts";

/** What {@link drawChains} is asked for. */
export interface DrawChainsOptions {
  /** Number of chains. */
  count: number;
  /** Steps after which they are drawn, rising; 0 draws where they start. */
  times: readonly number[];
  /** The only source of chance. */
  random: RandomStream;
}

/** Markov chains over pictures. */
export interface ChainModel {
  /** Where so many chains start, `[count, H, W, C]`. */
  start(count: number, seed: tf.Tensor): tf.Tensor;
  /** Chains `[B, H, W, C]` after so many steps. */
  advance(parameters: NamedTensors, chains: tf.Tensor, steps: number, seed: tf.Tensor): tf.Tensor;
  /** What a chain shows, `[B, H, W, C]`, 0 .. 1. */
  show(parameters: NamedTensors, chains: tf.Tensor): tf.Tensor;
}

/** Moments of chains at which they are shown on their way, at most. */
const MOMENTS = 12;

/** Chains from their start on, each stretch between two times as one compiled loop: `[count]` at each of the times. */
export async function* drawChains(
  model: ChainModel,
  parameters: NamedTensors,
  { count, times, random }: DrawChainsOptions,
): AsyncGenerator<Picture[]> {
  const begin = seedTensor(random.fork("start").seedPair());
  let chains = tf.tidy(() => model.start(count, begin));
  let done = 0;
  try {
    for (const time of times) {
      const seed = seedTensor(random.fork(time).seedPair());
      const steps = time - done;
      const walk = compile((parameters: NamedTensors, before: tf.Tensor, seed: tf.Tensor) => {
        const chains = model.advance(parameters, before, steps, seed);
        return { chains, pixels: model.show(parameters, chains) };
      }, { name: "chains" });
      try {
        const next = await walk.run(parameters, chains, seed);
        chains.dispose();
        chains = next.chains;
        yield await toPictures(next.pixels).finally(() => next.pixels.dispose());
      } finally {
        walk.dispose();
        seed.dispose();
      }
      done = time;
    }
  } finally {
    disposeTree([begin, chains]);
  }
}

/** Chains of so many steps on their way, at evenly spaced moments from their start to their end. */
export async function* chainSteps(
  model: ChainModel,
  parameters: NamedTensors,
  { steps, ...request }: Omit<DrawChainsOptions, "times"> & { steps: number },
): AsyncGenerator<SamplingMoment> {
  const moments = Math.min(MOMENTS, steps);
  const times = Array.from({ length: moments + 1 }, (_, i) => Math.round(i * steps / Math.max(moments, 1)));
  let moment = 0;
  for await (const pictures of drawChains(model, parameters, { ...request, times })) {
    yield { step: times[moment++], samples: { kind: "pictures", pictures } };
  }
}
