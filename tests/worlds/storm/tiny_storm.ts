import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../../../core/random_stream.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { GaussianLatents, type Latents } from "../../../worlds/parts/latents.ts";
import type { Sight } from "../../../worlds/parts/sight.ts";
import { Storm, type StormConfig } from "../../../worlds/storm/storm.ts";

/** Sees as many numbers as the latents are read from, as they are; knows the first two again in z. */
export function plainSight({ outputs }: Latents): Sight {
  return {
    parameters: {},
    size: outputs,
    embed: (_, seen) => seen,
    error: (_, features, seen) =>
      features.slice([0, 0], [-1, 2]).sub(seen.slice([0, 0], [-1, 2])).square().sum(1),
    picture: (_, features) => tf.zeros([features.shape[0], 64, 64, 3]),
  };
}

/** Sizes for the plain CPU backend. */
export const TINY: StormConfig = {
  actionSize: 1,
  units: 4,
  layers: 2,
  heads: 2,
  window: 3,
  dropout: 0,
  dynamicsScale: 0.5,
  representationScale: 0.1,
  freeNats: 0,
  decodeEvery: 2,
  endWeight: 3,
};

/** A tiny STORM with parameters that foresee rewards; with Gaussian latents, so that all of it is smooth. */
export function tinyStorm(
  changes: Partial<StormConfig> = {},
  latents: Latents = new GaussianLatents(2),
): { storm: Storm; parameters: NamedTensors } {
  const storm = new Storm({ ...TINY, ...changes }, latents, plainSight(latents));
  const parameters = initialiseParameters(storm.parameters, new RandomStream(5));
  const random = new RandomStream(6);
  const kernel = parameters["storm/reward/output/kernel"]; // zeros
  const values = Float32Array.from({ length: kernel.size }, () => 0.3 * random.normal());
  parameters["storm/reward/output/kernel"] = tf.tensor(values, kernel.shape);
  return { storm, parameters };
}
