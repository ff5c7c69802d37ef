import * as tf from "@tensorflow/tfjs";
import {
  activate,
  collectParameters,
  type Conv2d,
  type GroupNorm,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
  upsampleNearest,
} from "../nn/mod.ts";
import { foldSeed } from "../runtime/mod.ts";
import { conv3, groupNorm, UNetBlock, zeroConv3 } from "./unet_block.ts";

/** Sizes of a {@link UNet}. */
export interface UNetOptions {
  /** Side of the pictures in pixels. */
  size: number;
  /** Channels that come in: those of a picture, and of what else is laid over it. */
  inputs: number;
  /** Channels that go out. */
  outputs: number;
  /** Channels of the first level. */
  channels: number;
  /** What they are multiplied by at each level; every level halves the side of the one before. */
  multipliers: readonly number[];
  /** Residual blocks at each level on the way down; one more on the way up. */
  blocks: number;
  /** Sides of the feature maps at which places attend to each other. */
  attention: readonly number[];
  /** Share that training sets to 0 in every block. */
  dropout: number;
  /** Numbers of the embedding that every block is told, E. */
  embedding: number;
}

/** A level: its blocks, and the convolution to the next size where there is one. */
interface Level {
  blocks: UNetBlock[];
  resize?: Conv2d;
}

/**
 * The U-Net of diffusion models (Ho et al., 2020, appendix B, with the blocks of Dhariwal and Nichol, 2021): down to small
 * maps of many channels and up again, where every block also sees what the one of the same size on the way down made.
 */
export class UNet implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #first: Conv2d;
  readonly #down: Level[];
  readonly #middle: readonly [UNetBlock, UNetBlock];
  readonly #up: Level[];
  readonly #norm: GroupNorm;
  readonly #last: Conv2d;

  /**
   * Declares the layers.
   *
   * @throws RangeError when the side cannot be halved so often.
   */
  constructor(readonly name: string, readonly options: UNetOptions) {
    const { size, inputs, outputs, channels, multipliers, blocks, attention } = options;
    if (size % 2 ** (multipliers.length - 1) !== 0) {
      throw new RangeError(
        `Cannot make "${name}": expected a side that ${2 ** (multipliers.length - 1)} divides, got ${size}`,
      );
    }
    const block = (path: string, side: number, inputs: number, outputs: number, attends?: boolean) =>
      new UNetBlock(`${name}/${path}`, {
        inputs,
        outputs,
        embedding: options.embedding,
        dropout: options.dropout,
        attention: attends ?? attention.includes(side),
      });

    this.#first = conv3(`${name}/first`, inputs, channels);
    const skips = [channels];
    let [width, side] = [channels, size];
    this.#down = multipliers.map((multiplier, i) => {
      const level: Level = { blocks: [] };
      for (let n = 1; n <= blocks; n++) {
        level.blocks.push(block(`down${i + 1}/block${n}`, side, width, channels * multiplier));
        skips.push(width = channels * multiplier);
      }
      if (i + 1 < multipliers.length) {
        level.resize = conv3(`${name}/down${i + 1}/shrink`, width, width, 2);
        skips.push(width);
        side /= 2;
      }
      return level;
    });
    this.#middle = [
      block("middle/block1", side, width, width, attention.length > 0),
      block("middle/block2", side, width, width, false),
    ];
    this.#up = multipliers.map((_, i) => multipliers.length - 1 - i).map((i) => {
      const level: Level = { blocks: [] };
      for (let n = 1; n <= blocks + 1; n++) {
        level.blocks.push(
          block(`up${i + 1}/block${n}`, side, width + skips.pop()!, channels * multipliers[i]),
        );
        width = channels * multipliers[i];
      }
      if (i > 0) {
        level.resize = conv3(`${name}/up${i + 1}/enlarge`, width, width);
        side *= 2;
      }
      return level;
    });
    this.#norm = groupNorm(`${name}/norm`, width);
    this.#last = zeroConv3(`${name}/last`, width, outputs);
    const levels = [...this.#down, ...this.#up].flatMap(({ blocks, resize }) =>
      resize ? [...blocks, resize] : blocks
    );
    this.parameters = collectParameters(this.#first, ...levels, ...this.#middle, this.#norm, this.#last);
  }

  /**
   * Applies it.
   *
   * @param x `[B, size, size, inputs]`.
   * @param embedding Of noise, labels and what else the blocks are to know, `[B, E]`.
   * @param seed int32 `[2]`, given in training only.
   * @returns `[B, size, size, outputs]`.
   */
  apply(parameters: NamedTensors, x: tf.Tensor, embedding: tf.Tensor, seed?: tf.Tensor): tf.Tensor {
    let applied = 0;
    const through = (block: UNetBlock, x: tf.Tensor) =>
      block.apply(parameters, x, embedding, seed && foldSeed(seed, applied++));
    let y = this.#first.apply(parameters, x);
    const skips = [y];
    for (const { blocks, resize } of this.#down) {
      for (const block of blocks) skips.push(y = through(block, y));
      if (resize) skips.push(y = resize.apply(parameters, y));
    }
    for (const block of this.#middle) y = through(block, y);
    for (const { blocks, resize } of this.#up) {
      for (const block of blocks) y = through(block, tf.concat([y, skips.pop()!], 3));
      if (resize) y = resize.apply(parameters, upsampleNearest(y));
    }
    return this.#last.apply(parameters, activate("swish", this.#norm.apply(parameters, y)));
  }
}
