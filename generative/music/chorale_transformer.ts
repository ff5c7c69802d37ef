import * as tf from "@tensorflow/tfjs";
import { BEAT_WORDS, FERMATA_WORDS, GRID_WORDS } from "../data/music/voice_grid.ts";
import { VOICES } from "../data/music/voices.ts";
import type { AttentionCache } from "../nn/attention_cache.ts";
import { categoricalCrossEntropy } from "../nn/cross_entropy.ts";
import { Embedding } from "../nn/embedding.ts";
import type { Losses } from "../nn/gradients.ts";
import { normal } from "../nn/initialisers.ts";
import { Linear } from "../nn/linear.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../nn/parameters.ts";
import { TransformerStack } from "../nn/transformer_stack.ts";
import type { Model } from "../train/model.ts";

/** Sizes of a {@link ChoraleTransformer}. */
export interface ChoraleTransformerOptions {
  /** Tokens that are seen at most, T. */
  context: number;
  /** Blocks. */
  layers: number;
  /** Heads of each block's attention. */
  heads: number;
  /** Numbers that stand for a token, C. */
  width: number;
  /** Size of the feed-forward part's hidden layer. */
  inner: number;
  /** Share that training drops out of each part's output. */
  dropout: number;
}

/** Voices of the grid, V. */
const V = VOICES.length;

/**
 * A transformer over four voices on a grid of sixteenths: in each step it foresees soprano, alto, tenor and bass one
 * after the other, each given all before it, at relative positions (Huang et al., 2019, "Music Transformer"; the grid is
 * that of Hadjeres et al., 2017, "DeepBach"). It is told whose turn it is, where in its bar the step stands and whether
 * the soprano is held there, so that phrases can end where the melody's do.
 */
export class ChoraleTransformer implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #words: Embedding;
  readonly #voices: Embedding;
  readonly #beats: Embedding;
  readonly #fermatas: Embedding;
  readonly #stack: TransformerStack;
  readonly #logits: Linear;

  /** Declares the layers. @throws RangeError when the heads do not divide the width. */
  constructor(readonly options: ChoraleTransformerOptions) {
    const { context, layers, heads, width, inner, dropout } = options;
    const initialiser = normal(0.02);
    const table = (name: string, tokens: number) =>
      new Embedding(name, { tokens, units: width, initialiser });
    this.#words = table("words", GRID_WORDS.length);
    this.#voices = table("voices", V);
    this.#beats = table("beats", BEAT_WORDS.length);
    this.#fermatas = table("fermatas", FERMATA_WORDS.length);
    this.#stack = new TransformerStack("stack", {
      layers,
      size: width,
      heads,
      inner,
      causal: true,
      positions: { relative: context },
      dropout,
      kernelInitialiser: initialiser,
      outputInitialiser: normal(0.02 / Math.sqrt(2 * layers)),
    });
    this.#logits = new Linear("logits", {
      inputs: width,
      units: GRID_WORDS.length,
      kernelInitialiser: initialiser,
    });
    this.parameters = collectParameters(
      this.#words,
      this.#voices,
      this.#beats,
      this.#fermatas,
      this.#stack,
      this.#logits,
    );
  }

  /**
   * What is expected after each token but the last.
   *
   * @param tokens int32 `[B, L, 3]`: words, beats and fermatas; the first is the soprano's.
   * @returns Logits `[B, L - 1, words]`.
   */
  apply(parameters: NamedTensors, tokens: tf.Tensor, seed?: tf.Tensor): tf.Tensor {
    const states = this.#stack.apply(parameters, this.#embedAll(parameters, tokens), {}, seed);
    return this.#logits.apply(parameters, states);
  }

  /** How much each token looks at each other one, `[B, H, L - 1, L - 1]` of each block. @param tokens int32 `[B, L, 3]`. */
  attention(parameters: NamedTensors, tokens: tf.Tensor): tf.Tensor[] {
    return this.#stack.attention(parameters, this.#embedAll(parameters, tokens));
  }

  /** Caches that hold nothing yet, for {@link ChoraleTransformer.step}: of all tokens of the context. */
  emptyCache(batch: number): AttentionCache[] {
    return this.#stack.emptyCache(batch, this.options.context);
  }

  /**
   * What is expected after one more token; those before it are in the caches. Beyond the context, the last tokens that fit
   * are seen.
   *
   * @param words int32 `[B]`: the token.
   * @param next Of the token that is to come: int32 `[B]` each. `position` is the number of the token before it, from 0.
   * @returns Logits `[B, words]`, and the caches with the token in them.
   */
  step(
    parameters: NamedTensors,
    words: tf.Tensor,
    cache: readonly AttentionCache[],
    next: { beats: tf.Tensor; fermatas: tf.Tensor; position: tf.Tensor },
  ): { logits: tf.Tensor; cache: AttentionCache[] } {
    const { position } = next;
    const voices = position.add(tf.scalar(1, "int32")).mod(tf.scalar(V, "int32")).toInt();
    const x = this.#embed(parameters, { words, voices, beats: next.beats, fermatas: next.fermatas });
    const stepped = this.#stack.step(parameters, x.expandDims(1), cache, { position });
    return { logits: this.#logits.apply(parameters, stepped.output.squeeze([1])), cache: stepped.cache };
  }

  /** The cross-entropy of the next word, in nats; a step of the grid has four. Padding counts nothing. */
  loss(parameters: NamedTensors, { tokens }: NamedTensors, seed?: tf.Tensor): Losses {
    const { losses, weights } = this.#surprise(parameters, tokens, seed);
    return { loss: losses.mul(weights).sum().div(weights.sum().maximum(1)) };
  }

  /** The loss, and that of the soprano and of the three voices below it alone, as sums and the number of words. */
  measure(parameters: NamedTensors, { tokens }: NamedTensors): NamedTensors {
    const { losses, weights } = this.#surprise(parameters, tokens);
    const soprano = tf.range(1, losses.shape[1]! + 1, 1, "int32").mod(tf.scalar(V, "int32"))
      .equal(tf.scalar(0, "int32")).toFloat();
    const sum = (counted: tf.Tensor) => tf.stack([losses.mul(counted).sum(), counted.sum()]);
    return {
      loss: sum(weights),
      sopranoLoss: sum(weights.mul(soprano)),
      harmonyLoss: sum(weights.mul(tf.sub(1, soprano))),
    };
  }

  /** How surprising each word after the first is, `[B, L - 1]`, and which count. */
  #surprise(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    seed?: tf.Tensor,
  ): { losses: tf.Tensor; weights: tf.Tensor } {
    const [batch, length] = tokens.shape;
    const next = tokens.slice([0, 1, 0], [batch, length - 1, 1]).reshape([batch, length - 1]);
    return {
      losses: categoricalCrossEntropy(this.apply(parameters, tokens, seed), next),
      weights: next.notEqual(0).toFloat(),
    };
  }

  /** Words with what is known of those that follow them: int32 `[B, L, 3]` to `[B, L - 1, C]`. */
  #embedAll(parameters: NamedTensors, tokens: tf.Tensor): tf.Tensor {
    const [batch, length] = tokens.shape;
    const stream = (index: number, first: number) =>
      tokens.slice([0, first, index], [batch, length - 1, 1]).reshape([batch, length - 1]);
    const voices = tf.range(1, length, 1, "int32").mod(tf.scalar(V, "int32")).toInt();
    return this.#embed(parameters, {
      words: stream(0, 0),
      voices,
      beats: stream(1, 1),
      fermatas: stream(2, 1),
    });
  }

  #embed(
    parameters: NamedTensors,
    { words, voices, beats, fermatas }: Record<"words" | "voices" | "beats" | "fermatas", tf.Tensor>,
  ): tf.Tensor {
    return this.#words.apply(parameters, words).add(this.#voices.apply(parameters, voices))
      .add(this.#beats.apply(parameters, beats)).add(this.#fermatas.apply(parameters, fermatas));
  }
}
