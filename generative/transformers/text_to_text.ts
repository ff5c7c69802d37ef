import * as tf from "@tensorflow/tfjs";
import { meanWeights } from "../data/text/text_tensors.ts";
import { PAD } from "../data/text/vocabulary.ts";
import { paddingBias } from "../nn/attention_bias.ts";
import { type AttentionCache, cachedDistances } from "../nn/attention_cache.ts";
import { dropout } from "../nn/dropout.ts";
import { Embedding } from "../nn/embedding.ts";
import type { Losses } from "../nn/gradients.ts";
import { normal } from "../nn/initialisers.ts";
import { linearCrossEntropy } from "../nn/linear_cross_entropy.ts";
import { collectParameters, type NamedTensors, parameter, type ParameterSpecs } from "../nn/parameters.ts";
import { distances, RelativePositionBias } from "../nn/relative_positions.ts";
import { TransformerStack } from "../nn/transformer_stack.ts";
import { foldSeed } from "../runtime/random.ts";
import type { Model } from "../train/model.ts";

/** Sizes of a {@link TextToText}. */
export interface TextToTextOptions {
  /** Tokens that are told apart, V; sentinels come on top. */
  vocabulary: number;
  /** Sentinels: one a span that can be taken out, and one for the end. */
  sentinels: number;
  /** Tokens of the longest answer. */
  answer: number;
  /** Blocks of the encoder, and as many of the decoder. */
  layers: number;
  /** Heads of each block's attention. */
  heads: number;
  /** Numbers that stand for a place, C. */
  width: number;
  /** Size of the feed-forward parts' hidden layers. */
  inner: number;
  /** Distances that are told apart; those further away share them. */
  buckets: number;
  /** Share that training drops out. */
  dropout: number;
}

/**
 * An encoder that reads a text and a decoder that writes the answer (Raffel et al., 2020, "T5"): norms by root mean square
 * in front, no biases, logits of attention that are not scaled, and instead of positions a learned bias for each
 * distance, which all blocks of a stack share.
 */
export class TextToText implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #tokens: Embedding;
  readonly #encoder: TransformerStack;
  readonly #decoder: TransformerStack;
  readonly #encoderBias: RelativePositionBias;
  readonly #decoderBias: RelativePositionBias;

  /** Declares the layers. @throws RangeError when the heads do not divide the width. */
  constructor(readonly options: TextToTextOptions) {
    const { vocabulary, sentinels, layers, heads, width, inner, buckets, dropout } = options;
    // logits of attention are not scaled: with these kernels they start with variance 1
    const kernelInitialiser = normal(width ** -0.5 * (width / heads) ** -0.25);
    this.#tokens = new Embedding("tokens", {
      tokens: vocabulary + sentinels,
      units: width,
      initialiser: normal(1),
    });
    const stack = {
      layers,
      size: width,
      heads,
      inner,
      activation: "relu",
      norm: "rms",
      bias: false,
      scale: 1,
      dropout,
      weightDropout: dropout,
      kernelInitialiser,
    } as const;
    this.#encoder = new TransformerStack("encoder", stack);
    this.#decoder = new TransformerStack("decoder", { ...stack, causal: true, contextSize: width });
    const furthest = 128;
    this.#encoderBias = new RelativePositionBias("encoderBias", { heads, buckets, furthest });
    this.#decoderBias = new RelativePositionBias("decoderBias", { heads, buckets, furthest, causal: true });
    this.parameters = collectParameters(
      this.#tokens,
      this.#encoder,
      this.#decoder,
      this.#encoderBias,
      this.#decoderBias,
    );
  }

  /** The first sentinel. */
  get sentinel(): number {
    return this.options.vocabulary;
  }

  /** Reads texts: int32 `[B, S]` to `[B, S, C]`, padding not looked at. @param seed int32 `[2]`, given in training only. */
  encode(parameters: NamedTensors, input: tf.Tensor, seed?: tf.Tensor): tf.Tensor {
    const bias = this.#encoderBias.apply(parameters, distances(input.shape[1]!)).add(
      paddingBias(input.notEqual(PAD)),
    );
    const x = this.#tokens.apply(parameters, input);
    const shown = seed ? dropout(x, this.options.dropout, seed) : x;
    return this.#encoder.apply(parameters, shown, { bias }, seed && foldSeed(seed, 1));
  }

  /** The bias of each head by distance, int32 `[N]` of query's place minus key's, in the encoder: `[H, N]`. */
  biases(parameters: NamedTensors, away: tf.Tensor): tf.Tensor {
    return this.#encoderBias.apply(parameters, away.expandDims(0)).squeeze([1]);
  }

  /**
   * What is expected after each token of answers.
   *
   * @param answer int32 `[B, T]`, each begun by padding.
   * @param read `context`: from {@link TextToText.encode}; `input`: the tokens that it was read from.
   * @returns Logits `[B, T, V + sentinels]`.
   */
  apply(
    parameters: NamedTensors,
    answer: tf.Tensor,
    read: { context: tf.Tensor; input: tf.Tensor },
  ): tf.Tensor {
    return this.#score(parameters, this.#decode(parameters, answer, read));
  }

  /** Caches that hold nothing yet, for {@link TextToText.step}. */
  emptyCache(batch: number): AttentionCache[] {
    return this.#decoder.emptyCache(batch, this.options.answer);
  }

  /**
   * What is expected after the next tokens of answers alone, `[B, N]`: the same numbers as {@link TextToText.apply} gives.
   */
  step(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    { context, input, cache, position }: {
      context: tf.Tensor;
      input: tf.Tensor;
      cache: readonly AttentionCache[];
      position: tf.Tensor;
    },
  ): { logits: tf.Tensor; cache: AttentionCache[] } {
    const places = position.expandDims(1).add(tf.range(0, tokens.shape[1]!, 1, "int32"));
    const bias = this.#decoderBias.apply(parameters, cachedDistances(places, this.options.answer));
    const contextBias = paddingBias(input.notEqual(PAD));
    const x = this.#tokens.apply(parameters, tokens);
    const stepped = this.#decoder.step(parameters, x, cache, { context, bias, contextBias, position });
    return { logits: this.#score(parameters, this.#scale(stepped.output)), cache: stepped.cache };
  }

  /** The cross-entropy of the answer's tokens, in nats, padding aside. */
  loss(parameters: NamedTensors, batch: NamedTensors, seed?: tf.Tensor): Losses {
    return { loss: this.#surprise(parameters, batch, seed)(meanWeights(toldOf(batch.target))) };
  }

  /** The same as a sum and a count: `exp(loss)` is the perplexity of what was taken out. */
  measure(parameters: NamedTensors, batch: NamedTensors): NamedTensors {
    const told = toldOf(batch.target);
    return { loss: tf.stack([this.#surprise(parameters, batch)(told), told.sum()]) };
  }

  #surprise(
    parameters: NamedTensors,
    { input, target }: NamedTensors,
    seed?: tf.Tensor,
  ): (weights: tf.Tensor) => tf.Tensor {
    const [batch, length] = target.shape;
    const begun = tf.concat([tf.zeros([batch, 1], "int32"), target.slice([0, 0], [batch, length - 1])], 1);
    const context = this.encode(parameters, input, seed && foldSeed(seed, 0));
    const states = this.#decode(parameters, begun, { context, input }, seed && foldSeed(seed, 1));
    const { width, vocabulary, sentinels } = this.options;
    return (weights) =>
      linearCrossEntropy({
        features: states.reshape([-1, width]),
        kernel: parameter(parameters, `${this.#tokens.name}/table`).transpose(),
        bias: tf.zeros([vocabulary + sentinels]),
        labels: target.reshape([-1]),
        weights: weights.reshape([-1]),
      });
  }

  /** `[B, T]` to states `[B, T, C]`, scaled for the table that made the tokens. */
  #decode(
    parameters: NamedTensors,
    answer: tf.Tensor,
    { context, input }: { context: tf.Tensor; input: tf.Tensor },
    seed?: tf.Tensor,
  ): tf.Tensor {
    const bias = this.#decoderBias.apply(parameters, distances(answer.shape[1]!));
    const contextBias = paddingBias(input.notEqual(PAD));
    const x = this.#tokens.apply(parameters, answer);
    const shown = seed ? dropout(x, this.options.dropout, seed) : x;
    const inputs = { context, bias, contextBias };
    return this.#scale(this.#decoder.apply(parameters, shown, inputs, seed && foldSeed(seed, 1)));
  }

  #scale(states: tf.Tensor): tf.Tensor {
    return states.mul(this.options.width ** -0.5);
  }

  #score(parameters: NamedTensors, states: tf.Tensor): tf.Tensor {
    const { width, vocabulary, sentinels } = this.options;
    const table = parameter(parameters, `${this.#tokens.name}/table`) as tf.Tensor2D;
    return states.reshape<tf.Tensor2D>([-1, width]).matMul(table, false, true)
      .reshape([...states.shape.slice(0, -1), vocabulary + sentinels]);
  }
}

/** 1 for tokens, 0 for padding. */
function toldOf(target: tf.Tensor): tf.Tensor {
  return target.notEqual(PAD).toFloat();
}
