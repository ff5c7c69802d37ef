import type * as tf from "@tensorflow/tfjs";
import { valueAndGradients } from "../nn/gradients.ts";
import {
  collectParameters,
  initialiseParameters,
  learnedParameters,
  type NamedTensors,
} from "../nn/parameters.ts";
import { splitStatistics } from "../nn/statistics.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import { compile, type Compiled, type Tree } from "../runtime/mod.ts";
import { accumulate, type Lesson } from "./accumulate.ts";
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
  /** Mini-batches whose mean gradient makes one update; a batch is then `stackBatches` of so many. @default 1 */
  accumulate?: number;
}

/**
 * A compiled step of gradient descent on a model's loss. Its losses are the model's, plus `gradientNorm` and
 * `learningRate`. What the state holds beside parameters, moments and buffers stays as it is: see `withAverage`.
 *
 * @throws RangeError for a number of mini-batches that is not 1 or more.
 */
export function createTrainStep<Batch extends Tree = NamedTensors>(
  model: Model<Batch>,
  optimiser: Optimiser,
  options: TrainStepOptions = {},
): TrainStep<Batch> {
  const { name = "train step", xla, trainable = () => true, accumulate: count = 1 } = options;
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(`Cannot make a train step: expected accumulate of 1 or more, got ${count}`);
  }
  return compile((state: TrainState, batch: Batch, seed: tf.Tensor): TrainStepResult => {
    const { parameters, buffers = {} } = state;
    const learned = learnedParameters(parameters, model.parameters);
    const learning = Object.fromEntries(Object.entries(learned).filter(([key]) => trainable(key)));
    const learn = (batch: Batch, seed: tf.Tensor, found: NamedTensors): Lesson => {
      const { value, gradients } = valueAndGradients(
        (learning) => model.loss({ ...parameters, ...buffers, ...found, ...learning }, batch, seed),
        learning,
      );
      return { ...splitStatistics(value), gradients };
    };
    const { gradients, losses, statistics } = count === 1
      ? learn(batch, seed, {})
      : accumulate({ count, batch, seed }, learn);
    const next = optimiser.update(state.optimiser, parameters, gradients);
    const keep = (old: NamedTensors) =>
      Object.fromEntries(Object.keys(old).map((key) => [key, statistics[key] ?? old[key]]));
    return {
      state: {
        ...state,
        parameters: keep(next.parameters),
        optimiser: next.state,
        ...state.buffers && { buffers: keep(buffers) },
      },
      losses: { ...losses, gradientNorm: next.gradientNorm, learningRate: next.learningRate },
    };
  }, { name, xla });
}

/**
 * A state to start training from, without an average.
 *
 * @returns Tensors that belong to the caller.
 * @throws TypeError when a buffer is called like a parameter.
 */
export function initialiseTrainState<Batch extends Tree>(
  model: Model<Batch>,
  optimiser: Optimiser,
  random: RandomStream,
): TrainState {
  const { buffers } = model;
  if (buffers) collectParameters(model, { parameters: buffers });
  const parameters = initialiseParameters(model.parameters, random);
  return {
    parameters,
    optimiser: optimiser.init(learnedParameters(parameters, model.parameters)),
    ...buffers && { buffers: initialiseParameters(buffers, random.fork("buffers")) },
  };
}
