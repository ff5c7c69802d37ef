import type * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../nn/mod.ts";
import { compile, foldSeed } from "../runtime/mod.ts";
import type { Optimiser } from "../train/adamw.ts";
import type { Model, TrainState } from "../train/model.ts";
import { createTrainStep, type TrainStep } from "../train/train_step.ts";

/** Where Markov chains have come to. */
export interface Walk {
  /** What the loss compares the data with, `[B, ..]`. */
  chains: tf.Tensor;
  /** The model's buffers from now on. @default as they were */
  buffers?: NamedTensors;
}

/** A model whose loss compares data with what its own Markov chains draw; it finds them in the batch as `chains`. */
export interface ContrastiveModel extends Model {
  /** Walks on from buffers, data or noise; pure. */
  walk(state: TrainState, batch: NamedTensors, seed: tf.Tensor): Walk;
}

/** A compiled train step: first the chains walk, out of reach of gradients, then the parameters learn from both sides. */
export function contrastiveStep(model: ContrastiveModel, optimiser: Optimiser): TrainStep {
  const learn = createTrainStep(model, optimiser);
  const step = compile((state: TrainState, batch: NamedTensors, seed: tf.Tensor) => {
    const { chains, buffers } = model.walk(state, batch, foldSeed(seed, 0));
    return learn({ ...state, ...buffers && { buffers } }, { ...batch, chains }, foldSeed(seed, 1));
  }, { name: "contrastive train step" });
  const { dispose } = step;
  return Object.assign(step, {
    dispose() {
      dispose();
      learn.dispose();
    },
  });
}
