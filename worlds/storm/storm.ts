import * as tf from "@tensorflow/tfjs";
import type { Losses } from "../../generative/nn/gradients.ts";
import { Linear } from "../../generative/nn/linear.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import { foldSeed } from "../../generative/runtime/random.ts";
import type { Model } from "../../generative/train/model.ts";
import { seededNoise } from "../noise.ts";
import { type DecisionSequences, lastOfEvery } from "../parts/decision_sequences.ts";
import { klBalance } from "../parts/kl_balance.ts";
import type { Latents, StateDistribution } from "../parts/latents.ts";
import { OutcomePredictors } from "../parts/outcome_predictors.ts";
import type { Sight } from "../parts/sight.ts";
import { SequenceModel, type SequenceModelOptions } from "./sequence_model.ts";

/** Sizes and loss of a {@link Storm}. */
export interface StormConfig extends Omit<SequenceModelOptions, "latentSize"> {
  /** Weight of the divergence that teaches the prior what the posterior sees. */
  dynamicsScale: number;
  /** Weight of the divergence that teaches the posterior to be foreseeable. */
  representationScale: number;
  /** Nats a step below which neither divergence is pressed (free bits). */
  freeNats: number;
  /** Every so-eth step of a sequence is decoded: decoding takes most of the time. */
  decodeEvery: number;
  /** What an episode's end counts in the loss, relative to a decision that ends none. */
  endWeight: number;
}

/**
 * The stochastic transformer world model (Zhang et al., 2023, "STORM"):
 *
 * - autoencoder: z of a frame alone, `z_t ~ q(z | x_t)`, and the frame of z alone;
 * - sequence model: `h_t = f(z_1, a_1, .., z_t, a_t)`, a causal transformer of one token a decision;
 * - dynamics predictor, or prior: `z_{t+1} ~ p(z | h_t)`;
 * - predictors of reward, cost and end of decision t from h_t.
 *
 * The parameters are the sight's, those of the {@link SequenceModel} and the {@link OutcomePredictors} under the same name,
 * and `<name>/prior`.
 */
export class Storm implements Model<DecisionSequences> {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** The action mixer and the transformer. */
  readonly sequence: SequenceModel;
  /** The predictors of what a decision comes to; they read h after it. */
  readonly outcomes: OutcomePredictors;
  readonly #prior: Linear;

  /**
   * Declares the networks under a name.
   *
   * @param sight Embeds a frame as what the latents' distribution is read from; draws frames of z.
   * @throws RangeError when the sight's embeddings do not fit the latents.
   */
  constructor(
    readonly config: StormConfig,
    readonly latents: Latents,
    readonly sight: Sight,
    name = "storm",
  ) {
    if (sight.size !== latents.outputs) {
      throw new RangeError(
        `Cannot make "${name}": expected embeddings of ${latents.outputs} numbers, got ${sight.size}`,
      );
    }
    const { units, endWeight } = config;
    this.sequence = new SequenceModel(name, { ...config, latentSize: latents.size });
    this.#prior = new Linear(`${name}/prior`, { inputs: units, units: latents.outputs });
    this.outcomes = new OutcomePredictors(name, { inputs: units, hiddenUnits: units, endWeight });
    this.parameters = collectParameters(sight, this.sequence, this.#prior, this.outcomes);
  }

  /** What is expected of the next z after h, `[B, U]`. */
  prior(parameters: NamedTensors, hidden: tf.Tensor): StateDistribution {
    return this.latents.read(this.#prior.apply(parameters, hidden));
  }

  /**
   * The sum of `reconstruction`, `reward`, `cost`, `done` and the divergences of posterior and prior in both directions,
   * `dynamics` and `representation`; neither counts where an episode or a sequence begins, as nothing foresaw that frame.
   * Reported: `divergence`, in nats and without the floor.
   */
  loss(parameters: NamedTensors, batch: DecisionSequences, seed: tf.Tensor): Losses {
    const { config, latents, sight } = this;
    const [time, count] = batch.resets.shape;
    const flat = (tensor: tf.Tensor) => tensor.reshape([time * count, ...tensor.shape.slice(2)]);
    const swapped = (tensor: tf.Tensor) => tensor.transpose([1, 0, 2]); // time before batch, or after it

    const outputs = sight.embed(parameters, flat(batch.seen));
    const noise = seededNoise({ latents: latents.noise }, seed, { rows: time * count });
    const samples = latents.sample(latents.read(outputs), noise.latents);
    const tokens = this.sequence.mix(parameters, samples, flat(batch.actions));
    const hiddens = swapped(this.sequence.apply(
      parameters,
      swapped(tokens.reshape([time, count, config.units])),
      batch.resets.transpose(),
      foldSeed(seed, 1),
    ));

    const rest = (time - 1) * count;
    const balance = klBalance(latents, {
      posterior: latents.read(outputs.slice([count, 0], [rest, -1])),
      prior: this.prior(parameters, flat(hiddens).slice([0, 0], [rest, -1])),
      foreseen: tf.sub(1, flat(batch.resets).slice([count], [rest])),
      freeNats: config.freeNats,
    });
    const { reward, cost, done } = this.outcomes.losses(this.outcomes.apply(parameters, flat(hiddens)), {
      rewards: flat(batch.rewards),
      costs: flat(batch.costs),
      dones: flat(batch.dones),
    });
    const shown = (steps: tf.Tensor[]) => tf.concat(lastOfEvery(config.decodeEvery, steps));
    const reconstruction = sight.error(parameters, shown(samples.split(time)), shown(batch.seen.unstack()))
      .mean() as tf.Scalar;
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
}
