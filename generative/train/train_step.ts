import type * as tf from "@tensorflow/tfjs";
import { valueAndGradients } from "../nn/gradients.ts";
import { initialiseParameters, learnedParameters, type NamedTensors } from "../nn/parameters.ts";
import { splitStatistics } from "../nn/statistics.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import { compile, type Compiled, type Tree } from "../runtime/mod.ts";
import type { Optimiser } from "./adamw.ts";
import type { Model, TrainState } from "./model.ts";

/** What a step hands back. */
export type TrainStepResult = {
  /** The state after the step. */
  state: TrainState;
  /** Scalars by name. */
  losses: NamedTensors;
};

/** One step of training, compiled: `(state, batch, seed) -> { state, losses }`. */
export type TrainStep<Batch extends Tree = NamedTensors> = Compiled<
  [TrainState, Batch, tf.Tensor],
  TrainStepResult
>;

/** The options of {@link createTrainStep}. */
export interface TrainStepOptions {
  /** Named in errors and profiles. @default "train step" */
  name?: string;
  /** Compile through XLA: pays for small dense nets and on GPUs. @default false */
  xla?: boolean;
  /** Which parameters learn, by name; statistics never do. @default all */
  trainable?: (name: string) => boolean;
}

/**
 * A compiled step of gradient descent on a model's loss. Its losses are the model's, plus `gradientNorm` and
 * `learningRate`.
 */
export function createTrainStep<Batch extends Tree = NamedTensors>(
  model: Model<Batch>,
  optimiser: Optimiser,
  options: TrainStepOptions = {},
): TrainStep<Batch> {
  const { name = "train step", xla, trainable = () => true } = options;
  return compile((state: TrainState, batch: Batch, seed: tf.Tensor): TrainStepResult => {
    const learned = learnedParameters(state.parameters, model.parameters);
    const learning = Object.fromEntries(Object.entries(learned).filter(([key]) => trainable(key)));
    const { value, gradients } = valueAndGradients(
      (parameters) => model.loss({ ...state.parameters, ...parameters }, batch, seed),
      learning,
    );
    const { losses, statistics } = splitStatistics(value);
    const next = optimiser.update(state.optimiser, state.parameters, gradients);
    return {
      state: { parameters: { ...next.parameters, ...statistics }, optimiser: next.state },
      losses: { ...losses, gradientNorm: next.gradientNorm, learningRate: next.learningRate },
    };
  }, { name, xla });
}

/** A state to start training from. @returns Tensors that belong to the caller. */
export function initialiseTrainState<Batch extends Tree>(
  model: Model<Batch>,
  optimiser: Optimiser,
  random: RandomStream,
): TrainState {
  const parameters = initialiseParameters(model.parameters, random);
  return { parameters, optimiser: optimiser.init(learnedParameters(parameters, model.parameters)) };
}
