import * as tf from "@tensorflow/tfjs";
import { type AttentionCache, cacheBias, cachedDistances, writeCache } from "./attention_cache.ts";
import { causalBias } from "./attention_bias.ts";
import { dropout } from "./dropout.ts";
import type { Initialiser } from "./initialisers.ts";
import { Linear } from "./linear.ts";
import { collectParameters, type Module, type NamedTensors, type ParameterSpecs } from "./parameters.ts";
import { RelativeLogits } from "./relative_positions.ts";
import { RMSNorm } from "./rms_norm.ts";
import { rotate } from "./rotary.ts";

/** The options of an {@link Attention}. */
export interface AttentionOptions {
  /** Size of the last axis that comes in and goes out. */
  size: number;
  /** How many heads attend side by side. */
  heads: number;
  /** Size of a head's queries, keys and values (Keras's `key_dim`). @default size / heads */
  headSize?: number;
  /** Size of the last axis of the context, for cross-attention. @default size */
  contextSize?: number;
  /** Whether a place sees itself and the past alone. @default false */
  causal?: boolean;
  /** How places are told apart: by rotary positions, or by learned distances below `relative`. @default by nothing */
  positions?: "rotary" | { relative: number };
  /** Whether queries and keys are normalised in each head ("QK norm", Henry et al., 2020, here by RMS). @default false */
  normalise?: boolean;
  /** Factor of the logits. @default headSize^-0.5 */
  scale?: number;
  /** Share of the attention weights that training sets to 0. @default 0 */
  weightDropout?: number;
  /** Whether biases are added. @default true */
  bias?: boolean;
  /** The kernels of queries, keys and values. @default glorotUniform */
  kernelInitialiser?: Initialiser;
  /** The kernel of the output. @default glorotUniform */
  outputInitialiser?: Initialiser;
}

/** What attention may be handed beside its input. */
export interface AttendOptions {
  /** What cross-attention looks at, `[B, S, contextSize]`. @default the input itself */
  context?: tf.Tensor;
  /** Added to the logits, broadcast to `[B, H, T, S]`: masks of -1e9, biases by distance. @default none */
  bias?: tf.Tensor;
  /** int32 `[2]`, given in training only: draws what is dropped out. */
  seed?: tf.Tensor;
}

/**
 * Multi-head attention (Vaswani et al., 2017, section 3.2): every place takes a mean of values, weighted by how its query
 * fits their keys. Linears: `<name>/query`, `<name>/key`, `<name>/value` of `heads headSize` units, the heads one after
 * another, and `<name>/output`; with learned distances `<name>/relative/table`, with normalisation
 * `<name>/queryNorm/scale` and `<name>/keyNorm/scale`.
 */
export class Attention implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #headSize: number;
  readonly #query: Linear;
  readonly #key: Linear;
  readonly #value: Linear;
  readonly #output: Linear;
  readonly #norms?: { query: RMSNorm; key: RMSNorm };
  readonly #relative?: RelativeLogits;

  /**
   * Declares the parameters under a name; they are made by `initialiseParameters`.
   *
   * @throws RangeError when the heads do not divide the size, or learned distances are asked for without `causal`.
   */
  constructor(readonly name: string, readonly options: AttentionOptions) {
    const { size, heads, headSize = size / heads, contextSize = size, causal, positions, bias } = options;
    const { kernelInitialiser, outputInitialiser } = options;
    if (!Number.isInteger(headSize)) {
      throw new RangeError(`Cannot make "${name}": expected heads that divide ${size}, got ${heads}`);
    }
    if (typeof positions === "object" && !causal) {
      throw new RangeError(`Cannot make "${name}": expected causal attention with relative positions`);
    }
    this.#headSize = headSize;
    const project = (part: string, inputs: number) =>
      new Linear(`${name}/${part}`, { inputs, units: heads * headSize, bias, kernelInitialiser });
    this.#query = project("query", size);
    this.#key = project("key", contextSize);
    this.#value = project("value", contextSize);
    this.#output = new Linear(`${name}/output`, {
      inputs: heads * headSize,
      units: size,
      bias,
      kernelInitialiser: outputInitialiser,
    });
    const modules: Module[] = [this.#query, this.#key, this.#value, this.#output];
    if (options.normalise) {
      const norm = (part: string) => new RMSNorm(`${name}/${part}`, { size: headSize });
      this.#norms = { query: norm("queryNorm"), key: norm("keyNorm") };
      modules.push(this.#norms.query, this.#norms.key);
    }
    if (typeof positions === "object") {
      this.#relative = new RelativeLogits(`${name}/relative`, { length: positions.relative, headSize });
      modules.push(this.#relative);
    }
    this.parameters = collectParameters(...modules);
  }

  /**
   * Attends over a whole sequence.
   *
   * @param x `[B, T, size]`.
   * @returns `[B, T, size]`.
   * @throws TypeError when causal attention, or one with positions, is handed a context.
   */
  apply(parameters: NamedTensors, x: tf.Tensor, options: AttendOptions = {}): tf.Tensor {
    const { weightDropout = 0 } = this.options;
    let weights = this.weights(parameters, x, options);
    if (options.seed) weights = dropout(weights, weightDropout, options.seed);
    const values = this.#splitHeads(this.#value.apply(parameters, options.context ?? x));
    return this.#join(parameters, weights.matMul(values));
  }

  /**
   * How much each place looks at each other one.
   *
   * @param x `[B, T, size]`.
   * @returns `[B, H, T, S]`; the last axis sums to 1.
   */
  weights(parameters: NamedTensors, x: tf.Tensor, { context, bias }: AttendOptions = {}): tf.Tensor {
    const { causal, positions } = this.options;
    if (context && (causal || positions)) {
      throw new TypeError(
        `Cannot attend with "${this.name}": expected no context, for it is causal or has positions of its own`,
      );
    }
    const time = x.shape[1]!;
    const places = tf.range(0, time, 1, "int32");
    const queries = this.#queries(parameters, x, places);
    let logits: tf.Tensor = queries.matMul(this.#keys(parameters, context ?? x, places), false, true);
    if (this.#relative) logits = logits.add(this.#relative.apply(parameters, queries));
    if (causal) logits = logits.add(causalBias(time));
    if (bias) logits = logits.add(bias);
    return logits.softmax();
  }

  /** A cache that holds nothing yet, for {@link Attention.step}: of `length` places, for each of a batch. */
  emptyCache(batch: number, length: number): AttentionCache {
    const shape = [batch, this.options.heads, length, this.#headSize];
    return { keys: tf.zeros(shape), values: tf.zeros(shape) };
  }

  /**
   * Attends from the next places to all before them, of which the cache holds keys and values: the same numbers as
   * {@link Attention.apply} gives at these places, as long as the cache is no shorter than the sequence. Beyond, each place
   * sees the last ones that fit.
   *
   * @param x Of the next N places, `[B, N, size]`.
   * @param position int32 `[B]`, the number of the first of them in its sequence, from 0.
   * @param bias Added to the logits, broadcast to `[B, H, N, S]`; see {@link cachedDistances}.
   * @returns `[B, N, size]`, the cache with these places in it, and how much each place looks at what lies in each slot,
   * `[B, H, N, S]`.
   * @throws TypeError when the attention is not causal.
   */
  step(
    parameters: NamedTensors,
    x: tf.Tensor,
    cache: AttentionCache,
    { position, bias }: { position: tf.Tensor; bias?: tf.Tensor },
  ): { output: tf.Tensor; cache: AttentionCache; weights: tf.Tensor } {
    if (!this.options.causal) {
      throw new TypeError(`Cannot step "${this.name}": expected causal attention`);
    }
    const places = position.expandDims(1).add(tf.range(0, x.shape[1]!, 1, "int32"));
    const inHeads = places.expandDims(1);
    const queries = this.#queries(parameters, x, inHeads);
    const next = writeCache(cache, {
      keys: this.#keys(parameters, x, inHeads),
      values: this.#splitHeads(this.#value.apply(parameters, x)),
    }, places);
    const distances = cachedDistances(places, cache.keys.shape[2]!);
    let logits = queries.matMul(next.keys, false, true).add(cacheBias(distances, places));
    if (this.#relative) logits = logits.add(this.#relative.at(parameters, queries, distances));
    if (bias) logits = logits.add(bias);
    const weights = logits.softmax();
    return { output: this.#join(parameters, weights.matMul(next.values)), cache: next, weights };
  }

  /** `[B, T, size]` to scaled queries `[B, H, T, headSize]`. */
  #queries(parameters: NamedTensors, x: tf.Tensor, places: tf.Tensor): tf.Tensor {
    const queries = this.#splitHeads(this.#query.apply(parameters, x));
    const normed = this.#norms ? this.#norms.query.apply(parameters, queries) : queries;
    const turned = this.options.positions === "rotary" ? rotate(normed, places) : normed;
    return turned.mul(this.options.scale ?? this.#headSize ** -0.5);
  }

  /** `[B, S, contextSize]` to keys `[B, H, S, headSize]`. */
  #keys(parameters: NamedTensors, context: tf.Tensor, places: tf.Tensor): tf.Tensor {
    const keys = this.#splitHeads(this.#key.apply(parameters, context));
    const normed = this.#norms ? this.#norms.key.apply(parameters, keys) : keys;
    return this.options.positions === "rotary" ? rotate(normed, places) : normed;
  }

  /** `[B, T, H headSize]` to `[B, H, T, headSize]`. */
  #splitHeads(x: tf.Tensor): tf.Tensor {
    const [batch, time] = x.shape;
    return x.reshape([batch, time, this.options.heads, this.#headSize]).transpose([0, 2, 1, 3]);
  }

  /** The heads' means, `[B, H, T, headSize]`, side by side through the output's linear. */
  #join(parameters: NamedTensors, means: tf.Tensor): tf.Tensor {
    const [batch, heads, time] = means.shape;
    const rows = means.transpose([0, 2, 1, 3]).reshape([batch, time, heads * this.#headSize]);
    return this.#output.apply(parameters, rows);
  }
}
