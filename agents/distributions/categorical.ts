import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Discrete } from "../../envs/spaces.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { ActionDistribution } from "./action_distribution.ts";

/** One of K actions; described by K log probabilities. */
export class Categorical implements ActionDistribution {
  readonly parameters = {};
  readonly units: number;
  readonly choiceSize = 1;
  readonly actionSize = 1;

  /** @param space The environment's actions. */
  constructor({ count }: Discrete) {
    this.units = count;
  }

  describe(_: NamedTensors, logits: tf.Tensor): tf.Tensor {
    return logits.logSoftmax();
  }

  logProbability(description: tf.Tensor, choices: tf.Tensor): tf.Tensor {
    const chosen = tf.oneHot(choices.squeeze([1]).toInt(), this.units);
    return description.mul(chosen).sum(1);
  }

  entropy(description: tf.Tensor): tf.Tensor {
    return description.exp().mul(description).sum(1).neg();
  }

  choose(description: Float32Array, random?: RandomStream): number[] {
    if (random) return [random.pick(description.map(Math.exp))];
    return [description.indexOf(Math.max(...description))];
  }

  action(choice: readonly number[]): number[] {
    return [...choice];
  }
}
