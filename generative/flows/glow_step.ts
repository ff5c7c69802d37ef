import * as tf from "@tensorflow/tfjs";
import {
  collectParameters,
  Conv2d,
  initialisers,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
  relu,
} from "../nn/mod.ts";
import { ActNorm } from "./act_norm.ts";
import { type ChannelMixing, InvertibleConvolution, ReversedChannels } from "./channel_mixing.ts";
import type { Flow, Normalised } from "./flow.ts";
import { ZeroConv2d } from "./zero_conv2d.ts";

/** The sizes of a {@link GlowStep}. */
export interface GlowStepOptions {
  /** Channels that come in and go out, an even number. */
  channels: number;
  /** Channels of the coupling's network. */
  width: number;
  /** What mixes the channels before the coupling: the paper's 1x1 convolution, or RealNVP's reversal. */
  mixing: "conv" | "reverse";
}

/** A step of flow: actnorm, mixing of the channels, affine coupling. */
export class GlowStep implements Flow {
  readonly parameters: ParameterSpecs;
  readonly #norm: ActNorm;
  readonly #mixing: ChannelMixing;
  readonly #network: CouplingNetwork;

  constructor(name: string, { channels, width, mixing }: GlowStepOptions) {
    this.#norm = new ActNorm(`${name}/actnorm`, channels);
    this.#mixing = mixing === "conv"
      ? new InvertibleConvolution(`${name}/mixing`, channels)
      : new ReversedChannels();
    this.#network = new CouplingNetwork(`${name}/coupling`, { channels, width });
    this.parameters = collectParameters(this.#norm, this.#mixing, this.#network);
  }

  /** Every actnorm. */
  get norms(): ActNorm[] {
    return [this.#norm, ...this.#network.norms];
  }

  normalise(parameters: NamedTensors, x: tf.Tensor): Normalised {
    const logDeterminant = this.#norm.logDeterminant(parameters, x).add(
      this.#mixing.logDeterminant(parameters, x),
    );
    const mixed = this.#mixing.apply(parameters, this.#norm.apply(parameters, x));
    const [kept, moved] = mixed.split(2, 3);
    const { shift, logScale } = this.#network.apply(parameters, kept);
    return {
      latents: tf.concat([kept, moved.add(shift).mul(logScale.exp())], 3),
      logDeterminant: logScale.sum([1, 2, 3]).add(logDeterminant),
    };
  }

  generate(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    const [kept, moved] = latents.split(2, 3);
    const { shift, logScale } = this.#network.apply(parameters, kept);
    const mixed = tf.concat([kept, moved.mul(logScale.neg().exp()).sub(shift)], 3);
    return this.#norm.invert(parameters, this.#mixing.invert(parameters, mixed));
  }
}

/** The network of an affine coupling. It starts with one shift and one scale for all. */
class CouplingNetwork implements Module {
  readonly parameters: ParameterSpecs;
  readonly norms: readonly [ActNorm, ActNorm];
  readonly #hidden: readonly [Conv2d, Conv2d];
  readonly #output: ZeroConv2d;

  constructor(name: string, { channels, width }: { channels: number; width: number }) {
    const half = channels / 2;
    const hidden = {
      filters: width,
      padding: "same",
      bias: false,
      kernelInitialiser: initialisers.normal(0.05),
    } as const;
    this.#hidden = [
      new Conv2d(`${name}/conv1`, { inputChannels: half, kernelSize: 3, ...hidden }),
      new Conv2d(`${name}/conv2`, { inputChannels: width, kernelSize: 1, ...hidden }),
    ];
    this.norms = [new ActNorm(`${name}/actnorm1`, width), new ActNorm(`${name}/actnorm2`, width)];
    this.#output = new ZeroConv2d(`${name}/output`, { inputChannels: width, filters: channels });
    this.parameters = collectParameters(...this.#hidden, ...this.norms, this.#output);
  }

  /** @param kept `[B, H, W, C / 2]`, as are the results. */
  apply(parameters: NamedTensors, kept: tf.Tensor): { shift: tf.Tensor; logScale: tf.Tensor } {
    let x = kept;
    this.#hidden.forEach((layer, i) => x = relu(this.norms[i].apply(parameters, layer.apply(parameters, x))));
    const [shift, scale] = this.#output.apply(parameters, x).split(2, 3);
    return { shift, logScale: scale.add(2).neg().softplus().neg() }; // of sigmoid(scale + 2)
  }
}
