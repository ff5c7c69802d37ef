import type * as tf from "@tensorflow/tfjs";
import { foldSeed } from "../runtime/random.ts";
import { type Activation, relu } from "./activations.ts";
import { Attention, type AttentionOptions } from "./attention.ts";
import type { AttentionCache } from "./attention_cache.ts";
import { dropout } from "./dropout.ts";
import { FeedForward } from "./feed_forward.ts";
import { GatedResidual } from "./gated_residual.ts";
import { LayerNorm } from "./layer_norm.ts";
import { collectParameters, type Module, type NamedTensors, type ParameterSpecs } from "./parameters.ts";
import { RMSNorm } from "./rms_norm.ts";

/** The options of a {@link TransformerBlock}: those of its attention, and how the parts are put together. */
export interface TransformerBlockOptions extends AttentionOptions {
  /** Size of the hidden layer of the feed-forward part. */
  inner: number;
  /** What follows that hidden layer, or its gate. @default "gelu" */
  activation?: Activation;
  /** Whether the feed-forward part is gated: SwiGLU with the activation "swish". @default false */
  gated?: boolean;
  /** Before each part, or after its sum with the input as in the first transformer. @default "pre" */
  normOrder?: "pre" | "post";
  /** How a part's output joins its input: by a sum, or by a {@link GatedResidual} behind a ReLU. @default "sum" */
  residual?: "sum" | "gated";
  /** By layer or by root mean square alone. @default "layer" */
  norm?: "layer" | "rms";
  /** Added to the variance, or mean square. @default that of the norm */
  epsilon?: number;
  /** Size of what an encoder hands over; with it, cross-attention comes second. @default no cross-attention */
  contextSize?: number;
  /** Share of each part's output that training sets to 0. @default 0 */
  dropout?: number;
}

/** What a block may be handed beside its input. */
export interface TransformerBlockInputs {
  /** What an encoder hands over, `[B, S, contextSize]`; for blocks with cross-attention. */
  context?: tf.Tensor;
  /** Added to the logits of self-attention, broadcast to `[B, H, T, T]`. @default none */
  bias?: tf.Tensor;
  /** Added to the logits of cross-attention, broadcast to `[B, H, T, S]`. @default none */
  contextBias?: tf.Tensor;
}

type Part = (x: tf.Tensor) => tf.Tensor;

/**
 * A transformer's block (Vaswani et al., 2017, section 3.1): self-attention, cross-attention where there is a context, and
 * a feed-forward part, each added to its input. Norm first is GPT-2's order. Parts: `<name>/attention`,
 * `<name>/crossAttention`, `<name>/feedForward`, with norms `<name>/attentionNorm` and so on, and gates
 * `<name>/attentionGate` and so on where residuals are gated.
 */
export class TransformerBlock implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #attention: Attention;
  readonly #crossAttention?: Attention;
  readonly #feedForward: FeedForward;
  readonly #norms: Record<string, LayerNorm | RMSNorm> = {};
  readonly #gates: Record<string, GatedResidual> = {};

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: TransformerBlockOptions) {
    const { size, bias, contextSize, norm = "layer", residual = "sum", epsilon } = options;
    this.#attention = new Attention(`${name}/attention`, { ...options, contextSize: undefined });
    if (contextSize !== undefined) {
      const cross = { ...options, causal: false, positions: undefined };
      this.#crossAttention = new Attention(`${name}/crossAttention`, cross);
    }
    this.#feedForward = new FeedForward(`${name}/feedForward`, options);
    const parts = [this.#attention, ...this.#crossAttention ? [this.#crossAttention] : [], this.#feedForward];
    for (const part of parts) {
      this.#norms[part.name] = norm === "rms"
        ? new RMSNorm(`${part.name}Norm`, { size, epsilon })
        : new LayerNorm(`${part.name}Norm`, { size, epsilon, bias });
      if (residual === "gated") this.#gates[part.name] = new GatedResidual(`${part.name}Gate`, { size });
    }
    this.parameters = collectParameters(
      ...parts,
      ...Object.values(this.#norms),
      ...Object.values(this.#gates),
    );
  }

  /**
   * Applies it to a whole sequence.
   *
   * @param x `[B, T, size]`.
   * @param seed int32 `[2]`, given in training only: draws what is dropped out.
   * @returns `[B, T, size]`.
   * @throws TypeError when a block with cross-attention is not handed a context, or one without it is.
   */
  apply(
    parameters: NamedTensors,
    x: tf.Tensor,
    inputs: TransformerBlockInputs = {},
    seed?: tf.Tensor,
  ): tf.Tensor {
    const seeds = (label: number) => seed && foldSeed(seed, label);
    const attend: Part = (x) => this.#attention.apply(parameters, x, { bias: inputs.bias, seed: seeds(0) });
    return this.#finish(
      parameters,
      this.#add(parameters, this.#attention, x, attend, seeds(1)),
      inputs,
      seeds,
    );
  }

  /**
   * How much each place looks at each other one in self-attention.
   *
   * @param x What {@link TransformerBlock.apply} is handed, `[B, T, size]`.
   * @returns `[B, H, T, T]`; the last axis sums to 1.
   */
  attention(parameters: NamedTensors, x: tf.Tensor, { bias }: TransformerBlockInputs = {}): tf.Tensor {
    const norm = this.#norms[this.#attention.name];
    const input = (this.options.normOrder ?? "pre") === "pre" ? norm.apply(parameters, x) : x;
    return this.#attention.weights(parameters, input, { bias });
  }

  /** A cache that holds nothing yet, for {@link TransformerBlock.step}: of `length` places, for each of a batch. */
  emptyCache(batch: number, length: number): AttentionCache {
    return this.#attention.emptyCache(batch, length);
  }

  /**
   * Applies it to the next places alone; those before them are in the cache. See {@link Attention.step}.
   *
   * @param x Of the next N places, `[B, N, size]`.
   * @param inputs `position`: int32 `[B]`, the number of the first of them, from 0; `bias` is for `[B, H, N, S]`.
   * @returns `[B, N, size]`, the cache with these places in it, and the weights of self-attention, `[B, H, N, S]`.
   */
  step(
    parameters: NamedTensors,
    x: tf.Tensor,
    cache: AttentionCache,
    inputs: TransformerBlockInputs & { position: tf.Tensor },
  ): ReturnType<Attention["step"]> {
    let stepped: ReturnType<Attention["step"]>;
    const attend: Part = (x) => {
      stepped = this.#attention.step(parameters, x, cache, inputs);
      return stepped.output;
    };
    const attended = this.#add(parameters, this.#attention, x, attend);
    return { ...stepped!, output: this.#finish(parameters, attended, inputs) };
  }

  /** What follows self-attention. */
  #finish(
    parameters: NamedTensors,
    x: tf.Tensor,
    { context, contextBias }: TransformerBlockInputs,
    seeds: (label: number) => tf.Tensor | undefined = () => undefined,
  ): tf.Tensor {
    const cross = this.#crossAttention;
    if ((cross === undefined) !== (context === undefined)) {
      throw new TypeError(`Cannot apply "${this.name}": expected ${cross ? "a context" : "no context"}`);
    }
    if (cross) {
      const attend: Part = (x) => cross.apply(parameters, x, { context, bias: contextBias, seed: seeds(2) });
      x = this.#add(parameters, cross, x, attend, seeds(3));
    }
    const feed: Part = (x) => this.#feedForward.apply(parameters, x);
    return this.#add(parameters, this.#feedForward, x, feed, seeds(4));
  }

  /** Joins a part's output and its input, with the norm before or after. */
  #add(
    parameters: NamedTensors,
    { name }: { name: string },
    x: tf.Tensor,
    part: Part,
    seed?: tf.Tensor,
  ): tf.Tensor {
    const { normOrder = "pre", dropout: rate = 0 } = this.options;
    const norm = this.#norms[name];
    const made = part(normOrder === "pre" ? norm.apply(parameters, x) : x);
    const output = seed ? dropout(made, rate, seed) : made;
    const sum = this.#gates[name]?.apply(parameters, x, relu(output)) ?? x.add(output);
    return normOrder === "pre" ? sum : norm.apply(parameters, sum);
  }
}
