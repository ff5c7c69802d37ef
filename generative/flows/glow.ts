import * as tf from "@tensorflow/tfjs";
import {
  collectParameters,
  depthToSpace,
  type NamedTensors,
  type ParameterSpecs,
  spaceToDepth,
} from "../nn/mod.ts";
import { uniform } from "../runtime/mod.ts";
import { startByData } from "./act_norm.ts";
import { type Flow, logDensity, type Normalised } from "./flow.ts";
import { GlowStep, type GlowStepOptions } from "./glow_step.ts";
import { type Prior, SplitPrior, TopPrior } from "./level_prior.ts";

/** The sizes of a {@link Glow}. */
export interface GlowOptions extends Omit<GlowStepOptions, "channels"> {
  /** Side of the pictures in pixels; `2^levels` divides it. */
  size: number;
  /** Channels of the pictures. */
  channels: number;
  /** Sizes of the feature maps, each half of the one before (the paper's L). */
  levels: number;
  /** Steps of flow at each level (the paper's K). */
  flowSteps: number;
  /** Bits of a pixel that are modelled, 1 .. 8: pictures have `2^bits` shades a channel. */
  bits: number;
}

/**
 * Glow (Kingma and Dhariwal, 2018): an invertible network from pictures to as many latents. Each level folds 2x2 pixels into
 * channels, takes steps of flow (actnorm, 1x1 convolution, affine coupling), and puts half of the channels aside as
 * latents, for which the other half foresees mean and deviation.
 */
export class Glow implements Flow {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #levels: { steps: GlowStep[]; prior: Prior }[];

  /** Declares the parameters; they are made by `initialiseParameters`, see {@link Glow.start} for the rest. */
  constructor(readonly options: GlowOptions) {
    const { levels, flowSteps } = options;
    let { channels } = options;
    this.#levels = Array.from({ length: levels }, (_, l) => {
      const name = `level${l + 1}`;
      channels *= 4;
      const steps = Array.from(
        { length: flowSteps },
        (_, k) => new GlowStep(`${name}/step${k + 1}`, { ...options, channels }),
      );
      const last = l === levels - 1;
      if (!last) channels /= 2;
      return {
        steps,
        prior: last ? new TopPrior(`${name}/prior`, channels) : new SplitPrior(`${name}/prior`, channels),
      };
    });
    this.parameters = collectParameters(...this.#levels.flatMap(({ steps, prior }) => [...steps, prior]));
  }

  /** Numbers in a picture, and as many latents. */
  get dimensions(): number {
    const { size, channels } = this.options;
    return size * size * channels;
  }

  /**
   * Parameters by which each actnorm's channels have mean 0 and variance 1 on some pictures.
   *
   * @param x As in {@link Glow.normalise}.
   * @returns The new values by name.
   */
  start(parameters: NamedTensors, x: tf.Tensor): NamedTensors {
    const norms = this.#levels.flatMap(({ steps }) => steps.flatMap((step) => step.norms));
    const names = norms.flatMap((norm) => Object.keys(norm.parameters));
    return startByData(parameters, names, (parameters) => this.normalise(parameters, x));
  }

  /** See `Flow`. @param x Pictures in -0.5 .. 0.5, `[B, H, W, C]`; latents are `[B, H W C]`. */
  normalise(parameters: NamedTensors, x: tf.Tensor): Normalised {
    let logDeterminant: tf.Tensor = tf.zeros([x.shape[0]]);
    const latents: tf.Tensor[] = [];
    for (const { steps, prior } of this.#levels) {
      x = spaceToDepth(x);
      for (const step of steps) {
        const { latents: next, logDeterminant: stretch } = step.normalise(parameters, x);
        x = next;
        logDeterminant = logDeterminant.add(stretch);
      }
      const { rest, latents: aside, logDeterminant: stretch } = prior.take(parameters, x);
      x = rest;
      latents.push(aside.reshape([aside.shape[0], -1]));
      logDeterminant = logDeterminant.add(stretch);
    }
    return { latents: tf.concat(latents, 1), logDeterminant };
  }

  /** See `Flow`. @param latents `[B, H W C]`. */
  generate(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    const { size, levels } = this.options;
    const [count, all] = [latents.shape[0], this.dimensions];
    let x: tf.Tensor | undefined;
    for (let l = levels - 1; l >= 0; l--) {
      const { steps, prior } = this.#levels[l];
      const last = l === levels - 1;
      const length = all / 2 ** (last ? l : l + 1);
      const aside = latents.slice([0, all - all / 2 ** l], [count, length]);
      const side = size / 2 ** (l + 1);
      x = prior.give(parameters, aside.reshape([count, side, side, -1]), x);
      for (const step of steps.toReversed()) x = step.generate(parameters, x);
      x = depthToSpace(x);
    }
    return x!;
  }

  /**
   * What pictures are to the flow: each shade is an interval, in which noise chooses a place.
   *
   * @param bytes int32 `[B, H, W, C]`, 0 .. 255.
   * @param seed Draws the noise. @default the middle of the interval
   * @returns -0.5 .. 0.5.
   */
  dequantise(bytes: tf.Tensor, seed?: tf.Tensor): tf.Tensor {
    const shades = 2 ** this.options.bits;
    const shade = bytes.toFloat().mul(shades / 256).floor();
    return shade.add(seed ? uniform(bytes.shape, seed) : 0.5).div(shades).sub(0.5);
  }

  /** Shades of pictures, 0 .. 1. @param x -0.5 .. 0.5; what is outside is clipped. */
  quantise(x: tf.Tensor): tf.Tensor {
    const shades = 2 ** this.options.bits;
    return x.add(0.5).mul(shades).floor().clipByValue(0, shades - 1).div(shades - 1);
  }

  /**
   * The negative log likelihood of a picture in nats, and in bits for each of its numbers: an upper bound by one draw of
   * the noise (Theis, van den Oord and Bethge, 2015).
   *
   * @param batch `pictures`: int32 `[B, H, W, C]`, 0 .. 255.
   */
  loss(parameters: NamedTensors, { pictures }: NamedTensors, seed: tf.Tensor) {
    const density = logDensity(this, parameters, this.dequantise(pictures, seed)).mean();
    const loss = density.neg().add(this.dimensions * this.options.bits * Math.LN2);
    return { loss, bitsPerDimension: loss.div(this.dimensions * Math.LN2) };
  }
}
