import type * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Box } from "../../envs/spaces.ts";
import { digamma, logGamma, type NamedTensors } from "../../generative/nn/mod.ts";
import type { ActionDistribution } from "./action_distribution.ts";

/** Choices keep this distance from 0 and 1, where densities are 0. */
const MARGIN = 1e-5;

/**
 * Independent Beta distributions over the actions' ranges (Chou et al. 2017, Improving Stochastic Policy Gradients in
 * Continuous Control): nothing is ever clipped. Described by A alphas and A betas, `1 + softplus(x)`, so that each has one
 * peak. A choice lies between 0, the least, and 1, the greatest action.
 */
export class Beta implements ActionDistribution {
  readonly parameters = {};
  readonly units: number;
  readonly choiceSize: number;
  readonly actionSize: number;
  readonly #space: Box;

  /** @param space The environment's actions, with finite bounds. */
  constructor(space: Box) {
    this.#space = space;
    this.choiceSize = this.actionSize = space.low.length;
    this.units = 2 * this.actionSize;
  }

  describe(_: NamedTensors, outputs: tf.Tensor): tf.Tensor {
    return outputs.softplus().add(1);
  }

  logProbability(description: tf.Tensor, choices: tf.Tensor): tf.Tensor {
    const [alpha, beta] = description.split(2, 1);
    const kernel = choices.log().mul(alpha.sub(1)).add(choices.neg().log1p().mul(beta.sub(1)));
    return kernel.sub(logBeta(alpha, beta)).sum(1);
  }

  entropy(description: tf.Tensor): tf.Tensor {
    const [alpha, beta] = description.split(2, 1);
    const total = alpha.add(beta);
    return logBeta(alpha, beta)
      .sub(alpha.sub(1).mul(digamma(alpha)))
      .sub(beta.sub(1).mul(digamma(beta)))
      .add(total.sub(2).mul(digamma(total)))
      .sum(1);
  }

  choose(description: Float32Array, random?: RandomStream): number[] {
    return Array.from({ length: this.choiceSize }, (_, a) => {
      const [alpha, beta] = [description[a], description[this.choiceSize + a]];
      const value = random ? drawBeta(alpha, beta, random) : alpha / (alpha + beta);
      return Math.fround(Math.min(1 - MARGIN, Math.max(MARGIN, value)));
    });
  }

  action(choice: readonly number[]): number[] {
    const { low, high } = this.#space;
    return choice.map((value, a) => low[a] + value * (high[a] - low[a]));
  }
}

/** ln B(alpha, beta). */
function logBeta(alpha: tf.Tensor, beta: tf.Tensor): tf.Tensor {
  return logGamma(alpha).add(logGamma(beta)).sub(logGamma(alpha.add(beta)));
}

function drawBeta(alpha: number, beta: number, random: RandomStream): number {
  const [first, second] = [drawGamma(alpha, random), drawGamma(beta, random)];
  return first / (first + second);
}

/** A number of the gamma distribution of a shape of 1 or more (Marsaglia and Tsang 2000). */
function drawGamma(shape: number, random: RandomStream): number {
  const d = shape - 1 / 3, c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}
