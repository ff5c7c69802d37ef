import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import { lineChart } from "../../core/pictures/line_chart.ts";
import type { Artifact } from "../models/model.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { compile, disposeTree, seedTensor } from "../runtime/mod.ts";
import type { Diffusion } from "./diffusion.ts";

/** Times at which errors are measured. */
const TIMES = 20;

/**
 * How large the error of a network's answers is at each time, as a chart.
 *
 * @param batch Examples that were not learned from, as the loss takes them; stays the caller's.
 */
export async function lossByNoise(
  diffusion: Diffusion,
  parameters: NamedTensors,
  { batch, random }: { batch: NamedTensors; random: RandomStream },
): Promise<Artifact> {
  const measure = compile(
    (parameters: NamedTensors, batch: NamedTensors, signal: tf.Tensor, noise: tf.Tensor, seed: tf.Tensor) =>
      diffusion.errorAt(parameters, batch, { signal, noise }, seed).mean(),
    { name: "error at a noise" },
  );
  const points: [number, number][] = [];
  try {
    for (let i = 0; i < TIMES; i++) {
      const time = (i + 0.5) / TIMES;
      const { signal, noise } = diffusion.options.schedule.at(time);
      const level = [tf.scalar(signal), tf.scalar(noise), seedTensor(random.fork(i).seedPair())] as const;
      const error = await measure.run(parameters, batch, ...level);
      points.push([time, (await error.data())[0]]);
      disposeTree([error, ...level]);
    }
  } finally {
    measure.dispose();
  }
  const count = batch.examples.shape[0];
  return {
    name: "loss_by_noise",
    caption:
      `Error of the network's answers on ${count} held-out examples at each time, from next to no noise (0) to ` +
      "nothing else (1)",
    content: {
      svg: lineChart({
        title: "Where the network errs",
        xLabel: "time",
        yLabel: `${diffusion.options.error} error`,
        series: [{ name: "held-out examples", points }],
      }),
    },
  };
}
