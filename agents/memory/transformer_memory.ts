import * as tf from "@tensorflow/tfjs";
import {
  type AttentionCache,
  collectParameters,
  Linear,
  type NamedTensors,
  type ParameterSpecs,
  WindowedTransformer,
} from "../../generative/nn/mod.ts";
import type { Memory } from "./memory.ts";

/** The options of a {@link TransformerMemory}. */
export interface TransformerMemoryOptions {
  /** Numbers that are seen, F. */
  inputs: number;
  /** Width of the tokens, U. */
  units: number;
  /** Blocks, L. */
  layers: number;
  /** Heads of each block's attention. */
  heads: number;
  /** Decisions that a block looks back over, the present one among them: S. */
  window: number;
}

/**
 * Looks back at what was seen by a causal transformer with gated residuals (Parisotto et al. 2020, Stabilizing Transformers
 * for Reinforcement Learning, "GTrXL"), a token a decision: `memory/input` and `memory/transformer/block1`, .. It keeps keys
 * and values of the last S decisions, and knows distances, not positions.
 */
export class TransformerMemory implements Memory {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** U. */
  readonly units: number;
  readonly #input: Linear;
  readonly #transformer: WindowedTransformer;

  /** Declares the layers. @throws RangeError when the heads do not divide the width. */
  constructor({ inputs, units, layers, heads, window }: TransformerMemoryOptions) {
    this.units = units;
    this.#input = new Linear("memory/input", { inputs, units });
    this.#transformer = new WindowedTransformer("memory/transformer", {
      size: units,
      layers,
      heads,
      window,
      inner: 2 * units,
      residual: "gated",
    });
    this.parameters = collectParameters(this.#input, this.#transformer);
  }

  /** `position`, and `keys1`, `values1`, .. of each block. */
  empty(batch: number): NamedTensors {
    return packed(tf.zeros([batch], "int32"), this.#transformer.emptyCache(batch));
  }

  /** See {@link Memory.step}. */
  step(
    parameters: NamedTensors,
    seen: tf.Tensor,
    before: NamedTensors,
    firsts: tf.Tensor,
  ): { output: tf.Tensor; memory: NamedTensors } {
    const position = before.position.mul(tf.sub(1, firsts).toInt());
    const cache = Array.from({ length: this.#transformer.options.layers }, (_, i) => ({
      keys: before[`keys${i + 1}`],
      values: before[`values${i + 1}`],
    }));
    const token = this.#input.apply(parameters, seen).expandDims(1);
    const stepped = this.#transformer.step(parameters, token, cache, position);
    const memory = packed(position.add(tf.scalar(1, "int32")), stepped.cache);
    return { output: stepped.output.squeeze([1]), memory };
  }

  /** See {@link Memory.sequence}. */
  sequence(parameters: NamedTensors, seen: tf.Tensor, firsts: tf.Tensor): tf.Tensor {
    const tokens = this.#input.apply(parameters, seen).transpose([1, 0, 2]);
    return this.#transformer.apply(parameters, tokens, firsts.transpose()).transpose([1, 0, 2]);
  }
}

function packed(position: tf.Tensor, cache: readonly AttentionCache[]): NamedTensors {
  const tensors: NamedTensors = { position };
  cache.forEach(({ keys, values }, i) => {
    tensors[`keys${i + 1}`] = keys;
    tensors[`values${i + 1}`] = values;
  });
  return tensors;
}
