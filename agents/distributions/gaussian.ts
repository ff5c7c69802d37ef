import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Box } from "../../envs/spaces.ts";
import {
  initialisers,
  logStandardNormal,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
} from "../../generative/nn/mod.ts";
import type { ActionDistribution } from "./action_distribution.ts";

/** The name of its one parameter. */
const LOG_DEVIATION = "policy/logDeviation";

/**
 * Independent Gaussians whose deviations do not depend on what is seen (Schulman et al. 2015); described by A means and A
 * log deviations. A choice is in units of half the action's range from its middle, and is clipped to it when it is
 * carried out: its density is that of the number before.
 */
export class Gaussian implements ActionDistribution {
  readonly parameters: ParameterSpecs;
  readonly units: number;
  readonly choiceSize: number;
  readonly actionSize: number;
  readonly #space: Box;

  /**
   * @param space The environment's actions, with finite bounds.
   * @param deviation The standard deviation at the start.
   */
  constructor(space: Box, { deviation }: { deviation: number }) {
    this.#space = space;
    this.units = this.choiceSize = this.actionSize = space.low.length;
    this.parameters = {
      [LOG_DEVIATION]: { shape: [this.units], initialiser: initialisers.constant(Math.log(deviation)) },
    };
  }

  describe(parameters: NamedTensors, mean: tf.Tensor): tf.Tensor {
    const logDeviation = parameter(parameters, LOG_DEVIATION);
    return mean.concat(mean.zerosLike().add(logDeviation), 1);
  }

  logProbability(description: tf.Tensor, choices: tf.Tensor): tf.Tensor {
    const [mean, logDeviation] = description.split(2, 1);
    const standard = choices.sub(mean).mul(logDeviation.neg().exp());
    return logStandardNormal(standard).sub(logDeviation).sum(1);
  }

  entropy(description: tf.Tensor): tf.Tensor {
    const [, logDeviation] = description.split(2, 1);
    return logDeviation.add(0.5 * Math.log(2 * Math.PI * Math.E)).sum(1);
  }

  choose(description: Float32Array, random?: RandomStream): number[] {
    return Array.from({ length: this.units }, (_, a) => {
      const deviation = Math.exp(description[this.units + a]);
      return Math.fround(random ? description[a] + deviation * random.normal() : description[a]);
    });
  }

  action(choice: readonly number[]): number[] {
    const { low, high } = this.#space;
    return choice.map((value, a) => {
      const limited = Math.min(1, Math.max(-1, value));
      return (low[a] + high[a]) / 2 + limited * (high[a] - low[a]) / 2;
    });
  }
}
