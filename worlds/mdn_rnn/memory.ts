import * as tf from "@tensorflow/tfjs";
import { reparameterise } from "../../generative/nn/distributions.ts";
import { Linear } from "../../generative/nn/linear.ts";
import { binaryCrossEntropy } from "../../generative/nn/losses.ts";
import { LSTM, type LSTMState } from "../../generative/nn/lstm.ts";
import { MLP } from "../../generative/nn/mlp.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import { foldSeed } from "../../generative/runtime/random.ts";
import type { Losses } from "../../generative/nn/gradients.ts";
import type { Model } from "../../generative/train/model.ts";
import { type Mixture, mixtureLogProbability, readMixture } from "./mixture.ts";

/** What a {@link Memory} is made of. */
export interface MemoryConfig {
  /** Numbers in a latent, Z. */
  latentSize: number;
  /** Numbers in an action, A. */
  actionSize: number;
  /** Units of the LSTM, U. */
  units: number;
  /** Gaussians a latent dimension, K. */
  components: number;
  /** Whether the mixture is over the change of the latent instead of the next latent. */
  predictChange: boolean;
  /** Whether the LSTM takes in the {@link nextPace pace} beside latent and action. @default false */
  seesRewards?: boolean;
  /** Whether a policy sees the LSTM's cells as well, beside what it gives out. @default false */
  showsCell?: boolean;
  /** Lowest and highest log sigma; unbounded without. */
  logSigmaRange?: [number, number];
  /** Hidden ELU layers of the heads for reward and end. */
  headUnits: number[];
  /** The reward head predicts reward / rewardScale, and the pace is a mean of it. */
  rewardScale: number;
  /** What an episode's end counts in the loss, relative to a decision that does not end one. @default 1 */
  doneWeight?: number;
}

/** Ha & Schmidhuber 2018: 422,368 parameters in LSTM and mixture, beside the heads. */
export const PAPER_MEMORY: MemoryConfig = {
  latentSize: 32,
  actionSize: 3,
  units: 256,
  components: 5,
  predictChange: false,
  headUnits: [128],
  rewardScale: 1,
};

/** The default preset's, after the dream recipe: one Gaussian over the change, bounded, two actions. */
export const SMALL_MEMORY: MemoryConfig = {
  latentSize: 32,
  actionSize: 2,
  units: 256,
  components: 1,
  predictChange: true,
  logSigmaRange: [-4, 2],
  headUnits: [128],
  rewardScale: 5,
};

/**
 * A batch of B stretches of T successive decisions, cut anywhere out of the recorded streams (an episode may end
 * inside one and the next begin).
 *
 * At decision t the agent saw the frame behind `mu[t]` and `logVar[t]`, took `actions[t]`, got `rewards[t]`, and
 * `dones[t]` tells whether that ended the episode by the environment's rules. Where `resets[t]` is 1 the frame is
 * an episode's first: the memory starts from zero there, and nothing predicts that frame.
 */
export interface MemoryBatch extends LSTMState {
  /** `pace`, `[T, B, 1]`, before each decision, where the memory sees rewards. More tensors do no harm. */
  [name: string]: tf.Tensor;
  /** `[T, B, Z]`; latents are drawn afresh from mu and logVar in every step. */
  mu: tf.Tensor;
  /** `[T, B, Z]`. */
  logVar: tf.Tensor;
  /** `[T, B, A]`. */
  actions: tf.Tensor;
  /** `[T, B]`. */
  rewards: tf.Tensor;
  /** `[T, B]`, 0 to 1: how bad the decision was apart from its reward, such as the share of wheels off the road. */
  costs: tf.Tensor;
  /** `[T, B]`, 0 or 1. */
  dones: tf.Tensor;
  /** `[T, B]`, 0 or 1. */
  resets: tf.Tensor;
  /** The memory's state before the first decision, `[B, U]`; zeros at an episode's start. */
  hidden: tf.Tensor;
  /** Its cells, `[B, U]`. */
  cell: tf.Tensor;
}

/** What the memory takes in at a decision. */
export interface MemoryInput {
  /** What is seen, `[B, Z]`. */
  latents: tf.Tensor;
  /** What is done, `[B, A]`. */
  action: tf.Tensor;
  /** What was earned lately, `[B, 1]`; there where the memory sees rewards. */
  pace?: tf.Tensor;
}

/** What the memory expects of one decision. */
export interface Prediction {
  /** Over the next latent, or its change where `predictChange` is set. */
  mixture: Mixture;
  /** `[B]`, in the environment's unit. */
  reward: tf.Tensor1D;
  /** `[B]`, in (0, 1). */
  cost: tf.Tensor1D;
  /** Log odds that the episode ends here, `[B]`. */
  doneLogit: tf.Tensor1D;
}

/**
 * The MDN-RNN: an LSTM over latents and actions, a mixture density over the next latent, and heads for reward, cost
 * and end that read `[hidden after the step, latent, action]`. With `seesRewards` the LSTM takes in the pace too.
 *
 * Parameters are named `<name>/lstm/...`, `<name>/mixture/...`, `<name>/reward/...`, `<name>/cost/...` and
 * `<name>/done/...`.
 */
export class Memory implements Model<MemoryBatch> {
  /** The sizes of the network. */
  readonly config: MemoryConfig;
  /** Prefix of the parameters. */
  readonly name: string;
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** What remembers: `[latent, action]` in, or `[latent, action, pace]`. */
  readonly lstm: LSTM;
  /** Hidden state to mixture, `[B, 3 K Z]` as {@link readMixture} reads it. */
  readonly mixture: Linear;
  /** To reward / rewardScale, `[B, 1]`. */
  readonly reward: MLP;
  /** To the log odds of the cost, `[B, 1]`. */
  readonly cost: MLP;
  /** To the log odds of the end, `[B, 1]`. */
  readonly done: MLP;

  /**
   * Builds the layers; nothing is computed yet.
   *
   * @param config Sizes, {@link PAPER_MEMORY} or {@link SMALL_MEMORY} for instance.
   * @param name Prefix of the parameters.
   */
  constructor(config: MemoryConfig, name = "memory") {
    this.config = config;
    this.name = name;
    const { latentSize, actionSize, units, components, headUnits, seesRewards = false } = config;
    const inputs = latentSize + actionSize;
    this.lstm = new LSTM(`${name}/lstm`, { inputs: inputs + (seesRewards ? 1 : 0), units });
    this.mixture = new Linear(`${name}/mixture`, { inputs: units, units: 3 * components * latentSize });
    const head = { inputs: units + inputs, hidden: headUnits, outputs: 1, activation: "elu" as const };
    this.reward = new MLP(`${name}/reward`, head);
    this.cost = new MLP(`${name}/cost`, head);
    this.done = new MLP(`${name}/done`, head);
    this.parameters = collectParameters(this.lstm, this.mixture, this.reward, this.cost, this.done);
  }

  /** The state of an episode's start, `[B, U]` zeros. */
  initialState(batch: number): LSTMState {
    return this.lstm.zeroState(batch);
  }

  /** Takes in what is seen and done, and what was earned before it where the memory sees rewards. */
  advance(parameters: NamedTensors, { latents, action, pace }: MemoryInput, state: LSTMState): LSTMState {
    return this.lstm.step(parameters, this.#join(latents, action, pace), state);
  }

  /**
   * What follows a decision.
   *
   * @param hidden The hidden state *after* {@link Memory.advance}, `[B, U]`.
   * @param input The latent and action that it took in.
   */
  predict(parameters: NamedTensors, hidden: tf.Tensor, input: MemoryInput): Prediction {
    const features = tf.concat([hidden, input.latents, input.action], 1);
    const { reward, costLogit, doneLogit } = this.#heads(parameters, features);
    return { mixture: this.#mixture(parameters, hidden), reward, cost: costLogit.sigmoid(), doneLogit };
  }

  /** Next latents from a draw of the mixture: the draw itself, or the latents changed by it. */
  nextLatents(latents: tf.Tensor, draw: tf.Tensor): tf.Tensor {
    return this.config.predictChange ? latents.add(draw) : draw;
  }

  /**
   * The sum of four parts: `nll`, the negative log likelihood of the next latent, a mean over dimensions and over
   * the steps that are not an episode's last; `reward`, the squared error of reward / rewardScale; `cost` and `done`,
   * the cross-entropies of the cost and of the end. An end counts `doneWeight` times, as its gradient is rare; log odds
   * plus `ln doneWeight` are what is compared, so that {@link Prediction.doneLogit} stays calibrated (weighted and
   * shifted, the least cross-entropy is at the true odds).
   */
  loss(parameters: NamedTensors, batch: MemoryBatch, seed: tf.Tensor): Losses {
    const { units, latentSize, actionSize, rewardScale } = this.config;
    const [time, count] = batch.mu.shape as [number, number, number];
    const latents = reparameterise(batch, foldSeed(seed, 0));
    const inputs = this.#join(latents, batch.actions, batch.pace);
    const { outputs } = this.lstm.sequence(parameters, inputs, batch, { resets: batch.resets });

    const steps = (time - 1) * count;
    const from = latents.slice([0, 0, 0], [time - 1, count, latentSize]);
    const to = latents.slice([1, 0, 0], [time - 1, count, latentSize]);
    const target = (this.config.predictChange ? to.sub(from) : to).reshape([steps, latentSize]);
    const hidden = outputs.slice([0, 0, 0], [time - 1, count, units]).reshape([steps, units]);
    const logProbability = mixtureLogProbability(this.#mixture(parameters, hidden), target).mean(1);
    const known = tf.sub(1, batch.resets.slice([1, 0], [time - 1, count])).reshape([steps]);
    const nll = logProbability.mul(known).sum().neg().div(known.sum().maximum(1)) as tf.Scalar;

    const features = tf.concat([outputs, latents, batch.actions], 2).reshape([
      time * count,
      units + latentSize + actionSize,
    ]);
    const { reward, costLogit, doneLogit } = this.#heads(parameters, features);
    const rewardLoss = reward.sub(batch.rewards.reshape([-1])).div(rewardScale).square().mean() as tf.Scalar;
    const costLoss = binaryCrossEntropy(costLogit, batch.costs.reshape([-1])).mean() as tf.Scalar;
    const { doneWeight = 1 } = this.config;
    const dones = batch.dones.reshape([-1]);
    const doneLoss = binaryCrossEntropy(doneLogit.add(Math.log(doneWeight)), dones)
      .mul(dones.mul(doneWeight - 1).add(1)).mean() as tf.Scalar;
    return {
      loss: tf.addN([nll, rewardLoss, costLoss, doneLoss]) as tf.Scalar,
      nll,
      reward: rewardLoss,
      cost: costLoss,
      done: doneLoss,
    };
  }

  /** What the LSTM takes in: the last axes side by side. */
  #join(latents: tf.Tensor, action: tf.Tensor, pace?: tf.Tensor): tf.Tensor {
    if (!this.config.seesRewards) return tf.concat([latents, action], -1);
    if (!pace) throw new TypeError("Cannot advance a memory that sees rewards: expected a pace, got none");
    return tf.concat([latents, action, pace], -1);
  }

  #mixture(parameters: NamedTensors, hidden: tf.Tensor): Mixture {
    const { components, latentSize, logSigmaRange } = this.config;
    return readMixture(this.mixture.apply(parameters, hidden), {
      components,
      size: latentSize,
      logSigmaRange,
    });
  }

  /** `[B]` each. */
  #heads(parameters: NamedTensors, features: tf.Tensor) {
    const head = (mlp: MLP) => mlp.apply(parameters, features).reshape<tf.Tensor1D>([-1]);
    const reward = head(this.reward).mul<tf.Tensor1D>(this.config.rewardScale);
    return { reward, costLogit: head(this.cost), doneLogit: head(this.done) };
  }
}
