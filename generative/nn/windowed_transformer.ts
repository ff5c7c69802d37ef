import * as tf from "@tensorflow/tfjs";
import { hideUnless } from "./attention_bias.ts";
import { type AttentionCache, cachedDistances } from "./attention_cache.ts";
import type { Module, NamedTensors, ParameterSpecs } from "./parameters.ts";
import { distances, linearBias } from "./relative_positions.ts";
import { type SteppedStack, TransformerStack, type TransformerStackOptions } from "./transformer_stack.ts";

/** The options of a {@link WindowedTransformer}: those of a stack of causal blocks, and how far back each looks. */
export interface WindowedTransformerOptions
  extends Omit<TransformerStackOptions, "causal" | "positions" | "contextSize"> {
  /** Places that attention reaches back over, the present one among them: S. */
  window: number;
}

/**
 * A causal transformer for episodes of any length: each place sees the last S of its own episode, at distances instead of
 * positions ("ALiBi"). So a cache of S places is enough, and a step that reads it computes what a pass over the whole
 * sequence does. Through L layers an output reaches back over `L (S - 1) + 1` places. Parameters are those of its
 * {@link TransformerStack}.
 */
export class WindowedTransformer implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #stack: TransformerStack;

  /** Declares the blocks under a name. @throws RangeError when the heads do not divide the width. */
  constructor(name: string, readonly options: WindowedTransformerOptions) {
    this.#stack = new TransformerStack(name, { ...options, causal: true });
    this.parameters = this.#stack.parameters;
  }

  /**
   * Applies it to whole sequences.
   *
   * @param tokens `[B, T, U]`.
   * @param firsts `[B, T]`, 1 where an episode begins: nothing before is seen from there on.
   * @param seed int32 `[2]`, given in training only: draws what is dropped out.
   * @returns `[B, T, U]`.
   */
  apply(parameters: NamedTensors, tokens: tf.Tensor, firsts: tf.Tensor, seed?: tf.Tensor): tf.Tensor {
    const { heads, window } = this.options;
    const gaps = distances(tokens.shape[1]!);
    const episodes = firsts.cumsum(1);
    const sameEpisode = episodes.expandDims(2).equal(episodes.expandDims(1));
    const seen = sameEpisode.logicalAnd(gaps.less(tf.scalar(window, "int32")));
    const bias = linearBias(gaps, heads).add(hideUnless(seen).expandDims(1));
    return this.#stack.apply(parameters, tokens, { bias }, seed);
  }

  /** Caches of S places that hold nothing yet, one a block. */
  emptyCache(batch: number): AttentionCache[] {
    return this.#stack.emptyCache(batch, this.options.window);
  }

  /**
   * Applies it to the next N places alone; those before are in the cache.
   *
   * @param tokens `[B, N, U]`; N is 1, or up to S from the beginning of an episode on.
   * @param cache See {@link WindowedTransformer.emptyCache}; what an earlier episode left there is not seen.
   * @param position int32 `[B]`, places of the episode before the first of them.
   * @returns `[B, N, U]`, the cache with these places in it, and what they look at.
   */
  step(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    cache: readonly AttentionCache[],
    position: tf.Tensor,
  ): SteppedStack {
    const { heads, window } = this.options;
    const places = position.expandDims(1).add(tf.range(0, tokens.shape[1]!, 1, "int32"));
    const bias = linearBias(cachedDistances(places, window), heads);
    return this.#stack.step(parameters, tokens, cache, { position, bias });
  }
}
