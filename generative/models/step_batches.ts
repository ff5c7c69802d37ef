import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import { Batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { stackBatches } from "../train/accumulate.ts";
import type { GenerativeModel } from "./model.ts";
import { cosine, type Schedule } from "../train/schedules.ts";
import type { ModelConfig } from "./model_fields.ts";

/** What the steps of a training learn from. */
export interface StepBatches {
  /** Steps in a pass over the data. */
  perEpoch: number;
  /**
   * The batch of a step, the same whenever it is made: the stacked mini-batches where several make an update.
   *
   * @param random The step's own.
   * @returns Tensors that belong to the caller.
   */
  make(step: number, random: RandomStream): NamedTensors;
}

/**
 * Shuffled batches, epoch after epoch. A mini-batch is no larger than the data.
 *
 * @param random Draws the order.
 * @throws RangeError when the mini-batches of an update are more than the data.
 */
export function stepBatches(
  model: Pick<GenerativeModel, "batch">,
  data: Dataset,
  config: Pick<ModelConfig, "model" | "batchSize" | "accumulate">,
  random: RandomStream,
): StepBatches {
  const { accumulate = 1 } = config;
  const size = Math.min(config.batchSize, data.count);
  const examples = size * accumulate;
  if (examples > data.count) {
    throw new RangeError(
      `Cannot train ${config.model}: expected at least ${examples} examples, batchSize x accumulate, got ` +
        `${data.count}; lower one of them`,
    );
  }
  const batches = new Batches({ count: data.count, batchSize: examples, random });
  const make = (step: number, random: RandomStream): NamedTensors => {
    const indices = batches.at(step);
    if (accumulate === 1) return model.batch(data, { indices, training: { step, random } });
    const parts = Array.from({ length: accumulate }, (_, part) => ({
      indices: indices.subarray(part * size, (part + 1) * size),
      training: { step, random: random.fork(part) },
    }));
    return tf.tidy(() => stackBatches(parts.map((part) => model.batch(data, part))));
  };
  return { perEpoch: batches.perEpoch, make };
}

/** Steps that count as an epoch. @param count Examples that are learned from, no fewer than make an update. */
export function epochStepsOf(
  { epochSteps, batchSize, accumulate = 1 }: Pick<ModelConfig, "epochSteps" | "batchSize" | "accumulate">,
  count: number,
): number {
  return epochSteps || Math.floor(count / (Math.min(batchSize, count) * accumulate));
}

/**
 * A learning rate that falls in half a cosine over all steps of a training, to `modelFields.finalLearningRate`.
 *
 * @param count As {@link epochStepsOf} takes it.
 */
export function fallingRate(
  { learningRate: from, finalLearningRate: to, ...config }:
    & Pick<ModelConfig, "epochs" | "epochSteps" | "batchSize" | "accumulate">
    & { learningRate: number; finalLearningRate: number },
  count: number,
): Schedule {
  return cosine({ from, to, steps: config.epochs * epochStepsOf(config, count) });
}
