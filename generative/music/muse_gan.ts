import * as tf from "@tensorflow/tfjs";
import type { WassersteinPair } from "../gans/wasserstein.ts";
import { leakyRelu, relu } from "../nn/activations.ts";
import { BatchNorm } from "../nn/batch_norm.ts";
import { addBias } from "../nn/bias.ts";
import { normal, zeros } from "../nn/initialisers.ts";
import { Linear } from "../nn/linear.ts";
import {
  collectParameters,
  type Module,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
} from "../nn/parameters.ts";
import type { Statistics } from "../nn/statistics.ts";
import { BARS } from "./bars.ts";

/** Numbers of each latent: chords, style, and the melody and groove of each track. */
const Z = 32;
/** The latents by name: where they begin among all, and how many numbers they have. */
export const MUSE_LATENTS = {
  chords: [0, Z],
  style: [Z, Z],
  melody: [2 * Z, BARS.tracks * Z],
  groove: [(2 + BARS.tracks) * Z, BARS.tracks * Z],
} as const;
/** Numbers of all latents of a piece. */
export const LATENT_SIZE = 2 * Z * (1 + BARS.tracks);
/** Keras's `momentum`, as the book sets it. */
const MOMENTUM = 0.9;
const kernelInitialiser = normal(0.02);

/**
 * A transposed convolution whose kernel is as long as its stride: each cell of an axis becomes `into` cells. Linear:
 * `<name>/kernel` `[inputs, into filters]`; the bias, `<name>/bias`, is the same in all of them.
 */
class Spread implements Module {
  readonly parameters: ParameterSpecs;
  readonly #linear: Linear;

  constructor(
    readonly name: string,
    readonly options: { inputs: number; filters: number; into: number },
  ) {
    const { inputs, filters, into } = options;
    this.#linear = new Linear(name, { inputs, units: into * filters, bias: false, kernelInitialiser });
    this.parameters = {
      ...this.#linear.parameters,
      [`${name}/bias`]: { shape: [filters], initialiser: zeros },
    };
  }

  /** `[N, A, inputs]` to `[N, into A, filters]`. */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { filters, into } = this.options;
    const [count, cells] = x.shape;
    const spread = this.#linear.apply(parameters, x).reshape([count, cells * into, filters]);
    return addBias(spread, parameter(parameters, `${this.name}/bias`));
  }
}

/** {@link Spread}, batch normalisation and ReLU. */
class SpreadBlock implements Module {
  readonly parameters: ParameterSpecs;
  readonly #spread: Spread;
  readonly #norm: BatchNorm;

  constructor(name: string, options: Spread["options"]) {
    this.#spread = new Spread(name, options);
    this.#norm = new BatchNorm(`${name}/norm`, { channels: options.filters, momentum: MOMENTUM });
    this.parameters = collectParameters(this.#spread, this.#norm);
  }

  apply(parameters: NamedTensors, x: tf.Tensor, statistics?: Statistics): tf.Tensor {
    return relu(this.#norm.apply(parameters, this.#spread.apply(parameters, x), statistics));
  }
}

/** Blocks one after another. */
class Chain implements Module {
  readonly parameters: ParameterSpecs;

  constructor(readonly blocks: readonly SpreadBlock[]) {
    this.parameters = collectParameters(...blocks);
  }

  apply(parameters: NamedTensors, x: tf.Tensor, statistics?: Statistics): tf.Tensor {
    return this.blocks.reduce((x, block) => block.apply(parameters, x, statistics), x);
  }
}

/** Makes a latent for each bar of one for all: `[B, 1, Z]` to `[B, bars, Z]`. */
function temporalNet(name: string, narrow: number): Chain {
  const filters = 1024 / narrow;
  return new Chain([
    new SpreadBlock(`${name}/spread`, { inputs: Z, filters, into: BARS.bars }),
    new SpreadBlock(`${name}/mix`, { inputs: filters, filters: Z, into: BARS.bars - 1 }),
  ]);
}

/** Makes a bar of one track of its four latents. */
class BarGenerator implements Module {
  readonly parameters: ParameterSpecs;
  readonly #time: Chain;
  readonly #octaves: SpreadBlock;
  readonly #pitches: Spread;
  readonly #start: number;

  constructor(name: string, narrow: number) {
    const widths = [1024, 512, 256, 256, 256].map((width) => width / narrow);
    this.#start = widths[1]; // the dense layer is read as two cells
    const rise = (part: string, inputs: number, filters: number, into = 2) =>
      new SpreadBlock(`${name}/${part}`, { inputs, filters, into });
    this.#time = new Chain([
      rise("time2", widths[1], widths[1]),
      rise("time3", widths[1], widths[2]),
      rise("time4", widths[2], widths[3]),
    ]);
    this.dense = rise("dense", 4 * Z, widths[0], 1);
    this.#octaves = rise("octaves", widths[3], widths[4], 7);
    this.#pitches = new Spread(`${name}/pitches`, { inputs: widths[4], filters: 1, into: 12 });
    this.parameters = collectParameters(this.dense, this.#time, this.#octaves, this.#pitches);
  }

  readonly dense: SpreadBlock;

  /** `[N, 4 Z]` to `[N, steps, pitches]`, -1 .. 1. */
  apply(parameters: NamedTensors, latents: tf.Tensor, statistics?: Statistics): tf.Tensor {
    const count = latents.shape[0];
    const begun = this.dense.apply(parameters, latents.expandDims(1), statistics);
    const time = this.#time.apply(parameters, begun.reshape([count, -1, this.#start]), statistics);
    const cells = time.reshape([count * BARS.steps, 1, -1]);
    const octaves = this.#octaves.apply(parameters, cells, statistics);
    return this.#pitches.apply(parameters, octaves).reshape([count, BARS.steps, BARS.pitches]).tanh();
  }
}

/** MuseGAN's generator: what all tracks share and what is each one's own, as latents. */
class MuseGenerator implements Module {
  readonly parameters: ParameterSpecs;
  readonly #chords: Chain;
  readonly #melodies: readonly Chain[];
  readonly #bars: readonly BarGenerator[];

  constructor(name: string, narrow: number) {
    const tracks = Array.from({ length: BARS.tracks }, (_, track) => `${name}/track${track + 1}`);
    this.#chords = temporalNet(`${name}/chords`, narrow);
    this.#melodies = tracks.map((track) => temporalNet(`${track}/melody`, narrow));
    this.#bars = tracks.map((track) => new BarGenerator(`${track}/bar`, narrow));
    this.parameters = collectParameters(this.#chords, ...this.#melodies, ...this.#bars);
  }

  apply(parameters: NamedTensors, latents: tf.Tensor, statistics?: Statistics): tf.Tensor {
    const { bars, steps, pitches, tracks } = BARS;
    const batch = latents.shape[0];
    const take = (first: number) => latents.slice([0, first], [batch, Z]).expandDims(1);
    const chords = this.#chords.apply(parameters, take(MUSE_LATENTS.chords[0]), statistics);
    const everyBar = (latent: tf.Tensor) => latent.tile([1, bars, 1]);
    const style = everyBar(take(MUSE_LATENTS.style[0]));
    const played = this.#bars.map((generator, track) => {
      const melody = take(MUSE_LATENTS.melody[0] + track * Z);
      const own = this.#melodies[track].apply(parameters, melody, statistics);
      const groove = everyBar(take(MUSE_LATENTS.groove[0] + track * Z));
      const all = tf.concat([chords, style, own, groove], 2).reshape([batch * bars, 4 * Z]);
      return generator.apply(parameters, all, statistics);
    });
    return tf.stack(played, 3).reshape([batch, bars * steps, pitches, tracks]);
  }
}

/**
 * MuseGAN's critic. Each of the book's convolutions in three dimensions is longer than 1 along one axis only, and all but
 * two step as far as they are long: they are linears of the cells that they see.
 */
class MuseCritic implements Module {
  readonly parameters: ParameterSpecs;
  readonly #layers: Readonly<Record<"bars" | "mix" | "octave" | "octaves" | "half" | "quarter", Linear>>;
  readonly #wide: Linear;
  readonly #last: Linear;
  readonly #dense: Linear;
  readonly #score: Linear;

  constructor(readonly name: string, narrow: number) {
    const { bars, tracks } = BARS;
    const [width, wide, last, dense] = [128, 256, 512, 1024].map((width) => width / narrow);
    const layer = (part: string, inputs: number, units: number) =>
      new Linear(`${name}/${part}`, { inputs, units, kernelInitialiser });
    this.#layers = {
      bars: layer("bars", bars * tracks, width),
      mix: layer("mix", (bars - 1) * width, width),
      octave: layer("octave", 12 * width, width),
      octaves: layer("octaves", 7 * width, width),
      half: layer("half", 2 * width, width),
      quarter: layer("quarter", 2 * width, width),
    };
    this.#wide = layer("wide", 4 * width, wide);
    this.#last = layer("last", 3 * wide, last);
    this.#dense = layer("dense", last, dense);
    this.#score = layer("score", dense, 1);
    const { parameters } = this.#score;
    this.parameters = collectParameters(
      ...Object.values(this.#layers),
      this.#wide,
      this.#last,
      this.#dense,
      { parameters },
    );
  }

  /** `[B, steps, pitches, tracks]` to scores `[B]`. */
  apply(parameters: NamedTensors, pictures: tf.Tensor): tf.Tensor {
    const { bars, steps, pitches, tracks } = BARS;
    const batch = pictures.shape[0];
    const { bars: first, mix, octave, octaves, half, quarter } = this.#layers;
    const pass = (layer: Linear, x: tf.Tensor) => leakyRelu(layer.apply(parameters, x));
    let x: tf.Tensor = pictures.reshape([batch, bars, steps, pitches, tracks]).transpose([0, 2, 3, 1, 4]);
    x = pass(first, x.reshape([batch, steps, pitches, bars * tracks]));
    x = pass(mix, x);
    x = pass(octave, x.reshape([batch, steps, 7, -1]));
    x = pass(octaves, x.reshape([batch, steps, -1]));
    x = pass(half, x.reshape([batch, steps / 2, -1]));
    x = pass(quarter, x.reshape([batch, steps / 4, -1]));
    x = pass(this.#wide, windows(x, { length: 4, stride: 2, before: 1, after: 1 }));
    x = pass(this.#last, windows(x, { length: 3, stride: 2, before: 0, after: 1 }));
    return this.#score.apply(parameters, pass(this.#dense, x.squeeze([1]))).reshape([-1]);
  }
}

/** What a convolution sees at each of its places, side by side: `[B, T, C]` to `[B, places, length C]`. */
function windows(
  x: tf.Tensor,
  { length, stride, before, after }: { length: number; stride: number; before: number; after: number },
): tf.Tensor {
  const padded = x.pad([[0, 0], [before, after], [0, 0]]);
  const [batch, cells, channels] = padded.shape;
  const places = Math.floor((cells - length) / stride) + 1;
  const seen = Array.from(
    { length: places },
    (_, i) =>
      padded.slice([0, i * stride, 0], [batch, length, channels]).reshape([batch, 1, length * channels]),
  );
  return tf.concat(seen, 1);
}

/**
 * MuseGAN (Dong et al., 2018, "MuseGAN: Multi-track Sequential Generative Adversarial Networks", as in Foster, 2023,
 * chapter 11): two bars of four tracks at once, from latents for the chords, the style, and each track's melody and groove.
 */
export class MuseGAN implements WassersteinPair {
  /** G: latents `[B, 320]` to `[B, 32, 84, 4]`, -1 .. 1. */
  readonly generator: MuseGenerator;
  /** f: `[B, 32, 84, 4]` to scores. */
  readonly critic: MuseCritic;
  /** Numbers in all latents of a piece. */
  readonly latentSize = LATENT_SIZE;

  /** Declares the layers. @param narrow What all widths of the book are divided by. */
  constructor({ narrow }: { narrow: number }) {
    this.generator = new MuseGenerator("generator", narrow);
    this.critic = new MuseCritic("critic", narrow);
  }

  /** G(z). */
  generate(
    parameters: NamedTensors,
    latents: tf.Tensor,
    _batch: NamedTensors = {},
    statistics?: Statistics,
  ): tf.Tensor {
    return this.generator.apply(parameters, latents, statistics);
  }

  /** f(x). */
  score(parameters: NamedTensors, pictures: tf.Tensor): tf.Tensor {
    return this.critic.apply(parameters, pictures);
  }
}
