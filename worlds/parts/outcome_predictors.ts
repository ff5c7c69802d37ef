import type * as tf from "@tensorflow/tfjs";
import { zeros } from "../../generative/nn/initialisers.ts";
import { binaryCrossEntropy } from "../../generative/nn/losses.ts";
import { MLP } from "../../generative/nn/mlp.ts";
import {
  collectParameters,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
} from "../../generative/nn/parameters.ts";
import { TwoHot } from "../../generative/nn/two_hot.ts";
import type { Imagined } from "../world_model.ts";

/** What follows a decision. */
export interface Outcome {
  /** Logits of the reward, `[B, K]`: see {@link TwoHot}. */
  rewardLogits: tf.Tensor;
  /** Log odds of the cost, `[B]`. */
  costLogit: tf.Tensor;
  /** Log odds that the episode ends, `[B]`. */
  doneLogit: tf.Tensor;
}

/** What followed decisions, `[N]` each. */
export interface Outcomes {
  /** In the environment's unit. */
  rewards: tf.Tensor;
  /** 0 to 1. */
  costs: tf.Tensor;
  /** 0 or 1. */
  dones: tf.Tensor;
}

/** The options of {@link OutcomePredictors}. */
export interface OutcomePredictorsOptions {
  /** Numbers that they read, U. */
  inputs: number;
  /** Units of each one's hidden layer. */
  hiddenUnits: number;
  /** What an episode's end counts in the loss, relative to a decision that ends none. */
  endWeight: number;
}

/**
 * Predictors of reward, cost and end from what a world model makes of a decision. Rewards are learned by cross-entropy over
 * bins and start at 0. Perceptrons: `<name>/reward`, `<name>/cost`, `<name>/done`.
 */
export class OutcomePredictors implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #reward: MLP;
  readonly #cost: MLP;
  readonly #done: MLP;
  readonly #rewards = new TwoHot();

  /** Declares the networks under a name. */
  constructor(name: string, readonly options: OutcomePredictorsOptions) {
    const { inputs, hiddenUnits } = options;
    const shape = { inputs, hidden: [hiddenUnits], activation: "swish" as const };
    this.#reward = new MLP(`${name}/reward`, {
      ...shape,
      outputs: this.#rewards.bins,
      outputInitialiser: zeros,
    });
    this.#cost = new MLP(`${name}/cost`, { ...shape, outputs: 1 });
    this.#done = new MLP(`${name}/done`, { ...shape, outputs: 1 });
    this.parameters = collectParameters(this.#reward, this.#cost, this.#done);
  }

  /** What decisions come to. @param hidden `[B, U]`. */
  apply(parameters: NamedTensors, hidden: tf.Tensor): Outcome {
    return {
      rewardLogits: this.#reward.apply(parameters, hidden),
      costLogit: this.#cost.apply(parameters, hidden).squeeze([1]),
      doneLogit: this.#done.apply(parameters, hidden).squeeze([1]),
    };
  }

  /** What a dream is told of an outcome. */
  imagined({ rewardLogits, costLogit, doneLogit }: Outcome): Omit<Imagined, "state"> {
    return {
      reward: this.#rewards.decode(rewardLogits),
      doneLogit: doneLogit as tf.Tensor1D,
      measures: { cost: costLogit.sigmoid() },
    };
  }

  /** Mean cross-entropies of what followed, in nats. */
  losses(
    outcome: Outcome,
    { rewards, costs, dones }: Outcomes,
  ): Record<"reward" | "cost" | "done", tf.Scalar> {
    const { endWeight } = this.options;
    // Ends are rare: they count more, with the log odds shifted so that the least loss is at the true ones.
    const ends = binaryCrossEntropy(outcome.doneLogit.add(Math.log(endWeight)), dones)
      .mul(dones.mul(endWeight - 1).add(1));
    return {
      reward: this.#rewards.loss(outcome.rewardLogits, rewards).mean(),
      cost: binaryCrossEntropy(outcome.costLogit, costs).mean(),
      done: ends.mean(),
    };
  }
}
