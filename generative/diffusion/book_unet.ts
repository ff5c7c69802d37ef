import * as tf from "@tensorflow/tfjs";
import {
  activate,
  averagePool,
  BatchNorm,
  collectParameters,
  Conv2d,
  geometricFrequencies,
  initialisers,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
  sinusoids,
  type Statistics,
  upsampleBilinear,
} from "../nn/mod.ts";
import type { Conditions, DenoisingNetwork, DenoisingTraining } from "./diffusion.ts";

/** Sizes of a {@link BookUNet}. */
export interface BookUNetOptions {
  /** Channels of a picture. */
  colors: number;
  /** Channels at each size of the way down and up; each is half as large as the one before. */
  widths: readonly number[];
  /** Channels of the smallest feature maps. */
  middle: number;
  /** Residual blocks at each size, each way. */
  blocks: number;
}

/** Numbers that the noise is embedded in, and channels of the first convolution. */
const EMBEDDING = 32;

/**
 * The U-Net of Foster (2023, chapter 8), after Béres's Keras example: batch normalisation without scale and offset, average
 * pooling, bilinear enlarging, no attention. The noise is told once, as further channels of the picture.
 */
export class BookUNet implements DenoisingNetwork {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #first: Conv2d;
  readonly #down: BookBlock[][];
  readonly #middle: BookBlock[];
  readonly #up: BookBlock[][];
  readonly #last: Conv2d;

  /** Declares the layers. */
  constructor(readonly options: BookUNetOptions) {
    const { colors, widths, middle, blocks } = options;
    const turns = Array.from({ length: blocks }, (_, n) => n + 1);
    this.#first = pointwise("first", colors, EMBEDDING);
    let inputs = 2 * EMBEDDING;
    const block = (name: string, more: number, width: number) => {
      const made = new BookBlock(name, inputs + more, width);
      inputs = width;
      return made;
    };
    this.#down = widths.map((width, i) => turns.map((n) => block(`down${i + 1}/block${n}`, 0, width)));
    this.#middle = turns.map((n) => block(`middle/block${n}`, 0, middle));
    this.#up = widths.map((_, i) => widths.length - 1 - i).map((i) =>
      turns.map((n) => block(`up${i + 1}/block${n}`, widths[i], widths[i]))
    );
    this.#last = pointwise("last", inputs, colors, initialisers.zeros);
    this.parameters = collectParameters(
      this.#first,
      ...this.#down.flat(),
      ...this.#middle,
      ...this.#up.flat(),
      this.#last,
    );
  }

  /** @param x `[B, H, W, C]`, with sides that can be halved as often as there are widths. */
  apply(
    parameters: NamedTensors,
    x: tf.Tensor,
    { noise }: Conditions,
    training?: DenoisingTraining,
  ): tf.Tensor {
    const [batch, height, width] = x.shape;
    const through = (blocks: BookBlock[], y: tf.Tensor, after?: (y: tf.Tensor) => tf.Tensor) =>
      blocks.reduce((y, block) => block.apply(parameters, after?.(y) ?? y, training?.statistics), y);
    const told = sinusoids(noise, FREQUENCIES).reshape([batch, 1, 1, EMBEDDING]);
    let y = tf.concat([this.#first.apply(parameters, x), told.tile([1, height!, width!, 1])], 3);
    const skips: tf.Tensor[] = [];
    for (const blocks of this.#down) {
      for (const block of blocks) skips.push(y = block.apply(parameters, y, training?.statistics));
      y = averagePool(y);
    }
    y = through(this.#middle, y);
    for (const blocks of this.#up) {
      y = through(blocks, upsampleBilinear(y), (y) => tf.concat([y, skips.pop()!], 3));
    }
    return this.#last.apply(parameters, y);
  }
}

/** Of the noise's variance. */
const FREQUENCIES = geometricFrequencies(EMBEDDING / 2);

/** Normalisation and two convolutions, added to what came in. */
class BookBlock implements Module {
  readonly parameters: ParameterSpecs;
  readonly #skip?: Conv2d;
  readonly #norm: BatchNorm;
  readonly #convs: readonly [Conv2d, Conv2d];

  constructor(name: string, inputs: number, width: number) {
    const conv = (part: string, inputChannels: number) =>
      new Conv2d(`${name}/${part}`, { inputChannels, filters: width, kernelSize: 3, padding: "same" });
    this.#norm = new BatchNorm(`${name}/norm`, { channels: inputs, affine: false });
    this.#convs = [conv("conv1", inputs), conv("conv2", width)];
    const modules: Module[] = [this.#norm, ...this.#convs];
    if (inputs !== width) modules.push(this.#skip = pointwise(`${name}/skip`, inputs, width));
    this.parameters = collectParameters(...modules);
  }

  apply(parameters: NamedTensors, x: tf.Tensor, statistics?: Statistics): tf.Tensor {
    const [conv1, conv2] = this.#convs;
    const inner = conv1.apply(parameters, this.#norm.apply(parameters, x, statistics));
    return conv2.apply(parameters, activate("swish", inner)).add(this.#skip?.apply(parameters, x) ?? x);
  }
}

/** A convolution of single pixels. */
function pointwise(
  name: string,
  inputChannels: number,
  filters: number,
  kernelInitialiser = initialisers.glorotUniform,
): Conv2d {
  return new Conv2d(name, { inputChannels, filters, kernelSize: 1, kernelInitialiser });
}
