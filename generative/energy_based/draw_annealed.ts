import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { compile, disposeTree, normal, seedTensor } from "../runtime/mod.ts";
import type { AnnealingOptions, ScoreMatching } from "./score_matching.ts";

/** What {@link drawAnnealed} is asked for. */
export interface DrawAnnealedOptions extends AnnealingOptions {
  /** Number of points. */
  count: number;
  /** Noise levels, one after the other. @default all of the model, falling */
  sigmas?: readonly number[];
  /** The only source of chance. */
  random: RandomStream;
}

/** Annealed Langevin dynamics from noise: the points `[count, D]` at the start, and after each noise level. */
export async function* drawAnnealed(
  model: ScoreMatching,
  parameters: NamedTensors,
  { count, sigmas = model.sigmas, random, steps, temperature }: DrawAnnealedOptions,
): AsyncGenerator<Float32Array> {
  const { dimensions, sigmaMax } = model.options;
  const walk = compile(
    (parameters: NamedTensors, points: tf.Tensor, sigma: tf.Tensor, seed: tf.Tensor) =>
      model.anneal(parameters, points, { sigma, steps, temperature }, seed),
    { name: "annealed chains" },
  );
  let points = tf.tidy(() =>
    normal([count, dimensions], seedTensor(random.fork("start").seedPair())).mul(sigmaMax)
  );
  try {
    yield await points.data() as Float32Array;
    for (const [i, level] of sigmas.entries()) {
      const [sigma, seed] = [tf.scalar(level), seedTensor(random.fork(i).seedPair())];
      const next = await walk.run(parameters, points, sigma, seed);
      disposeTree([points, sigma, seed]);
      points = next;
      yield await points.data() as Float32Array;
    }
  } finally {
    walk.dispose();
    points.dispose();
  }
}
