import type * as tf from "@tensorflow/tfjs";
import { relu } from "../../generative/nn/activations.ts";
import type { AttentionCache } from "../../generative/nn/attention_cache.ts";
import { LayerNorm } from "../../generative/nn/layer_norm.ts";
import { Linear } from "../../generative/nn/linear.ts";
import {
  collectParameters,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
} from "../../generative/nn/parameters.ts";
import type { SteppedStack } from "../../generative/nn/transformer_stack.ts";
import { WindowedTransformer } from "../../generative/nn/windowed_transformer.ts";

/** The options of a {@link SequenceModel}. */
export interface SequenceModelOptions {
  /** Numbers in a sample of the latents, Z. */
  latentSize: number;
  /** Numbers in an action, A. */
  actionSize: number;
  /** Width of the tokens, U. */
  units: number;
  /** Blocks of the transformer, L. */
  layers: number;
  /** Heads of each block's attention, H. */
  heads: number;
  /** Decisions that attention reaches back over, the present one among them: S. */
  window: number;
  /** Share of what attention and blocks put out that training sets to 0. */
  dropout: number;
}

/**
 * The sequence model `h_t = f(z_1, a_1, .., z_t, a_t)`: the action mixer makes one token of latents and action, a causal
 * transformer reads the tokens. Norms follow the parts, as in Vaswani et al. (2017).
 *
 * Each place sees the last S of its own episode; through L layers h reaches back over `L (S - 1) + 1` decisions.
 *
 * Parameters: `<name>/mixer1`, `mixer1Norm`, `mixer2`, `mixer2Norm`, and the blocks `<name>/transformer/block1`, ...
 */
export class SequenceModel implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #mixer: readonly [Linear, LayerNorm, Linear, LayerNorm];
  readonly #transformer: WindowedTransformer;

  /** Declares the layers under a name. @throws RangeError when the heads do not divide the width. */
  constructor(name: string, readonly options: SequenceModelOptions) {
    const { latentSize, actionSize, units, layers, heads, window, dropout } = options;
    this.#mixer = [
      new Linear(`${name}/mixer1`, { inputs: latentSize + actionSize, units, bias: false }),
      new LayerNorm(`${name}/mixer1Norm`, { size: units }),
      new Linear(`${name}/mixer2`, { inputs: units, units, bias: false }),
      new LayerNorm(`${name}/mixer2Norm`, { size: units }),
    ];
    this.#transformer = new WindowedTransformer(`${name}/transformer`, {
      size: units,
      layers,
      heads,
      window,
      inner: 2 * units,
      activation: "relu",
      normOrder: "post",
      dropout,
      weightDropout: dropout,
    });
    this.parameters = collectParameters(...this.#mixer, this.#transformer);
  }

  /** The action mixer: tokens `[.., U]` of latents `[.., Z]` and actions `[.., A]`. */
  mix(parameters: NamedTensors, latents: tf.Tensor, actions: tf.Tensor): tf.Tensor {
    const [first, firstNorm, second, secondNorm] = this.#mixer;
    const pair = latents.concat(actions, latents.rank - 1);
    const hidden = relu(firstNorm.apply(parameters, first.apply(parameters, pair)));
    return secondNorm.apply(parameters, second.apply(parameters, hidden));
  }

  /**
   * h after each decision of whole sequences.
   *
   * @param tokens `[B, T, U]`.
   * @param firsts `[B, T]`, 1 where an episode begins: nothing before is seen from there on.
   * @param seed int32 `[2]`, given in training only: draws what is dropped out.
   * @returns `[B, T, U]`.
   */
  apply(parameters: NamedTensors, tokens: tf.Tensor, firsts: tf.Tensor, seed?: tf.Tensor): tf.Tensor {
    return this.#transformer.apply(parameters, tokens, firsts, seed);
  }

  /** Caches of S places that hold nothing yet, one a block. */
  emptyCache(batch: number): AttentionCache[] {
    return this.#transformer.emptyCache(batch);
  }

  /**
   * h after the next N decisions alone; those before are in the cache.
   *
   * @param tokens `[B, N, U]`; N is 1, or up to S from the beginning of an episode on.
   * @param cache See {@link SequenceModel.emptyCache}; what an earlier episode left there is not seen.
   * @param position int32 `[B]`, decisions of the episode before the first of them.
   * @returns `[B, N, U]`, the cache with these decisions in it, and what they look at.
   */
  step(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    cache: readonly AttentionCache[],
    position: tf.Tensor,
  ): SteppedStack {
    return this.#transformer.step(parameters, tokens, cache, position);
  }
}
