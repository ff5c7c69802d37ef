import * as tf from "@tensorflow/tfjs";
import { bitsPerCharacter, meanWeights, toldTokens } from "../data/text/text_tensors.ts";
import type { AttentionCache } from "../nn/attention_cache.ts";
import type { Activation } from "../nn/activations.ts";
import { dropout } from "../nn/dropout.ts";
import { Embedding } from "../nn/embedding.ts";
import type { Losses } from "../nn/gradients.ts";
import { normal } from "../nn/initialisers.ts";
import { Linear } from "../nn/linear.ts";
import { linearCrossEntropy } from "../nn/linear_cross_entropy.ts";
import { collectParameters, type NamedTensors, parameter, type ParameterSpecs } from "../nn/parameters.ts";
import { TransformerStack } from "../nn/transformer_stack.ts";
import { foldSeed } from "../runtime/random.ts";
import type { Model } from "../train/model.ts";

/** Sizes and parts of a {@link GPT}. */
export interface GPTOptions {
  /** Tokens that are told apart, V. */
  vocabulary: number;
  /** Places that are seen at most, T. */
  context: number;
  /** Blocks, L. */
  layers: number;
  /** Heads of each block's attention, H. */
  heads: number;
  /** Numbers that stand for a place, C. */
  width: number;
  /** Size of a head's queries, keys and values; 0 is width / heads. */
  headSize: number;
  /** Size of the feed-forward part's hidden layer; 0 is 4 width, or 8/3 of it where it is gated. */
  inner: number;
  /**
   * How it is put together: `book` has norms behind each part and starts as Keras's layers do; `modern`, as GPT-2, has them
   * in front and starts with N(0, 0.02), outputs by 1 / sqrt(2 L) smaller.
   */
  style: "book" | "modern";
  /** How places are told apart: by a learned vector each, or by rotary positions. */
  positions: "learned" | "rotary";
  /** By layer, or by root mean square alone. */
  norm: "layer" | "rms";
  /** The feed-forward part: what follows its hidden layer, or SwiGLU, which is gated. */
  feedForward: "relu" | "gelu" | "swiglu";
  /** Whether queries and keys are normalised. */
  normaliseQueries: boolean;
  /** Whether the logits are products with the table that tokens are looked up in. */
  tied: boolean;
  /** Whether linears, norms and logits have biases. */
  bias: boolean;
  /** Share that training drops out of each part's output and, in the modern style, of weights and embeddings. */
  dropout: number;
  /** Whether what fills up short texts is left out of the loss. */
  maskPadding: boolean;
}

/**
 * A language model of tokens (Radford et al., 2018 and 2019, "GPT", "GPT-2"; Vaswani et al., 2017): p(text) is the
 * product of p(token | tokens before it), for which a stack of transformer blocks looks back at all of them.
 */
export class GPT implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #tokens: Embedding;
  readonly #positions?: Embedding;
  readonly #stack: TransformerStack;
  readonly #logits?: Linear;

  /** Declares the layers. @throws RangeError when the heads do not divide the width. */
  constructor(readonly options: GPTOptions) {
    const { vocabulary, context, layers, width, headSize, style, positions, feedForward, tied, bias } =
      options;
    const modern = style === "modern";
    const initialiser = modern ? normal(0.02) : undefined;
    const gated = feedForward === "swiglu";
    this.#tokens = new Embedding("tokens", { tokens: vocabulary, units: width, initialiser });
    if (positions === "learned") {
      this.#positions = new Embedding("positions", { tokens: context, units: width, initialiser });
    }
    const activations: Record<GPTOptions["feedForward"], Activation> = {
      relu: "relu",
      gelu: "gelu",
      swiglu: "swish",
    };
    this.#stack = new TransformerStack("stack", {
      layers,
      size: width,
      heads: options.heads,
      headSize: headSize || undefined,
      inner: options.inner || (gated ? Math.round(8 / 3 * width) : 4 * width),
      activation: activations[feedForward],
      gated,
      normOrder: modern ? "pre" : "post",
      norm: options.norm,
      epsilon: modern ? undefined : 1e-6, // Keras's
      causal: true,
      positions: positions === "rotary" ? "rotary" : undefined,
      normalise: options.normaliseQueries,
      bias,
      dropout: options.dropout,
      weightDropout: modern ? options.dropout : 0,
      kernelInitialiser: initialiser,
      outputInitialiser: modern ? normal(0.02 / Math.sqrt(2 * layers)) : undefined,
    });
    if (!tied) {
      this.#logits = new Linear("logits", {
        inputs: width,
        units: vocabulary,
        bias,
        kernelInitialiser: initialiser,
      });
    }
    this.parameters = collectParameters(
      this.#tokens,
      ...this.#positions ? [this.#positions] : [],
      this.#stack,
      ...this.#logits ? [this.#logits] : [],
    );
  }

  /**
   * What is expected after each token.
   *
   * @param tokens int32 `[B, T]`, T at most the context.
   * @returns Logits `[B, T, V]`.
   * @throws RangeError for more tokens than the context.
   */
  apply(parameters: NamedTensors, tokens: tf.Tensor): tf.Tensor {
    return this.#score(parameters, this.#stack.apply(parameters, this.#embed(parameters, tokens)));
  }

  /**
   * How much each place looks at each other one, block by block.
   *
   * @param tokens int32 `[B, T]`.
   * @returns `[B, H, T, T]` of each block.
   */
  attention(parameters: NamedTensors, tokens: tf.Tensor): tf.Tensor[] {
    return this.#stack.attention(parameters, this.#embed(parameters, tokens));
  }

  /** Caches that hold nothing yet, for {@link GPT.step}: of all places of the context. */
  emptyCache(batch: number): AttentionCache[] {
    return this.#stack.emptyCache(batch, this.options.context);
  }

  /**
   * What is expected after the next tokens alone; those before them are in the caches. The same numbers as
   * {@link GPT.apply} gives.
   *
   * @param tokens int32 `[B, N]`.
   * @param position int32 `[B]`, the number of the first of them, from 0; the last one's is below the context.
   * @returns Logits `[B, N, V]`, and the caches with these tokens in them.
   */
  step(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    cache: readonly AttentionCache[],
    position: tf.Tensor,
  ): { logits: tf.Tensor; cache: AttentionCache[] } {
    const stepped = this.#stack.step(parameters, this.#embed(parameters, tokens, position), cache, {
      position,
    });
    return { logits: this.#score(parameters, stepped.output), cache: stepped.cache };
  }

  /** The cross-entropy of the next token, in nats: over all tokens and what fills them up, or over tokens alone. */
  loss(parameters: NamedTensors, { tokens }: NamedTensors, seed?: tf.Tensor): Losses {
    return { loss: this.#surprise(parameters, tokens, seed)(meanWeights(this.#counted(tokens))) };
  }

  /**
   * The loss, the cross-entropy over tokens alone as a sum and a count (`exp(tokenLoss)` is the perplexity), and bits per
   * character of data that know their characters.
   */
  measure(parameters: NamedTensors, batch: NamedTensors): NamedTensors {
    const { tokens } = batch;
    const surprise = this.#surprise(parameters, tokens);
    const told = toldTokens(tokens);
    return {
      loss: surprise(meanWeights(this.#counted(tokens))),
      tokenLoss: tf.stack([surprise(told), told.sum()]),
      ...bitsPerCharacter(batch, surprise),
    };
  }

  /** Which tokens after the first count, `[B, T - 1]`. */
  #counted(tokens: tf.Tensor): tf.Tensor {
    const told = toldTokens(tokens);
    return this.options.maskPadding ? told : told.onesLike();
  }

  /** Reads texts, and weighs how surprising each token after the first is: `[B, T - 1]` to a sum in nats. */
  #surprise(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    seed?: tf.Tensor,
  ): (weights: tf.Tensor) => tf.Tensor {
    const [batch, length] = tokens.shape;
    const read = this.#embed(parameters, tokens.slice([0, 0], [batch, length - 1]), undefined, seed);
    const states = this.#stack.apply(parameters, read, {}, seed && foldSeed(seed, 1));
    const labels = tokens.slice([0, 1], [batch, length - 1]).reshape([-1]);
    return (weights) =>
      linearCrossEntropy({
        features: states.reshape([-1, this.options.width]),
        ...this.#head(parameters),
        labels,
        weights: weights.reshape([-1]),
      });
  }

  /** int32 `[B, N]` to `[B, N, C]`. */
  #embed(parameters: NamedTensors, tokens: tf.Tensor, position?: tf.Tensor, seed?: tf.Tensor): tf.Tensor {
    const { context, style, dropout: rate } = this.options;
    const count = tokens.shape[1]!;
    if (count > context) {
      throw new RangeError(`Cannot read ${count} tokens: expected at most ${context}, the context`);
    }
    let x = this.#tokens.apply(parameters, tokens);
    if (this.#positions) {
      const places = tf.range(0, count, 1, "int32");
      x = x.add(this.#positions.apply(parameters, position ? position.expandDims(1).add(places) : places));
    }
    return seed && style === "modern" ? dropout(x, rate, seed) : x;
  }

  /** `[B, N, C]` to logits `[B, N, V]`. */
  #score(parameters: NamedTensors, states: tf.Tensor): tf.Tensor {
    const { width, vocabulary } = this.options;
    const rows = states.reshape<tf.Tensor2D>([-1, width]);
    const logits = this.#logits
      ? this.#logits.apply(parameters, rows)
      : rows.matMul(parameter(parameters, `${this.#tokens.name}/table`) as tf.Tensor2D, false, true);
    return logits.reshape([...states.shape.slice(0, -1), vocabulary]);
  }

  /** What makes logits of states: `[C, V]` and `[V]`. */
  #head(parameters: NamedTensors): { kernel: tf.Tensor; bias: tf.Tensor } {
    const noBias = () => tf.zeros([this.options.vocabulary]);
    if (!this.#logits) {
      return { kernel: parameter(parameters, `${this.#tokens.name}/table`).transpose(), bias: noBias() };
    }
    const { name, options: { bias } } = this.#logits;
    return {
      kernel: parameter(parameters, `${name}/kernel`),
      bias: bias ? parameter(parameters, `${name}/bias`) : noBias(),
    };
  }
}
