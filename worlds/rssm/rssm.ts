import * as tf from "@tensorflow/tfjs";
import type { Losses } from "../../generative/nn/gradients.ts";
import { Linear } from "../../generative/nn/linear.ts";
import { MLP } from "../../generative/nn/mlp.ts";
import { NormGRU } from "../../generative/nn/norm_gru.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import type { Model } from "../../generative/train/model.ts";
import { seededNoise } from "../noise.ts";
import { type DecisionSequences, lastOfEvery } from "../parts/decision_sequences.ts";
import { klBalance } from "../parts/kl_balance.ts";
import type { Latents, StateDistribution } from "../parts/latents.ts";
import { OutcomePredictors } from "../parts/outcome_predictors.ts";
import type { Sight } from "../parts/sight.ts";

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
export class Rssm implements Model<DecisionSequences> {
  /** The parameters by full name, the sight's among them. */
  readonly parameters: ParameterSpecs;
  /** The predictors of what a decision comes to; they read h after it. */
  readonly outcomes: OutcomePredictors;
  readonly #input: Linear;
  readonly #recurrent: NormGRU;
  readonly #prior: MLP;
  readonly #posterior: MLP;

  /** Declares the networks under a name. */
  constructor(
    readonly config: RssmConfig,
    readonly latents: Latents,
    readonly sight: Sight,
    name = "rssm",
  ) {
    const { actionSize, units, hiddenUnits, endWeight } = config;
    const network = (part: string, inputs: number, outputs: number) =>
      new MLP(`${name}/${part}`, { inputs, hidden: [hiddenUnits], outputs, activation: "swish" });
    this.#input = new Linear(`${name}/input`, { inputs: latents.size + actionSize, units: hiddenUnits });
    this.#recurrent = new NormGRU(`${name}/recurrent`, { inputs: hiddenUnits, units });
    this.#prior = network("prior", units, latents.outputs);
    this.#posterior = network("posterior", units + sight.size, latents.outputs);
    this.outcomes = new OutcomePredictors(name, { inputs: units, hiddenUnits, endWeight });
    this.parameters = collectParameters(
      this.#input,
      this.#recurrent,
      this.#prior,
      this.#posterior,
      this.outcomes,
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

  /**
   * The sum of `reconstruction`, `reward`, `cost`, `done` and the divergences of posterior and prior in both directions,
   * `dynamics` and `representation` (KL balancing). Sequences begin with h of zeros; neither divergence counts where an
   * episode or a sequence begins, as nothing foresaw that frame. Reported: `divergence`, in nats and without the floor.
   */
  loss(parameters: NamedTensors, batch: DecisionSequences, seed: tf.Tensor): Losses {
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
    const balance = klBalance(latents, { posterior, prior, foreseen, freeNats: config.freeNats });

    const reconstruction = this.#reconstruction(parameters, { hiddens, samples }, batch.seen);
    const flat = (tensor: tf.Tensor) => tensor.reshape([time * count]);
    const { reward, cost, done } = this.outcomes.losses(this.outcomes.apply(parameters, tf.concat(after)), {
      rewards: flat(batch.rewards),
      costs: flat(batch.costs),
      dones: flat(batch.dones),
    });
    const parts = [reconstruction, reward, cost, done, balance.dynamics.mul(config.dynamicsScale)];
    return {
      loss: tf.addN([...parts, balance.representation.mul(config.representationScale)]),
      reconstruction,
      reward,
      cost,
      done,
      ...balance,
    };
  }

  /** The mean error of the steps that are decoded: the last of every so many. */
  #reconstruction(
    parameters: NamedTensors,
    { hiddens, samples }: { hiddens: tf.Tensor[]; samples: tf.Tensor[] },
    seen: tf.Tensor,
  ): tf.Scalar {
    const { decodeEvery } = this.config;
    const shown = (steps: tf.Tensor[]) => tf.concat(lastOfEvery(decodeEvery, steps));
    const features = tf.concat([shown(samples), shown(hiddens)], 1);
    const frames = shown(seen.unstack());
    return this.sight.error(parameters, features, frames).mean() as tf.Scalar;
  }
}
