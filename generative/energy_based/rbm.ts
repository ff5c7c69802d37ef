import * as tf from "@tensorflow/tfjs";
import {
  binaryCrossEntropy,
  initialisers,
  type Losses,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
} from "../nn/mod.ts";
import { foldSeed, repeat, uniform } from "../runtime/mod.ts";
import type { TrainState } from "../train/model.ts";
import type { ContrastiveModel, Walk } from "./contrastive_step.ts";

/** Sizes and settings of an {@link RBM}. */
export interface RBMOptions {
  /** Visible units, V: pixels. */
  visible: number;
  /** Hidden units, H. */
  hidden: number;
  /** Chains that go on from step to step, as many as a batch has examples; 0 starts them at the data instead. */
  persistentChains: number;
  /** Gibbs steps in a step of training, k. */
  gibbsSteps: number;
}

/**
 * A restricted Boltzmann machine (Smolensky, 1986): binary visible units v and hidden units h with the energy
 * `E(v, h) = -b.v - c.h - v W h`. It learns by contrastive divergence (Hinton, 2002), or by its persistent form
 * (Tieleman, 2008), where chains go on from step to step.
 */
export class RBM implements ContrastiveModel {
  /** The parameters: `weights` `[V, H]`, `visible/bias` `[V]` and `hidden/bias` `[H]`. */
  readonly parameters: ParameterSpecs;
  /** Where persistent chains are, `[B, V]`. */
  readonly buffers?: ParameterSpecs;

  /** Declares the parameters. */
  constructor(readonly options: RBMOptions) {
    const { visible, hidden, persistentChains } = options;
    this.parameters = {
      "weights": { shape: [visible, hidden], initialiser: initialisers.normal(0.01) },
      "visible/bias": { shape: [visible], initialiser: initialisers.zeros },
      "hidden/bias": { shape: [hidden], initialiser: initialisers.zeros },
    };
    if (persistentChains === 0) return;
    this.buffers = {
      "chains": {
        shape: [persistentChains, visible],
        initialiser: (shape, random) => initialisers.uniform(1)(shape, random).map((x) => x < 0 ? 0 : 1),
      },
    };
  }

  /** `c + v W`, the logits of the hidden units: `[B, V]` to `[B, H]`. */
  hiddenLogits(parameters: NamedTensors, v: tf.Tensor): tf.Tensor {
    return v.matMul(parameter(parameters, "weights")).add(parameter(parameters, "hidden/bias"));
  }

  /** `b + W h`, the logits of the visible units: `[B, H]` to `[B, V]`. */
  visibleLogits(parameters: NamedTensors, h: tf.Tensor): tf.Tensor {
    return h.matMul(parameter(parameters, "weights"), false, true).add(parameter(parameters, "visible/bias"));
  }

  /** The energy of v with the hidden units summed out, `F(v) = -b.v - sum softplus(c + v W)`: `[B, V]` to `[B]`. */
  freeEnergy(parameters: NamedTensors, v: tf.Tensor): tf.Tensor {
    const bias = v.mul(parameter(parameters, "visible/bias")).sum(1);
    return bias.add(this.hiddenLogits(parameters, v).softplus().sum(1)).neg();
  }

  /**
   * Block Gibbs sampling: all hidden units given the visible ones, then all visible ones given the hidden.
   *
   * @param v `[B, V]`, 0 or 1.
   * @param options `kept`, `[V]`: 1 for units that stay as they are; none by default.
   * @returns `[B, V]`, 0 or 1.
   */
  gibbs(
    parameters: NamedTensors,
    v: tf.Tensor,
    { steps, kept }: { steps: number; kept?: tf.Tensor },
    seed: tf.Tensor,
  ): tf.Tensor {
    const draw = (logits: tf.Tensor, seed: tf.Tensor) =>
      uniform(logits.shape, seed).less(logits.sigmoid()).toFloat();
    return repeat(steps, (before, turn) => {
      const turnSeed = foldSeed(seed, turn);
      const h = draw(this.hiddenLogits(parameters, before), foldSeed(turnSeed, 0));
      const next = draw(this.visibleLogits(parameters, h), foldSeed(turnSeed, 1));
      return kept ? next.add(before.sub(next).mul(kept)) : next;
    }, v);
  }

  /** k Gibbs steps from the data, or from where the persistent chains are. */
  walk({ parameters, buffers }: TrainState, { pictures }: NamedTensors, seed: tf.Tensor): Walk {
    const { gibbsSteps: steps } = this.options;
    if (!buffers) return { chains: this.gibbs(parameters, pictures, { steps }, seed) };
    const chains = this.gibbs(parameters, parameter(buffers, "chains"), { steps }, seed);
    return { chains, buffers: { chains } };
  }

  /** The free energy of data minus that of chains; its gradient is what contrastive divergence follows. */
  loss(parameters: NamedTensors, { pictures, chains }: NamedTensors): Losses {
    const [data, model] = [pictures, chains].map((v) => this.freeEnergy(parameters, v).mean());
    return { loss: data.sub(model), freeEnergy: data, chainEnergy: model };
  }

  /**
   * On `[B, V]` that were not learned from: minus the pseudo-log-likelihood in nats (V times that of one pixel given all
   * others), the free energy, and how far one step of Gibbs sampling leads away, a cross-entropy in nats.
   */
  measure(parameters: NamedTensors, { pictures }: NamedTensors, seed: tf.Tensor): NamedTensors {
    const [count, visible] = pictures.shape as [number, number];
    const pixels = uniform([count], seed).mul(visible).floor().toInt() as tf.Tensor1D;
    const flipped = pictures.add(tf.oneHot(pixels, visible).mul(tf.sub(1, pictures.mul(2))));
    const energy = this.freeEnergy(parameters, pictures);
    const means = this.hiddenLogits(parameters, pictures).sigmoid();
    const reconstruction = binaryCrossEntropy(this.visibleLogits(parameters, means), pictures);
    return {
      loss: energy.sub(this.freeEnergy(parameters, flipped)).softplus().mul(visible).mean(),
      freeEnergy: energy.mean(),
      reconstruction: reconstruction.sum(1).mean(),
    };
  }
}
