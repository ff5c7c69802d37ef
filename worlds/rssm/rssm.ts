import * as tf from "@tensorflow/tfjs";
import type { Losses } from "../../generative/nn/gradients.ts";
import { Linear } from "../../generative/nn/linear.ts";
import { binaryCrossEntropy } from "../../generative/nn/losses.ts";
import { MLP } from "../../generative/nn/mlp.ts";
import { NormGRU } from "../../generative/nn/norm_gru.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import { TwoHot } from "../../generative/nn/two_hot.ts";
import type { Model } from "../../generative/train/model.ts";
import { seededNoise } from "../noise.ts";
import { fixed, type Latents, type StateDistribution } from "./latents.ts";
import type { Sight } from "./sight.ts";

/** Sizes and loss of an {@link Rssm}. */
export interface RssmConfig {
  /** Numbers in an action, A. */
  actionSize: number;
  /** Units of the recurrent state, U. */
  units: number;
  /** Units of each network's hidden layer. */
  hiddenUnits: number;
  /** Weight of the divergence that teaches the prior what the posterior sees. */
  dynamicsScale: number;
  /** Weight of the divergence that teaches the posterior to be foreseeable; 0 leaves it to see as it likes. */
  representationScale: number;
  /** Nats a step below which neither divergence is pressed (free bits). */
  freeNats: number;
  /** Every so-eth step of a sequence is decoded: decoding takes most of the time. */
  decodeEvery: number;
  /** What an episode's end counts in the loss, relative to a decision that ends none. */
  endWeight: number;
}

/** Where an episode or a dream stands as a decision is taken. */
export type RssmState = {
  /** The deterministic part, h: `[B, U]`. */
  hidden: tf.Tensor;
  /** The stochastic part, a sample z: `[B, Z]`. */
  latents: tf.Tensor;
};

/** What follows a decision, `[B]` each. */
export interface Outcome {
  /** Logits of the reward, `[B, K]`: see {@link TwoHot}. */
  rewardLogits: tf.Tensor;
  /** Log odds of the cost. */
  costLogit: tf.Tensor;
  /** Log odds that the episode ends. */
  doneLogit: tf.Tensor;
}

/** B stretches of T successive decisions, cut anywhere out of the recorded streams. */
export interface RssmBatch {
  /** More tensors do no harm. */
  [name: string]: tf.Tensor;
  /** What the sight embeds of the frame before each decision, `[T, B, ..]`. */
  seen: tf.Tensor;
  /** `[T, B, A]`. */
  actions: tf.Tensor;
  /** `[T, B]`, in the environment's unit. */
  rewards: tf.Tensor;
  /** `[T, B]`, 0 to 1: how bad the decision was apart from its reward. */
  costs: tf.Tensor;
  /** `[T, B]`, 0 or 1. */
  dones: tf.Tensor;
  /** `[T, B]`, 1 where the frame is an episode's first. */
  resets: tf.Tensor;
}

/**
 * The recurrent state-space model (Hafner et al., 2019, PlaNet; 2023, DreamerV3):
 *
 * - sequence model `h' = f(h, z, a)`, a gated recurrent unit;
 * - encoder, or posterior, `z ~ q(z | h, e)` with the embedding e of what is seen;
 * - dynamics predictor, or prior, `z ~ p(z | h)`;
 * - decoder of `[h, z]`, and predictors of reward, cost and end. These read h after the action alone: rollouts hold no
 *   frame after an episode's last decision, so no z either.
 *
 * Parameters are named `<name>/recurrent/...`, `<name>/prior/...`, `<name>/posterior/...`, `<name>/reward/...`, and so on.
 */
export class Rssm implements Model<RssmBatch> {
  /** The parameters by full name, the sight's among them. */
  readonly parameters: ParameterSpecs;
  readonly #input: Linear;
  readonly #recurrent: NormGRU;
  readonly #prior: MLP;
  readonly #posterior: MLP;
  readonly #reward: MLP;
  readonly #cost: MLP;
  readonly #done: MLP;
  readonly #rewards = new TwoHot();

  /** Declares the networks under a name. */
  constructor(
    readonly config: RssmConfig,
    readonly latents: Latents,
    readonly sight: Sight,
    name = "rssm",
  ) {
    const { actionSize, units, hiddenUnits } = config;
    const network = (part: string, inputs: number, outputs: number, silent = false) =>
      new MLP(`${name}/${part}`, {
        inputs,
        hidden: [hiddenUnits],
        outputs,
        activation: "swish",
        ...silent && { outputInitialiser: (shape) => new Float32Array(shape[0] * shape[1]) },
      });
    this.#input = new Linear(`${name}/input`, { inputs: latents.size + actionSize, units: hiddenUnits });
    this.#recurrent = new NormGRU(`${name}/recurrent`, { inputs: hiddenUnits, units });
    this.#prior = network("prior", units, latents.outputs);
    this.#posterior = network("posterior", units + sight.size, latents.outputs);
    this.#reward = network("reward", units, this.#rewards.bins, true);
    this.#cost = network("cost", units, 1);
    this.#done = network("done", units, 1);
    this.parameters = collectParameters(
      this.#input,
      this.#recurrent,
      this.#prior,
      this.#posterior,
      this.#reward,
      this.#cost,
      this.#done,
      sight,
    );
  }

  /** Numbers of a state, F. */
  get featureSize(): number {
    return this.latents.size + this.config.units;
  }

  /** `[z, h]`, `[B, F]`. */
  features({ hidden, latents }: RssmState): tf.Tensor {
    return latents.concat(hidden, 1);
  }

  /** The sequence model: h after an action, `[B, U]`. */
  advance(parameters: NamedTensors, { hidden, latents }: RssmState, action: tf.Tensor): tf.Tensor {
    const input = this.#input.apply(parameters, latents.concat(action, 1)).elu();
    return this.#recurrent.step(parameters, input, hidden);
  }

  /** What the posterior puts out, `[B, P]`; {@link Latents.read} makes a distribution of it. */
  posterior(parameters: NamedTensors, hidden: tf.Tensor, embedding: tf.Tensor): tf.Tensor {
    return this.#posterior.apply(parameters, hidden.concat(embedding, 1));
  }

  /** What is expected of z before anything is seen. */
  prior(parameters: NamedTensors, hidden: tf.Tensor): StateDistribution {
    return this.latents.read(this.#prior.apply(parameters, hidden));
  }

  /** What the decision that led to h came to. */
  outcome(parameters: NamedTensors, hidden: tf.Tensor): Outcome {
    return {
      rewardLogits: this.#reward.apply(parameters, hidden),
      costLogit: this.#cost.apply(parameters, hidden).squeeze([1]),
      doneLogit: this.#done.apply(parameters, hidden).squeeze([1]),
    };
  }

  /** The reward that logits stand for, `[B]`. */
  reward({ rewardLogits }: Outcome): tf.Tensor1D {
    return this.#rewards.decode(rewardLogits);
  }

  /**
   * The sum of `reconstruction`, `reward`, `cost`, `done` and the divergences of posterior and prior in both directions,
   * `dynamics` and `representation` (KL balancing). Sequences begin with h of zeros; neither divergence counts where an
   * episode or a sequence begins, as nothing foresaw that frame. Reported: `divergence`, in nats and without the floor.
   */
  loss(parameters: NamedTensors, batch: RssmBatch, seed: tf.Tensor): Losses {
    const { config, latents, sight } = this;
    const [time, count] = batch.resets.shape;
    const seen = batch.seen.reshape([time * count, ...batch.seen.shape.slice(2)]);
    const embeddings = sight.embed(parameters, seen).split(time);
    const actions = batch.actions.unstack();
    const keeps = tf.sub(1, batch.resets).expandDims(2).unstack();
    const draws = seededNoise({ latents: latents.noise }, seed, { rows: time * count }).latents.split(time);

    const hiddens: tf.Tensor[] = [], posteriors: tf.Tensor[] = [], samples: tf.Tensor[] = [];
    const after: tf.Tensor[] = [];
    for (let t = 0; t < time; t++) {
      const hidden = t === 0 ? tf.zeros([count, config.units]) : after[t - 1].mul(keeps[t]);
      const outputs = this.posterior(parameters, hidden, embeddings[t]);
      const state = { hidden, latents: latents.sample(latents.read(outputs), draws[t]) };
      hiddens.push(hidden);
      posteriors.push(outputs);
      samples.push(state.latents);
      after.push(this.advance(parameters, state, actions[t]));
    }

    const posterior = latents.read(tf.concat(posteriors.slice(1)));
    const prior = this.prior(parameters, tf.concat(hiddens.slice(1)));
    const foreseen = tf.concat(keeps.slice(1)).squeeze([1]);
    const meanForeseen = (values: tf.Tensor) => values.mul(foreseen).sum().div(foreseen.sum().maximum(1));
    const pressed = (divergence: tf.Tensor) => meanForeseen(divergence.maximum(config.freeNats)) as tf.Scalar;
    const dynamics = pressed(latents.divergence(fixed(posterior), prior));
    const representation = pressed(latents.divergence(posterior, fixed(prior)));

    const reconstruction = this.#reconstruction(parameters, { hiddens, samples }, batch.seen);
    const outcome = this.outcome(parameters, tf.concat(after));
    const flat = (tensor: tf.Tensor) => tensor.reshape([time * count]);
    const reward = this.#rewards.loss(outcome.rewardLogits, flat(batch.rewards)).mean() as tf.Scalar;
    const cost = binaryCrossEntropy(outcome.costLogit, flat(batch.costs)).mean() as tf.Scalar;
    // Ends are rare: they count more, with the log odds shifted so that the least loss is at the true ones.
    const dones = flat(batch.dones);
    const done = binaryCrossEntropy(outcome.doneLogit.add(Math.log(config.endWeight)), dones)
      .mul(dones.mul(config.endWeight - 1).add(1)).mean() as tf.Scalar;
    const parts = [reconstruction, reward, cost, done, dynamics.mul(config.dynamicsScale)];
    return {
      loss: tf.addN([...parts, representation.mul(config.representationScale)]),
      reconstruction,
      reward,
      cost,
      done,
      dynamics,
      representation,
      divergence: meanForeseen(latents.divergence(fixed(posterior), fixed(prior))),
    };
  }

  /** The mean error of the steps that are decoded: the last of every so many. */
  #reconstruction(
    parameters: NamedTensors,
    { hiddens, samples }: { hiddens: tf.Tensor[]; samples: tf.Tensor[] },
    seen: tf.Tensor,
  ): tf.Scalar {
    const { decodeEvery } = this.config;
    const shown = (_: unknown, t: number) => (t + 1) % decodeEvery === 0;
    const features = tf.concat([tf.concat(samples.filter(shown)), tf.concat(hiddens.filter(shown))], 1);
    const frames = tf.concat(seen.unstack().filter(shown));
    return this.sight.error(parameters, features, frames).mean() as tf.Scalar;
  }
}
