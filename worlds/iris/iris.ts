import * as tf from "@tensorflow/tfjs";
import { categoricalCrossEntropy } from "../../generative/nn/cross_entropy.ts";
import type { Losses } from "../../generative/nn/gradients.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import type { Model } from "../../generative/train/model.ts";
import type { DecisionSequences } from "../parts/decision_sequences.ts";
import { OutcomePredictors } from "../parts/outcome_predictors.ts";
import { TokenTransformer, type TokenTransformerOptions } from "./token_transformer.ts";

/** Sizes and loss of an {@link Iris}. */
export interface IrisConfig extends TokenTransformerOptions {
  /** What an episode's end counts in the loss, relative to a decision that ends none. */
  endWeight: number;
}

/**
 * The world model of IRIS (Micheli et al., 2023, "Transformers are Sample-Efficient World Models") over the codes that a
 * tokenizer makes of frames:
 *
 * - `h_t`, the transformer's output at the action `a_t`, after `x_1, a_1, .., x_t`;
 * - next frame: `x_{t+1}` code by code, each from the output at the token before it, the first one from h_t;
 * - predictors of reward, cost and end of decision t from h_t.
 *
 * The parameters are those of the {@link TokenTransformer} and the {@link OutcomePredictors} under the same name.
 */
export class Iris implements Model<DecisionSequences> {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** What reads tokens. */
  readonly transformer: TokenTransformer;
  /** The predictors of what a decision comes to; they read h after it. */
  readonly outcomes: OutcomePredictors;

  /** Declares the networks under a name. */
  constructor(readonly config: IrisConfig, name = "iris") {
    const { units, endWeight } = config;
    this.transformer = new TokenTransformer(name, config);
    this.outcomes = new OutcomePredictors(name, { inputs: units, hiddenUnits: units, endWeight });
    this.parameters = collectParameters(this.transformer, this.outcomes);
  }

  /**
   * The sum of `codes`, `reward`, `cost` and `done`, each a mean cross-entropy in nats: of a code, or of a decision. The first
   * code of an episode, or of a sequence, does not count, as nothing foresaw it.
   *
   * @param batch `seen` are codes, `[T, B, N]`.
   */
  loss(parameters: NamedTensors, batch: DecisionSequences, seed: tf.Tensor): Losses {
    const { frameCodes, units } = this.config;
    const rowsFirst = (tensor: tf.Tensor) =>
      // [B, T, ..]
      tensor.transpose([1, 0, ...tensor.shape.slice(2).map((_, axis) => axis + 2)]);
    const codes = rowsFirst(batch.seen).toInt(), firsts = rowsFirst(batch.resets);
    const [count, time] = firsts.shape as [number, number];
    const outputs = this.transformer.apply(
      parameters,
      { codes, actions: rowsFirst(batch.actions), firsts },
      seed,
    );
    const [frames, hiddens] = outputs.split([frameCodes, 1], 2);

    const flat = (tensor: tf.Tensor) => tensor.reshape([-1, units]);
    const inside = flat(frames.slice([0, 0, 0, 0], [count, time, frameCodes - 1, units]));
    const between = flat(hiddens.slice([0, 0, 0, 0], [count, time - 1, 1, units]));
    const logits = this.transformer.nextCode(parameters, tf.concat([inside, between]));
    const next = tf.concat([
      codes.slice([0, 0, 1]).reshape([-1]),
      codes.slice([0, 1, 0], [count, time - 1, 1]).reshape([-1]),
    ]);
    const foreseen = tf.concat([
      tf.ones([inside.shape[0]]),
      tf.sub(1, firsts.slice([0, 1]).reshape([-1])),
    ]);
    const surprise = categoricalCrossEntropy(logits, next.toInt()).mul(foreseen).sum().div(foreseen.sum());

    const { reward, cost, done } = this.outcomes.losses(this.outcomes.apply(parameters, flat(hiddens)), {
      rewards: rowsFirst(batch.rewards).reshape([-1]),
      costs: rowsFirst(batch.costs).reshape([-1]),
      dones: rowsFirst(batch.dones).reshape([-1]),
    });
    return { loss: tf.addN([surprise, reward, cost, done]), codes: surprise, reward, cost, done };
  }
}
