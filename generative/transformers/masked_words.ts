import * as tf from "@tensorflow/tfjs";
import { PAD } from "../data/text/vocabulary.ts";
import { meanWeights } from "../data/text/text_tensors.ts";
import { activate } from "../nn/activations.ts";
import { paddingBias } from "../nn/attention_bias.ts";
import { categoricalCrossEntropy } from "../nn/cross_entropy.ts";
import { dropout } from "../nn/dropout.ts";
import { Embedding } from "../nn/embedding.ts";
import type { Losses } from "../nn/gradients.ts";
import { normal, zeros } from "../nn/initialisers.ts";
import { LayerNorm } from "../nn/layer_norm.ts";
import { Linear } from "../nn/linear.ts";
import { collectParameters, type NamedTensors, parameter, type ParameterSpecs } from "../nn/parameters.ts";
import { TransformerStack } from "../nn/transformer_stack.ts";
import { foldSeed, uniform } from "../runtime/random.ts";
import type { Model } from "../train/model.ts";

/** Sizes of a {@link MaskedWords}. */
export interface MaskedWordsOptions {
  /** Tokens that are told apart, V; one more stands for a blank. */
  vocabulary: number;
  /** Tokens of the longest text, T. */
  context: number;
  /** Blocks. */
  layers: number;
  /** Heads of each block's attention. */
  heads: number;
  /** Numbers that stand for a place, C. */
  width: number;
  /** Share of tokens that are to be guessed. */
  masked: number;
  /** Share that training drops out of embeddings, weights and each part's output. */
  dropout: number;
}

/** Of the tokens to be guessed: those that become a blank; of the others half become any token, half stay. */
const BLANKS = 0.8;

/**
 * An encoder of texts (Devlin et al., 2019, "BERT"): every place looks at all others, and some tokens are hidden and
 * guessed from both sides. It writes nothing by itself; its states tell what a text is about.
 */
export class MaskedWords implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #tokens: Embedding;
  readonly #positions: Embedding;
  readonly #start: LayerNorm;
  readonly #stack: TransformerStack;
  readonly #guess: Linear;
  readonly #guessNorm: LayerNorm;

  /** Declares the layers. @throws RangeError when the heads do not divide the width. */
  constructor(readonly options: MaskedWordsOptions) {
    const { vocabulary, context, layers, heads, width, dropout } = options;
    const initialiser = normal(0.02);
    this.#tokens = new Embedding("tokens", { tokens: vocabulary + 1, units: width, initialiser });
    this.#positions = new Embedding("positions", { tokens: context, units: width, initialiser });
    this.#start = new LayerNorm("start", { size: width, epsilon: 1e-12 });
    this.#stack = new TransformerStack("stack", {
      layers,
      size: width,
      heads,
      inner: 4 * width,
      normOrder: "post",
      epsilon: 1e-12,
      dropout,
      weightDropout: dropout,
      kernelInitialiser: initialiser,
      outputInitialiser: initialiser,
    });
    this.#guess = new Linear("guess", { inputs: width, units: width, kernelInitialiser: initialiser });
    this.#guessNorm = new LayerNorm("guessNorm", { size: width, epsilon: 1e-12 });
    this.parameters = {
      ...collectParameters(
        this.#tokens,
        this.#positions,
        this.#start,
        this.#stack,
        this.#guess,
        this.#guessNorm,
      ),
      "logits/bias": { shape: [vocabulary + 1], initialiser: zeros },
    };
  }

  /** The token that stands for a blank. */
  get blank(): number {
    return this.options.vocabulary;
  }

  /**
   * What each place is made of, from all others; padding is not looked at.
   *
   * @param tokens int32 `[B, T]`, T at most the context.
   * @param seed int32 `[2]`, given in training only.
   * @returns `[B, T, C]`.
   */
  encode(parameters: NamedTensors, tokens: tf.Tensor, seed?: tf.Tensor): tf.Tensor {
    const places = tf.range(0, tokens.shape[1]!, 1, "int32");
    const sum = this.#tokens.apply(parameters, tokens).add(this.#positions.apply(parameters, places));
    const start = this.#start.apply(parameters, sum);
    const bias = paddingBias(tokens.notEqual(PAD));
    const x = seed ? dropout(start, this.options.dropout, seed) : start;
    return this.#stack.apply(parameters, x, { bias }, seed && foldSeed(seed, 1));
  }

  /** States `[B, N, C]` to logits of the tokens that stand there, `[B, N, V + 1]`. */
  guess(parameters: NamedTensors, states: tf.Tensor): tf.Tensor {
    const { width, vocabulary } = this.options;
    const hidden = this.#guessNorm.apply(parameters, activate("gelu", this.#guess.apply(parameters, states)));
    const table = parameter(parameters, `${this.#tokens.name}/table`) as tf.Tensor2D;
    const logits = hidden.reshape<tf.Tensor2D>([-1, width]).matMul(table, false, true)
      .add(parameter(parameters, "logits/bias"));
    return logits.reshape([...states.shape.slice(0, -1), vocabulary + 1]);
  }

  /** How surprising the hidden tokens are, in nats, and how often the likeliest guess is right. */
  loss(parameters: NamedTensors, { tokens }: NamedTensors, seed: tf.Tensor): Losses {
    const { surprise, weights } = this.#play(parameters, tokens, seed, foldSeed(seed, 4));
    return { loss: surprise.mul(meanWeights(weights)).sum() };
  }

  /** The same without dropout, as sums and counts: `exp(loss)` is the perplexity of hidden tokens. */
  measure(parameters: NamedTensors, { tokens }: NamedTensors, seed: tf.Tensor): NamedTensors {
    const { surprise, weights, right } = this.#play(parameters, tokens, seed);
    const mean = (x: tf.Tensor) => tf.stack([x.mul(weights).sum(), weights.sum()]);
    return { loss: mean(surprise), accuracy: mean(right) };
  }

  /**
   * Hides some tokens and guesses them.
   *
   * @returns Of the K places of each text that may be hidden, `[B, K]` each: nats, whether the guess is right, and 1 for
   * those that were hidden.
   */
  #play(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    seed: tf.Tensor,
    dropoutSeed?: tf.Tensor,
  ): { surprise: tf.Tensor; right: tf.Tensor; weights: tf.Tensor } {
    const { masked, vocabulary } = this.options;
    const [batch, length] = tokens.shape as [number, number];
    const most = Math.max(1, Math.round(masked * length));
    const words = tokens.notEqual(PAD).toFloat();
    // the same number of places in each text, those of padding last; of a short text fewer count
    const { indices } = uniform([batch, length], foldSeed(seed, 1)).add(words).topk(most);
    const wanted = words.sum(1, true).mul(masked).round().maximum(1);
    const weights = tf.range(0, most, 1, "float32").less(wanted).toFloat();
    const places = tf.oneHot(indices.toInt() as tf.Tensor2D, length).toFloat(); // [B, K, T]
    const hidden = places.mul(weights.expandDims(2)).sum(1); // [B, T]
    const fate = uniform([batch, length], foldSeed(seed, 2));
    const blanks = hidden.mul(fate.less(BLANKS).toFloat());
    const swapped = hidden.mul(fate.greaterEqual((1 + BLANKS) / 2).toFloat());
    const any = uniform([batch, length], foldSeed(seed, 3)).mul(vocabulary - 2).floor().add(2);
    const kept = tf.sub(1, blanks).sub(swapped);
    const shown = tokens.toFloat().mul(kept).add(blanks.mul(this.blank)).add(swapped.mul(any)).toInt();
    const states = places.matMul(this.encode(parameters, shown, dropoutSeed));
    const logits = this.guess(parameters, states);
    const labels = places.mul(tokens.toFloat().expandDims(1)).sum(2).toInt();
    const surprise = categoricalCrossEntropy(logits, labels);
    return { surprise, right: logits.argMax(-1).equal(labels).toFloat(), weights };
  }
}
