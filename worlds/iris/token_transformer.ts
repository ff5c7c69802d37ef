import * as tf from "@tensorflow/tfjs";
import { hideUnless } from "../../generative/nn/attention_bias.ts";
import { type AttentionCache, cachedDistances } from "../../generative/nn/attention_cache.ts";
import { Embedding } from "../../generative/nn/embedding.ts";
import { normal } from "../../generative/nn/initialisers.ts";
import { Linear } from "../../generative/nn/linear.ts";
import { MLP } from "../../generative/nn/mlp.ts";
import {
  collectParameters,
  type Module,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
} from "../../generative/nn/parameters.ts";
import { distances, RelativePositionBias } from "../../generative/nn/relative_positions.ts";
import { type SteppedStack, TransformerStack } from "../../generative/nn/transformer_stack.ts";

/** The options of a {@link TokenTransformer}. */
export interface TokenTransformerOptions {
  /** Codes that there are, K. */
  codes: number;
  /** Codes of a frame, N. */
  frameCodes: number;
  /** Numbers in an action, A. */
  actionSize: number;
  /** Width of the tokens, U. */
  units: number;
  /** Blocks of the transformer, L. */
  layers: number;
  /** Heads of each block's attention, H. */
  heads: number;
  /** Decisions that attention reaches back over, the present one among them: W. */
  window: number;
  /** Share of what attention and blocks put out that training sets to 0. */
  dropout: number;
}

/** Whole sequences of B episodes over T decisions. */
export interface TokenSequences {
  /** Of the frame before each decision, int32 `[B, T, N]`. */
  codes: tf.Tensor;
  /** `[B, T, A]`. */
  actions: tf.Tensor;
  /** `[B, T]`, 1 where an episode begins: nothing before is seen from there on. */
  firsts: tf.Tensor;
}

/** Distances that have a bias of their own are half as many; further ones share some. */
const BUCKETS = 64;

/**
 * A GPT over the codes of frames and actions (Micheli et al., 2023, section 2.2): the N tokens of a frame, the token of the
 * action, the next frame, and so on. Each code's output foresees the code after it, an action's output the next frame's
 * first code and what the decision comes to.
 *
 * Each place sees the last `W (N + 1)` tokens of its own episode. It knows which code of a frame it is, and how far behind it
 * others lie, by a learned bias; so a cache of fixed length is enough for episodes of any length, and a step that reads it
 * computes what a pass over the whole sequence does. It holds N places more than are seen, so that the N + 1 tokens of a
 * decision can be written at once without taking from the first of them what it still sees.
 *
 * Parameters: the tables `<name>/codes` and `<name>/slots`, `<name>/action`, `<name>/distances`, the blocks
 * `<name>/transformer/block1`, .., and `<name>/nextCode`, which reads outputs.
 */
export class TokenTransformer implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** Tokens of a decision, `N + 1`. */
  readonly decisionTokens: number;
  /** Tokens that attention reaches back over, `S = W (N + 1)`. */
  readonly reach: number;
  /** Places of a cache, `S + N`. */
  readonly cacheLength: number;
  readonly #codes: Embedding;
  readonly #slots: Embedding;
  readonly #action: Linear;
  readonly #bias: RelativePositionBias;
  readonly #transformer: TransformerStack;
  readonly #nextCode: MLP;

  /** Declares the layers under a name. @throws RangeError when the heads do not divide the width. */
  constructor(readonly name: string, readonly options: TokenTransformerOptions) {
    const { codes, frameCodes, actionSize, units, layers, heads, window, dropout } = options;
    this.decisionTokens = frameCodes + 1;
    this.reach = window * this.decisionTokens;
    this.cacheLength = this.reach + frameCodes;
    const table = { units, initialiser: normal(0.02) };
    this.#codes = new Embedding(`${name}/codes`, { tokens: codes, ...table });
    this.#slots = new Embedding(`${name}/slots`, { tokens: this.decisionTokens, ...table });
    this.#action = new Linear(`${name}/action`, { inputs: actionSize, units });
    this.#bias = new RelativePositionBias(`${name}/distances`, {
      heads,
      buckets: BUCKETS,
      furthest: Math.max(this.reach, BUCKETS),
      causal: true,
    });
    this.#transformer = new TransformerStack(`${name}/transformer`, {
      size: units,
      layers,
      heads,
      causal: true,
      inner: 4 * units,
      dropout,
    });
    this.#nextCode = new MLP(`${name}/nextCode`, {
      inputs: units,
      hidden: [units],
      outputs: codes,
      activation: "relu",
    });
    this.parameters = collectParameters(
      this.#codes,
      this.#slots,
      this.#action,
      this.#bias,
      this.#transformer,
      this.#nextCode,
    );
  }

  /** The tokens of whole frames, int32 `[.., N]`: `[.., N, U]`. */
  frameTokens(parameters: NamedTensors, codes: tf.Tensor): tf.Tensor {
    const slots = this.#slots.apply(parameters, tf.range(0, this.options.frameCodes, 1, "int32"));
    return this.#codes.apply(parameters, codes).add(slots);
  }

  /** The tokens of actions `[.., A]`, `[.., U]`. */
  actionTokens(parameters: NamedTensors, actions: tf.Tensor): tf.Tensor {
    const slot = this.#slots.apply(parameters, tf.scalar(this.options.frameCodes, "int32"));
    return this.#action.apply(parameters, actions).add(slot);
  }

  /**
   * The tokens of one code of each of B frames.
   *
   * @param choice One-hot, `[B, K]`; gradients flow through it.
   * @param place int32 scalar: which code of the frame, `0 .. N - 1`.
   * @returns `[B, U]`.
   */
  chosenTokens(parameters: NamedTensors, choice: tf.Tensor, place: tf.Tensor): tf.Tensor {
    const table = parameter(parameters, `${this.name}/codes/table`);
    return choice.matMul(table).add(this.#slots.apply(parameters, place));
  }

  /** Outputs of the tokens of whole sequences, `[B, T, N + 1, U]`. @param seed int32 `[2]`, given in training only. */
  apply(parameters: NamedTensors, sequences: TokenSequences, seed?: tf.Tensor): tf.Tensor {
    const tokens = this.#tokens(parameters, sequences);
    const bias = this.#sequenceBias(parameters, sequences.firsts);
    const [batch, time] = sequences.firsts.shape;
    return this.#transformer.apply(parameters, tokens, { bias }, seed)
      .reshape([batch, time!, this.decisionTokens, this.options.units]);
  }

  /**
   * How much each token of whole sequences looks at each other one, block by block.
   *
   * @returns `[B, H, T (N + 1), T (N + 1)]` of each block; the last axis sums to 1.
   */
  attention(parameters: NamedTensors, sequences: TokenSequences): tf.Tensor[] {
    const bias = this.#sequenceBias(parameters, sequences.firsts);
    return this.#transformer.attention(parameters, this.#tokens(parameters, sequences), { bias });
  }

  /** Logits of the code that comes next, `[.., K]`, of outputs `[.., U]`. */
  nextCode(parameters: NamedTensors, outputs: tf.Tensor): tf.Tensor {
    return this.#nextCode.apply(parameters, outputs);
  }

  /** Caches that hold nothing yet, one a block. */
  emptyCache(batch: number): AttentionCache[] {
    return this.#transformer.emptyCache(batch, this.cacheLength);
  }

  /**
   * Outputs of the next M tokens alone; those before are in the cache.
   *
   * @param tokens `[B, M, U]`; M is at most `N + 1`, or the cache's length from the beginning of an episode on.
   * @param cache See {@link TokenTransformer.emptyCache}; what an earlier episode left there is not seen.
   * @param position int32 `[B]`, tokens of the episode before the first of them; below 0 nothing is seen.
   * @returns `[B, M, U]`, the cache with these tokens in it, and what they look at.
   */
  step(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    cache: readonly AttentionCache[],
    position: tf.Tensor,
  ): SteppedStack {
    const places = position.expandDims(1).add(tf.range(0, tokens.shape[1]!, 1, "int32"));
    const bias = this.#reachBias(parameters, cachedDistances(places, this.cacheLength));
    return this.#transformer.step(parameters, tokens, cache, { position, bias });
  }

  /** `[B, T (N + 1), U]`. */
  #tokens(parameters: NamedTensors, { codes, actions }: TokenSequences): tf.Tensor {
    const frames = this.frameTokens(parameters, codes);
    const tokens = frames.concat(this.actionTokens(parameters, actions).expandDims(2), 2);
    return tokens.reshape([codes.shape[0], -1, this.options.units]);
  }

  /** `[B, H, T (N + 1), T (N + 1)]`. */
  #sequenceBias(parameters: NamedTensors, firsts: tf.Tensor): tf.Tensor {
    const [batch, time] = firsts.shape as [number, number];
    const episodes = firsts.cumsum(1).expandDims(2).tile([1, 1, this.decisionTokens])
      .reshape([batch, time * this.decisionTokens]);
    const gaps = distances(time * this.decisionTokens);
    const sameEpisode = episodes.expandDims(2).equal(episodes.expandDims(1));
    return this.#reachBias(parameters, gaps).add(hideUnless(sameEpisode).expandDims(1));
  }

  /** What attention adds at distances, int32 `[.., T, M]`, of which those beyond S are hidden: `[.., H, T, M]`. */
  #reachBias(parameters: NamedTensors, gaps: tf.Tensor): tf.Tensor {
    const hidden = hideUnless(gaps.less(tf.scalar(this.reach, "int32")));
    return this.#bias.apply(parameters, gaps).add(hidden.expandDims(-3));
  }
}
