import * as tf from "@tensorflow/tfjs";
import {
  cachesOf,
  cacheTensors,
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
    return { position: tf.zeros([batch], "int32"), ...cacheTensors(this.#transformer.emptyCache(batch)) };
  }

  /** See {@link Memory.step}. */
  step(
    parameters: NamedTensors,
    seen: tf.Tensor,
    before: NamedTensors,
    firsts: tf.Tensor,
  ): { output: tf.Tensor; memory: NamedTensors } {
    const position = before.position.mul(tf.sub(1, firsts).toInt());
    const cache = cachesOf(before, this.#transformer.options.layers);
    const token = this.#input.apply(parameters, seen).expandDims(1);
    const stepped = this.#transformer.step(parameters, token, cache, position);
    const memory = { position: position.add(tf.scalar(1, "int32")), ...cacheTensors(stepped.cache) };
    return { output: stepped.output.squeeze([1]), memory };
  }

  /** See {@link Memory.sequence}. */
  sequence(parameters: NamedTensors, seen: tf.Tensor, firsts: tf.Tensor): tf.Tensor {
    const tokens = this.#input.apply(parameters, seen).transpose([1, 0, 2]);
    return this.#transformer.apply(parameters, tokens, firsts.transpose()).transpose([1, 0, 2]);
  }
}
