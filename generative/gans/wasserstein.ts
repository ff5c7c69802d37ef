import type * as tf from "@tensorflow/tfjs";
import { type Losses, type Module, type NamedTensors, Statistics } from "../nn/mod.ts";
import { foldSeed, normal } from "../runtime/random.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import type { CriticTraining } from "./convolutional_networks.ts";
import { diversity } from "./diversity.ts";
import { gradientPenalty, type Interpolation } from "./gradient_penalty.ts";
import type { LossInputs, Phase } from "./phases.ts";

/** How a Wasserstein GAN learns. */
export interface WassersteinOptions {
  /** Updates of the critic for each of the generator. */
  criticSteps: number;
  /** Weight of the gradient penalty, lambda. */
  penaltyWeight: number;
  /** How points between real and generated pictures are drawn. */
  interpolation: Interpolation;
  /** Whether the penalty takes each channel by itself. @default false */
  byChannel?: boolean;
  /** Adam's learning rate, for both networks. */
  learningRate: number;
}

/** A generator and a critic; a batch is `{ pictures: [B, H, W, C] }`, -1 .. 1, and whatever a condition needs. */
export interface WassersteinPair {
  /** Whose parameters the generator's loss changes. */
  readonly generator: Module;
  /** Whose parameters the critic's loss changes. */
  readonly critic: Module;
  /** Numbers in a latent, Z. */
  readonly latentSize: number;
  /** G: latents `[B, Z]` to pictures `[B, H, W, C]`, -1 .. 1; with statistics in training. */
  generate(
    parameters: NamedTensors,
    latents: tf.Tensor,
    batch: NamedTensors,
    statistics?: Statistics,
  ): tf.Tensor;
  /** f: pictures `[B, H, W, C]` to scores `[B]`. */
  score(
    parameters: NamedTensors,
    pictures: tf.Tensor,
    batch: NamedTensors,
    training?: CriticTraining,
  ): tf.Tensor;
}

/**
 * The step of Gulrajani et al. (2017, algorithm 1): the critic learns `criticSteps` times, from the same pictures and new
 * samples each time (as in the book), then the generator once; both by Adam with beta1 0.5 and beta2 0.9.
 */
export function wassersteinPhases(pair: WassersteinPair, options: WassersteinOptions): Phase[] {
  const adam = { learningRate: options.learningRate, beta1: 0.5, beta2: 0.9 };
  return [
    {
      name: "critic",
      network: pair.critic,
      optimiser: kerasAdam({ ...adam, name: "critic" }),
      repeats: options.criticSteps,
      loss: (inputs) => criticLoss(pair, options, inputs),
    },
    {
      name: "generator",
      network: pair.generator,
      optimiser: kerasAdam({ ...adam, name: "generator" }),
      loss: (inputs) => generatorLoss(pair, inputs),
    },
  ];
}

/**
 * The critic's: `mean f(generated) - mean f(real) + lambda penalty`. Its parts are the estimate of the Wasserstein
 * distance, `mean f(real) - mean f(generated)`, and the penalty.
 *
 * @param inputs Where it is taken; `still` without dropout, by moving averages.
 */
function criticLoss(
  pair: WassersteinPair,
  { penaltyWeight, interpolation, byChannel }: WassersteinOptions,
  { parameters, batch, seed, still }: LossInputs & { still?: boolean },
): Losses {
  const real = batch.pictures;
  const statistics = new Statistics();
  const latents = normal([real.shape[0], pair.latentSize], foldSeed(seed, 0));
  const generated = pair.generate(parameters, latents, batch, still ? undefined : statistics);
  const score = (pictures: tf.Tensor, label: number) =>
    pair.score(
      parameters,
      pictures,
      batch,
      still ? undefined : { seed: foldSeed(seed, label), statistics },
    );
  const wasserstein = score(real, 1).mean().sub(score(generated, 2).mean());
  const penalty = gradientPenalty((pictures) => score(pictures, 3), {
    real,
    generated,
    interpolation,
    byChannel,
    seed: foldSeed(seed, 4),
  });
  return {
    loss: penalty.mul(penaltyWeight).sub(wasserstein),
    wasserstein,
    penalty,
    ...statistics.parts,
  };
}

/** The generator's: `- mean f(generated)`. */
function generatorLoss(pair: WassersteinPair, { parameters, batch, seed }: LossInputs): Losses {
  const statistics = new Statistics();
  const latents = normal([batch.pictures.shape[0], pair.latentSize], foldSeed(seed, 0));
  const generated = pair.generate(parameters, latents, batch, statistics);
  const training = { seed: foldSeed(seed, 2), statistics };
  return { loss: pair.score(parameters, generated, batch, training).mean().neg(), ...statistics.parts };
}

/** On pictures that were not learned from: the critic's losses, and how much samples differ. */
export function measureWasserstein(
  pair: WassersteinPair,
  options: WassersteinOptions,
  inputs: LossInputs,
): NamedTensors {
  const { loss: critic, ...parts } = criticLoss(pair, options, { ...inputs, still: true });
  const { pictures } = inputs.batch;
  const latents = normal([pictures.shape[0], pair.latentSize], foldSeed(inputs.seed, 0));
  const samples = pair.generate(inputs.parameters, latents, inputs.batch);
  return { critic, ...parts, ...diversity(samples, pictures) };
}
