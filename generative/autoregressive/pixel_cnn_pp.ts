import * as tf from "@tensorflow/tfjs";
import { dropout } from "../nn/dropout.ts";
import type { Losses } from "../nn/gradients.ts";
import { MaskedConv2d, type MaskedConv2dOptions } from "../nn/masked_conv2d.ts";
import { collectParameters, type Module, type NamedTensors, type ParameterSpecs } from "../nn/parameters.ts";
import { foldSeed } from "../runtime/random.ts";
import { DataDependentStart } from "./data_dependent_start.ts";
import { type Evaluation, WholePictures } from "./evaluation.ts";
import { GatedBlock, type StackKind } from "./gated_block.ts";
import {
  drawFromLogisticMixture,
  logisticMixtureLogProbability,
  readLogisticMixture,
} from "./logistic_mixture.ts";
import { MaskedUpsampling } from "./masked_upsampling.ts";
import type { LearningPixelNetwork } from "./learning_pixel_network.ts";

/** Sizes of a {@link PixelCNNPP}. */
export interface PixelCNNPPOptions {
  /** Side of the pictures, a multiple of 2 to the power of `hierarchies - 1`. */
  size: number;
  /** Features of each place in each stack. */
  filters: number;
  /** Gated blocks at each size of maps. */
  blocks: number;
  /** Sizes of maps: each is half of the one before. */
  hierarchies: number;
  /** Logistic distributions in the mixture of a pixel, K. */
  components: number;
  /** Share of features that is dropped in each block while learning. */
  dropout: number;
}

/** Both stacks at one place of the network. */
interface Stacks<F> {
  /** Sees all rows above. */
  vertical: F;
  /** Sees those, and the own row to the left. */
  horizontal: F;
}

/**
 * PixelCNN++ (Salimans et al., 2017): a U-net of two stacks without a blind spot (van den Oord et al., 2016,
 * "Conditional Image Generation with PixelCNN Decoders"), weight normalisation, and for each pixel a mixture of
 * logistics over its 256 shades. Layers as in TensorFlow Probability's `PixelCNN` for grey pictures.
 */
export class PixelCNNPP implements LearningPixelNetwork {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** Side of the pictures. */
  readonly size: number;
  /** See `PixelNetwork`. */
  readonly rowsAtOnce: number;
  /** See `PixelNetwork`. */
  readonly noiseSize: number;
  readonly #above: MaskedConv2d;
  readonly #aboveNear: MaskedConv2d;
  readonly #left: MaskedConv2d;
  readonly #down: Record<StackKind, GatedBlock>[][] = [];
  readonly #halve: Record<StackKind, MaskedConv2d>[] = [];
  readonly #up: Record<StackKind, GatedBlock>[][] = [];
  readonly #double: Record<StackKind, MaskedUpsampling>[] = [];
  readonly #outputs: MaskedConv2d;

  /** Declares the layers. */
  constructor(readonly options: PixelCNNPPOptions) {
    const { filters, blocks, hierarchies, components } = options;
    this.size = options.size;
    this.rowsAtOnce = 2 ** (hierarchies - 1);
    this.noiseSize = components + 1;
    const layers: Module[] = [];
    const keep = <M extends Module>(layer: M): M => {
      layers.push(layer);
      return layer;
    };
    const masked = (
      name: string,
      options: Partial<MaskedConv2dOptions> & Pick<MaskedConv2dOptions, "kernelSize" | "mask">,
    ) => keep(new MaskedConv2d(name, { inputChannels: filters, filters, weightNorm: true, ...options }));
    const block = (name: string, skip: boolean) => ({
      vertical: keep(
        new GatedBlock(`${name}/vertical`, { kind: "vertical", filters, extra: skip ? filters : 0 }),
      ),
      horizontal: keep(
        new GatedBlock(`${name}/horizontal`, {
          kind: "horizontal",
          filters,
          extra: skip ? 2 * filters : filters,
        }),
      ),
    });

    const pixel = { inputChannels: 1 };
    this.#above = masked("first/above", { ...pixel, kernelSize: [5, 3], mask: { rows: 2, columns: 3 } });
    this.#aboveNear = masked("first/aboveNear", {
      ...pixel,
      kernelSize: [3, 3],
      mask: { rows: 1, columns: 3 },
    });
    this.#left = masked("first/left", { ...pixel, kernelSize: [3, 3], mask: { rows: 2, columns: 1 } });
    for (let level = 0; level < hierarchies; level++) {
      this.#down.push(Array.from({ length: blocks }, (_, i) => block(`down${level}/block${i + 1}`, false)));
      if (level === hierarchies - 1) break;
      const kernel = { kernelSize: [4, 4], strides: 2 } as const;
      this.#halve.push({
        vertical: masked(`down${level}/halve/vertical`, { ...kernel, mask: { rows: 2, columns: 3 } }),
        horizontal: masked(`down${level}/halve/horizontal`, { ...kernel, mask: { rows: 2, columns: 2 } }),
      });
    }
    for (let level = hierarchies - 1; level >= 0; level--) {
      // one block for each of the level's skip connections: its blocks and, but for the smallest maps, what they began with
      const count = level === hierarchies - 1 ? blocks : blocks + 1;
      this.#up.push(Array.from({ length: count }, (_, i) => block(`up${level}/block${i + 1}`, true)));
      if (level === 0) break;
      this.#double.push({
        vertical: keep(
          new MaskedUpsampling(`up${level}/double/vertical`, { channels: filters, columns: 4, shown: 3 }),
        ),
        horizontal: keep(
          new MaskedUpsampling(`up${level}/double/horizontal`, { channels: filters, columns: 2, shown: 2 }),
        ),
      });
    }
    this.#outputs = masked("outputs", { filters: 3 * components, kernelSize: [1, 1], mask: "B" });
    this.parameters = collectParameters(...layers);
  }

  /**
   * Pixels as bytes, `[.., 1]`, to the mixture of each, `[.., 3 K]`.
   *
   * @param drop Drops features out of the n-th block, in training.
   */
  predict<F>(bytes: F, evaluation: Evaluation<F>, drop?: (x: tf.Tensor, block: number) => tf.Tensor): F {
    let dropped = 0;
    const advance = (
      block: Record<StackKind, GatedBlock>,
      { vertical, horizontal }: Stacks<F>,
      skip?: Stacks<F>,
    ) => {
      const dropOut = drop && ((x: tf.Tensor) => drop(x, dropped++));
      const above = block.vertical.apply(vertical, evaluation, { extra: skip?.vertical, dropOut });
      const extra = skip ? evaluation.map(concatenate, above, skip.horizontal) : above;
      return {
        vertical: above,
        horizontal: block.horizontal.apply(horizontal, evaluation, { extra, dropOut }),
      };
    };
    const pixels = evaluation.map((x) => x.div(127.5).sub(1), bytes);
    const rows = evaluation.byRows(pixels);
    let stacks: Stacks<F> = {
      vertical: evaluation.convolve(this.#above, rows),
      horizontal: evaluation.map(
        add,
        evaluation.convolve(this.#aboveNear, rows),
        evaluation.convolve(this.#left, pixels),
      ),
    };
    const passed = [stacks];
    this.#down.forEach((blocks, level) => {
      for (const block of blocks) passed.push(stacks = advance(block, stacks));
      const halve = this.#halve[level];
      if (!halve) return;
      passed.push(
        stacks = {
          vertical: evaluation.convolve(halve.vertical, stacks.vertical),
          horizontal: evaluation.convolve(halve.horizontal, stacks.horizontal),
        },
      );
    });
    passed.pop(); // the way up begins with it
    this.#up.forEach((blocks, i) => {
      for (const block of blocks) stacks = advance(block, stacks, passed.pop());
      const double = this.#double[i];
      if (!double) return;
      stacks = {
        vertical: evaluation.enlarge(double.vertical, stacks.vertical),
        horizontal: evaluation.enlarge(double.horizontal, stacks.horizontal),
      };
    });
    return evaluation.convolve(this.#outputs, evaluation.map((x) => x.elu(), stacks.horizontal));
  }

  /** Bytes as they are. */
  prepare(bytes: tf.Tensor): tf.Tensor {
    return bytes.clone();
  }

  /** Bytes as numbers. */
  asPixels(bytes: tf.Tensor): tf.Tensor {
    return bytes.toFloat();
  }

  /** 0 black, 255 white. */
  show(bytes: tf.Tensor): tf.Tensor {
    return bytes.div(255);
  }

  /** Gains and biases with which every layer's outputs have mean 0 and variance 1 on some pictures. */
  start(parameters: NamedTensors, bytes: tf.Tensor): NamedTensors {
    const evaluation = new DataDependentStart(parameters);
    this.predict(this.asPixels(bytes), evaluation);
    return evaluation.found;
  }

  /**
   * How surprising each pixel was, in nats.
   *
   * @param bytes int32 `[B, H, W, 1]`.
   * @returns `[B, H, W]`.
   */
  surprise(
    parameters: NamedTensors,
    bytes: tf.Tensor,
    drop?: (x: tf.Tensor, block: number) => tf.Tensor,
  ): tf.Tensor {
    const outputs = this.predict(this.asPixels(bytes), new WholePictures(parameters), drop);
    return logisticMixtureLogProbability(bytes.squeeze([3]), readLogisticMixture(outputs)).neg();
  }

  /**
   * The negative log likelihood of a picture in nats, and in bits for each of its pixels.
   *
   * @param batch `pixels`: bytes, int32 `[B, H, W, 1]`.
   */
  loss(parameters: NamedTensors, { pixels }: NamedTensors, seed: tf.Tensor): Losses {
    const drop = (x: tf.Tensor, block: number) => dropout(x, this.options.dropout, foldSeed(seed, block));
    return this.#losses(this.surprise(parameters, pixels, this.options.dropout > 0 ? drop : undefined));
  }

  /** The losses without dropout. */
  measure(parameters: NamedTensors, { pixels }: NamedTensors): NamedTensors {
    return this.#losses(this.surprise(parameters, pixels));
  }

  #losses(surprise: tf.Tensor): Losses {
    const mean = surprise.mean();
    return { loss: mean.mul(this.size ** 2), bitsPerDimension: mean.div(Math.LN2) };
  }

  /** See `PixelNetwork.draw`. */
  draw(outputs: tf.Tensor, noise: tf.Tensor, temperature: tf.Tensor): tf.Tensor {
    return drawFromLogisticMixture(readLogisticMixture(outputs), noise, temperature);
  }
}

function add(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return a.add(b);
}

function concatenate(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.concat([a, b], -1);
}
