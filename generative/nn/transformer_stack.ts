import type * as tf from "@tensorflow/tfjs";
import { foldSeed } from "../runtime/random.ts";
import type { AttentionCache } from "./attention_cache.ts";
import { LayerNorm } from "./layer_norm.ts";
import { collectParameters, type Module, type NamedTensors, type ParameterSpecs } from "./parameters.ts";
import { RMSNorm } from "./rms_norm.ts";
import {
  TransformerBlock,
  type TransformerBlockInputs,
  type TransformerBlockOptions,
} from "./transformer_block.ts";

/** The options of a {@link TransformerStack}: those of its blocks, which are all alike, and how many there are. */
export interface TransformerStackOptions extends TransformerBlockOptions {
  /** Blocks, one after another. */
  layers: number;
}

/** What {@link TransformerStack.step} makes of the next N places. */
export interface SteppedStack {
  /** `[B, N, size]`. */
  output: tf.Tensor;
  /** The caches with these places in them, one a block. */
  cache: AttentionCache[];
  /** How much each of them looks at what lies in each slot, `[B, H, N, S]` of each block; see {@link seenInOrder}. */
  weights: tf.Tensor[];
}

/**
 * A transformer's blocks, one after another, and a norm behind the last where norms come first. Blocks: `<name>/block1`
 * and so on; norm: `<name>/norm`.
 */
export class TransformerStack implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #blocks: readonly TransformerBlock[];
  readonly #norm?: LayerNorm | RMSNorm;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: TransformerStackOptions) {
    const { layers, size, epsilon, bias, norm = "layer", normOrder = "pre" } = options;
    this.#blocks = Array.from(
      { length: layers },
      (_, i) => new TransformerBlock(`${name}/block${i + 1}`, options),
    );
    if (normOrder === "pre") {
      this.#norm = norm === "rms"
        ? new RMSNorm(`${name}/norm`, { size, epsilon })
        : new LayerNorm(`${name}/norm`, { size, epsilon, bias });
    }
    this.parameters = collectParameters(...this.#blocks, ...this.#norm ? [this.#norm] : []);
  }

  /**
   * Applies all blocks to a whole sequence.
   *
   * @param x `[B, T, size]`.
   * @param inputs What every block is handed.
   * @param seed int32 `[2]`, given in training only: draws what is dropped out.
   * @returns `[B, T, size]`.
   */
  apply(
    parameters: NamedTensors,
    x: tf.Tensor,
    inputs?: TransformerBlockInputs,
    seed?: tf.Tensor,
  ): tf.Tensor {
    this.#blocks.forEach((block, i) => x = block.apply(parameters, x, inputs, seed && foldSeed(seed, i)));
    return this.#normalise(parameters, x);
  }

  /**
   * How much each place looks at each other one, block by block.
   *
   * @param x `[B, T, size]`.
   * @returns `[B, H, T, T]` of each block; the last axis sums to 1.
   */
  attention(parameters: NamedTensors, x: tf.Tensor, inputs?: TransformerBlockInputs): tf.Tensor[] {
    return this.#blocks.map((block) => {
      const weights = block.attention(parameters, x, inputs);
      x = block.apply(parameters, x, inputs);
      return weights;
    });
  }

  /** Caches that hold nothing yet, one a block, for {@link TransformerStack.step}. */
  emptyCache(batch: number, length: number): AttentionCache[] {
    return this.#blocks.map((block) => block.emptyCache(batch, length));
  }

  /**
   * Applies all blocks to the next places alone; those before them are in the caches. See `Attention.step`.
   *
   * @param x Of the next N places, `[B, N, size]`.
   * @param inputs `position`: int32 `[B]`, the number of the first of them, from 0.
   * @returns Outputs, the caches with these places in them, and what they look at.
   */
  step(
    parameters: NamedTensors,
    x: tf.Tensor,
    cache: readonly AttentionCache[],
    inputs: TransformerBlockInputs & { position: tf.Tensor },
  ): SteppedStack {
    const stepped = this.#blocks.map((block, i) => {
      const next = block.step(parameters, x, cache[i], inputs);
      x = next.output;
      return next;
    });
    return {
      output: this.#normalise(parameters, x),
      cache: stepped.map(({ cache }) => cache),
      weights: stepped.map(({ weights }) => weights),
    };
  }

  #normalise(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    return this.#norm ? this.#norm.apply(parameters, x) : x;
  }
}
