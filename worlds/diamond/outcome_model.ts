import * as tf from "@tensorflow/tfjs";
import { activate } from "../../generative/nn/activations.ts";
import { Conv2d } from "../../generative/nn/conv2d.ts";
import type { Losses } from "../../generative/nn/gradients.ts";
import { Linear } from "../../generative/nn/linear.ts";
import { NormGRU } from "../../generative/nn/norm_gru.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import { averagePool } from "../../generative/nn/resample.ts";
import type { Model } from "../../generative/train/model.ts";
import type { DecisionSequences } from "../parts/decision_sequences.ts";
import { type Outcome, OutcomePredictors } from "../parts/outcome_predictors.ts";
import { toPixels } from "./history.ts";

/** Sizes and loss of an {@link OutcomeModel}. */
export interface OutcomeModelConfig {
  /** Side of the frames that it computes with, S: a power of two, 16 to 64. */
  size: number;
  /** Numbers in an action, A. */
  actionSize: number;
  /** Numbers that stand for a frame, E. */
  codeSize: number;
  /** Units of the recurrent state, U. */
  units: number;
  /** Units of each predictor's hidden layer. */
  hiddenUnits: number;
  /** What an episode's end counts in the loss, relative to a decision that ends none. */
  endWeight: number;
}

/** Channels of the convolutions, of which each halves the side, down to 4. */
const CHANNELS = [16, 32, 64, 128];

/**
 * What follows a decision apart from the next frame: reward, cost and end (the reward and end model of DIAMOND).
 * A small convolutional network makes a code of each frame, a gated recurrent unit takes in codes and actions. What it has
 * seen is also what a policy sees, and rewards alone would teach it nothing of a bend that lies ahead: so a linear layer
 * has to draw the frame at half its size from the code.
 *
 * Parameters: `<name>/conv1`, .., `<name>/code`, `<name>/sketch`, `<name>/recurrent/...`, `<name>/reward/...`, `<name>/cost/...`,
 * `<name>/done/...`.
 */
export class OutcomeModel implements Model<DecisionSequences> {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** The predictors of what a decision comes to; they read the recurrent state after it. */
  readonly outcomes: OutcomePredictors;
  readonly #convolutions: Conv2d[];
  readonly #code: Linear;
  readonly #sketch: Linear;
  readonly #recurrent: NormGRU;

  /** Declares the networks under a name. */
  constructor(readonly config: OutcomeModelConfig, name = "outcomes") {
    const { size, actionSize, codeSize, units, hiddenUnits, endWeight } = config;
    const channels = CHANNELS.slice(0, Math.log2(size) - 2);
    this.#convolutions = channels.map((filters, i) =>
      new Conv2d(`${name}/conv${i + 1}`, {
        inputChannels: i === 0 ? 3 : channels[i - 1],
        filters,
        kernelSize: 3,
        strides: 2,
        padding: "same",
      })
    );
    this.#code = new Linear(`${name}/code`, { inputs: 4 * 4 * channels.at(-1)!, units: codeSize });
    this.#sketch = new Linear(`${name}/sketch`, { inputs: codeSize, units: 3 * (size / 2) ** 2 });
    this.#recurrent = new NormGRU(`${name}/recurrent`, { inputs: codeSize + actionSize, units });
    this.outcomes = new OutcomePredictors(name, { inputs: units, hiddenUnits, endWeight });
    this.parameters = collectParameters(
      ...this.#convolutions,
      this.#code,
      this.#sketch,
      this.#recurrent,
      this.outcomes,
    );
  }

  /** What stands for frames, `[N, E]`. @param pixels In -1 .. 1, `[N, S, S, 3]`. */
  code(parameters: NamedTensors, pixels: tf.Tensor): tf.Tensor {
    let x = pixels;
    for (const convolution of this.#convolutions) x = activate("swish", convolution.apply(parameters, x));
    return this.#code.apply(parameters, x.reshape([x.shape[0], -1])).tanh();
  }

  /** The recurrent state after a decision, `[B, U]`. */
  advance(
    parameters: NamedTensors,
    { hidden, code }: { hidden: tf.Tensor; code: tf.Tensor },
    action: tf.Tensor,
  ): tf.Tensor {
    return this.#recurrent.step(parameters, code.concat(action, 1), hidden);
  }

  /** What a decision comes to. @param hidden After it, `[B, U]`. */
  foresee(parameters: NamedTensors, hidden: tf.Tensor): Outcome {
    return this.outcomes.apply(parameters, hidden);
  }

  /** The sum of `reward`, `cost`, `done` and `sketch`, the squared error of the frame that is drawn from its code. */
  loss(parameters: NamedTensors, batch: DecisionSequences): Losses {
    const { units, size } = this.config;
    const [time, count] = batch.resets.shape;
    const flat = (tensor: tf.Tensor) => tensor.reshape([time * count, ...tensor.shape.slice(2)]);
    const pixels = toPixels(flat(batch.seen), size);
    const codes = this.code(parameters, pixels);
    const inputs = codes.concat(flat(batch.actions), 1).reshape([time, count, -1]);
    const { outputs } = this.#recurrent.sequence(parameters, inputs, tf.zeros([count, units]), {
      resets: batch.resets,
    });
    const { reward, cost, done } = this.outcomes.losses(this.foresee(parameters, flat(outputs)), {
      rewards: flat(batch.rewards),
      costs: flat(batch.costs),
      dones: flat(batch.dones),
    });
    const drawn = this.#sketch.apply(parameters, codes);
    const sketch = drawn.sub(averagePool(pixels).reshape(drawn.shape)).square().sum(1).mean() as tf.Scalar;
    return { loss: tf.addN([reward, cost, done, sketch]), reward, cost, done, sketch };
  }
}
