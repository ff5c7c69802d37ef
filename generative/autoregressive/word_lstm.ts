import * as tf from "@tensorflow/tfjs";
import { bitsPerCharacter, meanWeights, toldTokens } from "../data/text/text_tensors.ts";
import { categoricalCrossEntropy } from "../nn/cross_entropy.ts";
import { Embedding } from "../nn/embedding.ts";
import type { Losses } from "../nn/gradients.ts";
import { Linear } from "../nn/linear.ts";
import { linearCrossEntropy } from "../nn/linear_cross_entropy.ts";
import { LSTM, type LSTMState } from "../nn/lstm.ts";
import { collectParameters, type NamedTensors, parameter, type ParameterSpecs } from "../nn/parameters.ts";
import type { Model } from "../train/model.ts";

/** The token that fills up short texts. */
export const PADDING = 0;

/** Sizes of a {@link WordLSTM}. */
export interface WordLSTMOptions {
  /** Words that are told apart, V. */
  vocabulary: number;
  /** Numbers that stand for a word. */
  embeddingSize: number;
  /** Size of the memory. */
  units: number;
  /** Whether what fills up short texts is left out of the loss. */
  maskPadding: boolean;
}

/**
 * A language model of words (Hochreiter and Schmidhuber, 1997, "Long Short-Term Memory"; Graves, 2013, "Generating
 * Sequences With Recurrent Neural Networks"): p(text) is the product of p(word | words before it), which the memory sums up.
 */
export class WordLSTM implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #embedding: Embedding;
  readonly #memory: LSTM;
  readonly #logits: Linear;

  /** Declares the layers. */
  constructor(readonly options: WordLSTMOptions) {
    const { vocabulary, embeddingSize, units } = options;
    this.#embedding = new Embedding("words", { tokens: vocabulary, units: embeddingSize });
    this.#memory = new LSTM("memory", { inputs: embeddingSize, units });
    this.#logits = new Linear("logits", { inputs: units, units: vocabulary });
    this.parameters = collectParameters(this.#embedding, this.#memory, this.#logits);
  }

  /** The memory that has read nothing. */
  blankState(batch: number): LSTMState {
    return this.#memory.zeroState(batch);
  }

  /** Reads a word of each text: int32 `[B]` to the logits of the next, `[B, V]`, and the memory. */
  read(
    parameters: NamedTensors,
    words: tf.Tensor,
    state: LSTMState,
  ): { logits: tf.Tensor; state: LSTMState } {
    const next = this.#memory.step(parameters, this.#embedding.apply(parameters, words), state);
    return { logits: this.#logits.apply(parameters, next.hidden), state: next };
  }

  /**
   * How surprising each word after the first is, in nats.
   *
   * @param tokens int32 `[B, L]`.
   * @returns `[L - 1, B]`.
   */
  surprise(parameters: NamedTensors, tokens: tf.Tensor): tf.Tensor {
    const { memory, next } = this.#readAll(parameters, tokens);
    return categoricalCrossEntropy(this.#logits.apply(parameters, memory), next);
  }

  /**
   * The cross-entropy of the next word, in nats: over all words and what fills them up, as in the book, or over words
   * alone.
   */
  loss(parameters: NamedTensors, { tokens }: NamedTensors): Losses {
    return { loss: this.#weigh(parameters, tokens)(meanWeights(this.#counted(tokens))) };
  }

  /**
   * The loss, the cross-entropy over words alone as their sum and their number (`exp(wordLoss)` is the perplexity), and
   * bits per character of data that know their characters.
   */
  measure(parameters: NamedTensors, batch: NamedTensors): NamedTensors {
    const { tokens } = batch;
    const surprise = this.#weigh(parameters, tokens);
    const words = toldTokens(tokens);
    return {
      loss: surprise(meanWeights(this.#counted(tokens))),
      wordLoss: tf.stack([surprise(words), words.sum()]),
      ...bitsPerCharacter(batch, surprise),
    };
  }

  /** The memory after each word, `[L - 1, B, units]`, and the word that follows, int32 `[L - 1, B]`. */
  #readAll(parameters: NamedTensors, tokens: tf.Tensor): { memory: tf.Tensor; next: tf.Tensor } {
    const [batch, length] = tokens.shape;
    const columns = tokens.toFloat().transpose().toInt(); // TensorFlow complains of transposed integers on some CPUs
    const words = this.#embedding.apply(parameters, columns.slice([0, 0], [length - 1, batch]));
    const { outputs } = this.#memory.sequence(parameters, words, this.blankState(batch));
    return { memory: outputs, next: columns.slice([1, 0], [length - 1, batch]) };
  }

  /** Which words after the first count, `[B, L - 1]`. */
  #counted(tokens: tf.Tensor): tf.Tensor {
    const words = toldTokens(tokens);
    return this.options.maskPadding ? words : words.onesLike();
  }

  /** Reads texts, and weighs how surprising each word after the first is: `[B, L - 1]` to a sum in nats. */
  #weigh(parameters: NamedTensors, tokens: tf.Tensor): (weights: tf.Tensor) => tf.Tensor {
    const { memory, next } = this.#readAll(parameters, tokens);
    return (weights) =>
      linearCrossEntropy({
        features: memory.reshape([-1, this.options.units]),
        kernel: parameter(parameters, `${this.#logits.name}/kernel`),
        bias: parameter(parameters, `${this.#logits.name}/bias`),
        labels: next.reshape([-1]),
        weights: weights.transpose().reshape([-1]),
      });
  }
}
