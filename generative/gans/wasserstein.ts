import type * as tf from "@tensorflow/tfjs";
import { type Losses, type Module, type NamedTensors, Statistics } from "../nn/mod.ts";
import { compile } from "../runtime/compile.ts";
import { foldSeed, normal } from "../runtime/random.ts";
import type { Optimiser } from "../train/adamw.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import type { TrainState } from "../train/model.ts";
import type { TrainStep } from "../train/train_step.ts";
import type { CriticTraining } from "./convolutional_networks.ts";
import { descend } from "./descend.ts";
import { diversity } from "./diversity.ts";
import { gradientPenalty, type Interpolation } from "./gradient_penalty.ts";

/** How a Wasserstein GAN learns. */
export interface WassersteinOptions {
  /** Updates of the critic for each of the generator. */
  criticSteps: number;
  /** lambda. */
  penaltyWeight: number;
  /** How points between real and generated pictures are drawn. */
  interpolation: Interpolation;
  /** Adam's, for both. */
  learningRate: number;
}

/** A generator and a critic; a batch is `{ pictures: [B, H, W, C] }`, -1 .. 1, and whatever a condition needs. */
export interface WassersteinPair {
  /** Whose parameters the generator's loss changes. */
  readonly generator: Module;
  /** Whose parameters the critic's loss changes. */
  readonly critic: Module;
  /** Z. */
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

/** The optimisers of both networks, Adam with beta1 0.5 and beta2 0.9. */
export function wassersteinOptimisers(
  { learningRate }: Pick<WassersteinOptions, "learningRate">,
): { critic: Optimiser; generator: Optimiser } {
  const adam = { learningRate, beta1: 0.5, beta2: 0.9 };
  return {
    critic: kerasAdam({ ...adam, name: "critic" }),
    generator: kerasAdam({ ...adam, name: "generator" }),
  };
}

/**
 * One round of Gulrajani et al. (2017, algorithm 1): the critic learns `criticSteps` times, from the same pictures
 * and new samples each time (as in the book), then the generator once.
 */
export function createWassersteinStep(pair: WassersteinPair, options: WassersteinOptions): TrainStep {
  const optimisers = wassersteinOptimisers(options);
  return compile((start: TrainState, batch: NamedTensors, seed: tf.Tensor) => {
    let state = start;
    let criticLosses: NamedTensors = {};
    for (let i = 0; i < options.criticSteps; i++) {
      ({ state, losses: criticLosses } = descend(state, {
        network: pair.critic,
        optimiser: optimisers.critic,
        loss: (parameters) => criticLoss(pair, options, { parameters, batch, seed: foldSeed(seed, i) }),
      }));
    }
    const { state: next, losses } = descend(state, {
      network: pair.generator,
      optimiser: optimisers.generator,
      loss: (parameters) =>
        generatorLoss(pair, { parameters, batch, seed: foldSeed(seed, options.criticSteps) }),
    });
    const { loss: critic, ...parts } = criticLosses;
    const { loss: generator } = losses;
    return { state: next, losses: { loss: critic.add(generator), critic, generator, ...parts } };
  }, { name: "Wasserstein round" });
}

/** What a loss is a function of. */
export interface LossInputs {
  /** Of both networks. */
  parameters: NamedTensors;
  /** See {@link WassersteinPair}. */
  batch: NamedTensors;
  /** int32 `[2]`. */
  seed: tf.Tensor;
}

/**
 * The critic's: `mean f(generated) - mean f(real) + lambda penalty`. Its parts are the estimate of the Wasserstein
 * distance, `mean f(real) - mean f(generated)`, and the penalty.
 *
 * @param inputs Where it is taken; `still` without dropout, by moving averages.
 */
function criticLoss(
  pair: WassersteinPair,
  { penaltyWeight, interpolation }: WassersteinOptions,
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
