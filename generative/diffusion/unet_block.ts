import type * as tf from "@tensorflow/tfjs";
import {
  activate,
  Attention,
  collectParameters,
  Conv2d,
  dropout,
  GroupNorm,
  initialisers,
  Linear,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
} from "../nn/mod.ts";

/** The options of a {@link UNetBlock}. */
export interface UNetBlockOptions {
  /** Channels that come in. */
  inputs: number;
  /** Channels that go out. */
  outputs: number;
  /** Numbers of the embedding that scales and shifts. */
  embedding: number;
  /** Share of the channels' numbers that training sets to 0 before the second convolution. */
  dropout: number;
  /** Whether every place then attends to all. */
  attention: boolean;
}

/** Channels of a head of attention, at most. */
const HEAD = 32;

/**
 * A residual block of diffusion models (Dhariwal and Nichol, 2021, appendix A): norm, swish and convolution, twice; the
 * second norm is scaled and shifted by an embedding of noise and labels ("adaptive group normalisation"), the second
 * convolution starts at 0. Self-attention may follow.
 */
export class UNetBlock implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #norms: readonly [GroupNorm, GroupNorm];
  readonly #convs: readonly [Conv2d, Conv2d];
  readonly #modulation: Linear;
  readonly #skip?: Conv2d;
  readonly #attention?: { norm: GroupNorm; attend: Attention };

  /** Declares the layers. */
  constructor(readonly name: string, readonly options: UNetBlockOptions) {
    const { inputs, outputs, embedding, attention } = options;
    this.#norms = [groupNorm(`${name}/norm1`, inputs), groupNorm(`${name}/norm2`, outputs)];
    this.#convs = [conv3(`${name}/conv1`, inputs, outputs), zeroConv3(`${name}/conv2`, outputs, outputs)];
    this.#modulation = new Linear(`${name}/modulation`, { inputs: embedding, units: 2 * outputs });
    const modules: Module[] = [...this.#norms, ...this.#convs, this.#modulation];
    if (inputs !== outputs) {
      this.#skip = new Conv2d(`${name}/skip`, { inputChannels: inputs, filters: outputs, kernelSize: 1 });
      modules.push(this.#skip);
    }
    if (attention) {
      this.#attention = {
        norm: groupNorm(`${name}/attentionNorm`, outputs),
        attend: new Attention(`${name}/attention`, {
          size: outputs,
          heads: outputs % HEAD === 0 ? outputs / HEAD : 1,
          outputInitialiser: initialisers.zeros,
        }),
      };
      modules.push(this.#attention.norm, this.#attention.attend);
    }
    this.parameters = collectParameters(...modules);
  }

  /**
   * Applies it.
   *
   * @param x `[B, H, W, inputs]`.
   * @param embedding `[B, E]`.
   * @param seed int32 `[2]`, given in training only.
   * @returns `[B, H, W, outputs]`.
   */
  apply(parameters: NamedTensors, x: tf.Tensor, embedding: tf.Tensor, seed?: tf.Tensor): tf.Tensor {
    const [norm1, norm2] = this.#norms;
    const [conv1, conv2] = this.#convs;
    const first = conv1.apply(parameters, activate("swish", norm1.apply(parameters, x)));
    const [scale, shift] = this.#modulation.apply(parameters, activate("swish", embedding))
      .reshape([x.shape[0], 1, 1, -1]).split(2, 3);
    let inner = activate("swish", norm2.apply(parameters, first).mul(scale.add(1)).add(shift));
    if (seed) inner = dropout(inner, this.options.dropout, seed);
    const y = conv2.apply(parameters, inner).add(this.#skip?.apply(parameters, x) ?? x);
    return this.#attention ? y.add(this.#attend(parameters, y)) : y;
  }

  #attend(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { norm, attend } = this.#attention!;
    const places = norm.apply(parameters, x).reshape([x.shape[0], -1, this.options.outputs]);
    return attend.apply(parameters, places).reshape(x.shape);
  }
}

/** Groups of 32 where there are channels enough, else of 8 or fewer, as many as fit. */
export function groupNorm(name: string, channels: number): GroupNorm {
  let groups = channels < 64 ? 8 : 32;
  while (channels % groups !== 0) groups--;
  return new GroupNorm(name, { channels, groups });
}

/** A convolution that keeps the size of its picture, or halves it. */
export function conv3(name: string, inputChannels: number, filters: number, strides = 1): Conv2d {
  return new Conv2d(name, { inputChannels, filters, kernelSize: 3, padding: "same", strides });
}

/** One that starts at 0. */
export function zeroConv3(name: string, inputChannels: number, filters: number): Conv2d {
  return new Conv2d(name, {
    inputChannels,
    filters,
    kernelSize: 3,
    padding: "same",
    kernelInitialiser: initialisers.zeros,
  });
}
