import * as tf from "@tensorflow/tfjs";
import { hideUnless } from "../nn/attention_bias.ts";
import type { AttentionCache } from "../nn/attention_cache.ts";
import { categoricalCrossEntropy } from "../nn/cross_entropy.ts";
import { Embedding, gatherRows } from "../nn/embedding.ts";
import type { Losses } from "../nn/gradients.ts";
import { type Initialiser, normal, uniform } from "../nn/initialisers.ts";
import { Linear } from "../nn/linear.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../nn/parameters.ts";
import { sinusoidalPositions } from "../nn/sinusoids.ts";
import { TransformerStack } from "../nn/transformer_stack.ts";
import type { Model } from "../train/model.ts";

/** Sizes and parts of a {@link MusicTransformer}. */
export interface MusicTransformerOptions {
  /** Words of the notes' stream that are told apart. */
  notes: number;
  /** Words of the durations' stream that are told apart. */
  durations: number;
  /** Events that are seen at most, T. */
  context: number;
  /** Blocks. */
  layers: number;
  /** Heads of each block's attention. */
  heads: number;
  /** Numbers that stand for an event, C: one half for its note, the other for its duration. */
  width: number;
  /** Size of a head's queries, keys and values; 0 is width / heads. */
  headSize: number;
  /** Size of the feed-forward part's hidden layer. */
  inner: number;
  /** `book` has norms behind each part and starts as Keras's layers do; `modern` has them in front and starts with N(0, 0.02). */
  style: "book" | "modern";
  /** How places are told apart: by sines and cosines, or by learned distances. */
  positions: "sinusoidal" | "relative";
  /** Whether the duration of an event is foreseen from its note as well. */
  couple: boolean;
  /** Share that training drops out of each part's output. */
  dropout: number;
}

/**
 * A transformer over the events of a melody (Foster, 2023, chapter 11; Huang et al., 2019, "Music Transformer"): each has
 * a note and a duration, which are looked up in a table each, and two heads foresee the next event's.
 */
export class MusicTransformer implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #notes: Embedding;
  readonly #durations: Embedding;
  readonly #stack: TransformerStack;
  readonly #coupling?: Linear;
  readonly #noteLogits: Linear;
  readonly #durationLogits: Linear;

  /** Declares the layers. @throws RangeError when the heads do not divide the width, or the width is odd. */
  constructor(readonly options: MusicTransformerOptions) {
    const { notes, durations, layers, width, heads, headSize, inner, style, positions, couple } = options;
    if (width % 4 !== 0) {
      throw new RangeError(`Cannot make a music transformer: expected a width that 4 divides, got ${width}`);
    }
    const modern = style === "modern";
    const table: Initialiser = modern ? normal(0.02) : heUniform;
    const kernelInitialiser = modern ? normal(0.02) : undefined;
    this.#notes = new Embedding("notes", { tokens: notes, units: width / 2, initialiser: table });
    this.#durations = new Embedding("durations", { tokens: durations, units: width / 2, initialiser: table });
    this.#stack = new TransformerStack("stack", {
      layers,
      size: width,
      heads,
      headSize: headSize || undefined,
      inner,
      activation: modern ? "gelu" : "relu",
      normOrder: modern ? "pre" : "post",
      epsilon: modern ? undefined : 1e-6, // Keras's
      causal: true,
      positions: positions === "relative" ? { relative: options.context } : undefined,
      dropout: options.dropout,
      kernelInitialiser,
      outputInitialiser: modern ? normal(0.02 / Math.sqrt(2 * layers)) : undefined,
    });
    if (couple) {
      this.#coupling = new Linear("coupling", { inputs: width / 2, units: width, bias: false });
    }
    const head = (name: string, units: number) =>
      new Linear(name, { inputs: width, units, kernelInitialiser });
    this.#noteLogits = head("noteLogits", notes);
    this.#durationLogits = head("durationLogits", durations);
    this.parameters = collectParameters(
      this.#notes,
      this.#durations,
      this.#stack,
      ...this.#coupling ? [this.#coupling] : [],
      this.#noteLogits,
      this.#durationLogits,
    );
  }

  /**
   * What is known after each event.
   *
   * @param tokens int32 `[B, T, 2]`: notes and durations; T at most the context.
   * @returns States `[B, T, C]`, for {@link MusicTransformer.noteLogits} and {@link MusicTransformer.durationLogits}.
   */
  apply(parameters: NamedTensors, tokens: tf.Tensor, seed?: tf.Tensor): tf.Tensor {
    return this.#stack.apply(parameters, this.#embed(parameters, tokens), {}, seed);
  }

  /** States `[.., C]` to logits of the next notes, `[.., notes]`. */
  noteLogits(parameters: NamedTensors, states: tf.Tensor): tf.Tensor {
    return this.#noteLogits.apply(parameters, states);
  }

  /** States `[.., C]` and the next notes, int32 `[..]`, to logits of their durations, `[.., durations]`. */
  durationLogits(parameters: NamedTensors, states: tf.Tensor, notes: tf.Tensor): tf.Tensor {
    const told = this.#coupling?.apply(parameters, this.#notes.apply(parameters, notes));
    return this.#durationLogits.apply(parameters, told ? states.add(told) : states);
  }

  /** How much each event looks at each other one, `[B, H, T, T]` of each block. @param tokens int32 `[B, T, 2]`. */
  attention(parameters: NamedTensors, tokens: tf.Tensor): tf.Tensor[] {
    return this.#stack.attention(parameters, this.#embed(parameters, tokens));
  }

  /** Caches that hold nothing yet, for {@link MusicTransformer.step}: of all events of the context. */
  emptyCache(batch: number): AttentionCache[] {
    return this.#stack.emptyCache(batch, this.options.context);
  }

  /**
   * What is known after the next events alone; those before them are in the caches. The same numbers as
   * {@link MusicTransformer.apply} gives; beyond the context, each event sees the last ones that fit.
   *
   * @param tokens int32 `[B, N, 2]`.
   * @param position int32 `[B]`, the number of the first of them, from 0.
   * @returns States `[B, N, C]`, and the caches with these events in them.
   */
  step(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    cache: readonly AttentionCache[],
    position: tf.Tensor,
  ): { states: tf.Tensor; cache: AttentionCache[] } {
    const stepped = this.#stack.step(parameters, this.#embed(parameters, tokens, position), cache, {
      position,
    });
    return { states: stepped.output, cache: stepped.cache };
  }

  /** The cross-entropies of the next note and of the next duration, in nats an event, and their sum; padding counts nothing. */
  loss(parameters: NamedTensors, { tokens }: NamedTensors, seed?: tf.Tensor): Losses {
    const { notes, durations, weights } = this.#surprise(parameters, tokens, seed);
    const mean = (losses: tf.Tensor) => losses.mul(weights).sum().div(weights.sum().maximum(1));
    const [noteLoss, durationLoss] = [mean(notes), mean(durations)];
    return { loss: noteLoss.add(durationLoss), noteLoss, durationLoss };
  }

  /** The losses as sums and the number of events. */
  measure(parameters: NamedTensors, { tokens }: NamedTensors): NamedTensors {
    const { notes, durations, weights } = this.#surprise(parameters, tokens);
    const events = weights.sum();
    const sum = (losses: tf.Tensor) => tf.stack([losses.mul(weights).sum(), events]);
    return {
      loss: sum(notes.add(durations)),
      noteLoss: sum(notes),
      durationLoss: sum(durations),
    };
  }

  /** How surprising each event after the first is, `[B, L - 1]` each, and which count. @param tokens int32 `[B, L, 2]`. */
  #surprise(parameters: NamedTensors, tokens: tf.Tensor, seed?: tf.Tensor): Record<
    "notes" | "durations" | "weights",
    tf.Tensor
  > {
    const [batch, length] = tokens.shape;
    const states = this.apply(parameters, tokens.slice([0, 0, 0], [batch, length - 1, 2]), seed);
    const next = tokens.slice([0, 1, 0], [batch, length - 1, 2]);
    const [notes, durations] = next.split(2, 2).map((stream) => stream.reshape([batch, length - 1]));
    return {
      notes: categoricalCrossEntropy(this.noteLogits(parameters, states), notes),
      durations: categoricalCrossEntropy(this.durationLogits(parameters, states, notes), durations),
      weights: notes.notEqual(0).toFloat(),
    };
  }

  /** int32 `[B, N, 2]` to `[B, N, C]`. */
  #embed(parameters: NamedTensors, tokens: tf.Tensor, position?: tf.Tensor): tf.Tensor {
    const [batch, count] = tokens.shape;
    const [notes, durations] = tokens.split(2, 2).map((stream) => stream.reshape([batch, count]));
    const streams = [this.#notes.apply(parameters, notes), this.#durations.apply(parameters, durations)];
    if (this.options.positions === "relative") return tf.concat(streams, -1);
    const places = tf.range(0, count, 1, "int32");
    const waves = sinusoidalPositions(
      position ? position.expandDims(1).add(places) : places,
      this.options.width / 2,
    );
    return tf.concat(streams.map((stream) => stream.add(waves)), -1);
  }
}

/** He and others' uniform (2015) as Keras takes it for a table: by the number of its rows. */
const heUniform: Initialiser = (shape, random) => uniform(Math.sqrt(6 / shape[0]))(shape, random);

/**
 * Hides durations that do not go with notes: what sounds has a length, and what does not has none.
 *
 * @param notes int32 `[B]`.
 * @param fits `[notes, durations]`, 1 where they go together, else 0.
 * @returns To be added to logits, `[B, durations]`.
 */
export function durationBias(notes: tf.Tensor, fits: tf.Tensor): tf.Tensor {
  return hideUnless(gatherRows(fits, notes as tf.Tensor1D));
}
