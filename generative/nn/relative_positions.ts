import * as tf from "@tensorflow/tfjs";
import { gatherRows } from "./embedding.ts";
import { normal } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";

/**
 * How far each key lies behind each query, when both are the same places in order.
 *
 * @returns int32 `[length, length]`: query's place minus key's; above 0 is the past.
 */
export function distances(length: number): tf.Tensor {
  const places = tf.range(0, length, 1, "int32");
  return places.expandDims(1).sub(places);
}

/**
 * A bias that grows with the distance, at another slope `2^(-8 h / H)` in each head h = 1 .. H ("ALiBi", Press et al.,
 * 2022). Nothing is learned, so that it holds beyond the lengths of training.
 *
 * @param distances `[.., T, S]`.
 * @returns To be added to logits, `[.., heads, T, S]`.
 */
export function linearBias(distances: tf.Tensor, heads: number): tf.Tensor {
  const slopes = Array.from({ length: heads }, (_, head) => -(2 ** (-8 * (head + 1) / heads)));
  return distances.toFloat().abs().expandDims(-3).mul(tf.tensor3d(slopes, [heads, 1, 1]));
}

/** The options of a {@link RelativePositionBias}. */
export interface RelativePositionBiasOptions {
  /** Heads of the attention. */
  heads: number;
  /** Numbers that each head learns. @default 32 */
  buckets?: number;
  /** Where the last bucket begins, in places. @default 128 */
  furthest?: number;
  /** Whether queries see the past alone; otherwise half of the buckets serve the future. @default false */
  causal?: boolean;
}

/**
 * A learned bias for each head and distance (Raffel et al., 2020, "T5", section 2.1): near distances one by one, further
 * ones in buckets that widen with the logarithm. One serves all layers of a stack. Parameter: `<name>/table`
 * `[buckets, heads]`.
 */
export class RelativePositionBias implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the table under a name; it is made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: RelativePositionBiasOptions) {
    const { heads, buckets = 32 } = options;
    this.parameters = { [`${name}/table`]: { shape: [buckets, heads], initialiser: normal(0.02) } };
  }

  /**
   * The bucket of a distance.
   *
   * @param distance The query's place minus the key's.
   * @returns `0 .. buckets - 1`.
   */
  bucket(distance: number): number {
    const { buckets = 32, furthest = 128, causal = false } = this.options;
    const side = causal ? buckets : buckets / 2;
    const future = !causal && distance < 0 ? side : 0;
    const away = causal ? Math.max(distance, 0) : Math.abs(distance);
    const exact = side / 2;
    if (away < exact) return future + away;
    const octaves = Math.log2(away / exact) / Math.log2(furthest / exact);
    return future + Math.min(exact + Math.floor(octaves * (side - exact)), side - 1);
  }

  /**
   * The bias at distances.
   *
   * @param distances int32 `[.., T, S]`: query's place minus key's.
   * @returns To be added to logits, `[.., heads, T, S]`.
   */
  apply(parameters: NamedTensors, distances: tf.Tensor): tf.Tensor {
    const { heads, furthest = 128 } = this.options;
    const known = Array.from({ length: 2 * furthest + 1 }, (_, i) => this.bucket(i - furthest));
    const table = gatherRows(parameter(parameters, `${this.name}/table`), tf.tensor1d(known, "int32"));
    const rows = distances.toFloat().clipByValue(-furthest, furthest).add(furthest).toInt();
    const biases = gatherRows(table, rows.reshape([-1]) as tf.Tensor1D).reshape([...distances.shape, heads]);
    const axes = distances.shape.map((_, axis) => axis);
    return biases.transpose([...axes.slice(0, -2), axes.length, ...axes.slice(-2)]);
  }
}

/** The options of {@link RelativeLogits}. */
export interface RelativeLogitsOptions {
  /** Distances that it knows: 0 .. length - 1. */
  length: number;
  /** Size of each head. */
  headSize: number;
}

/**
 * What a query makes of distances: its product with a learned vector for each (Shaw et al., 2018), in the form that the
 * music transformer computes without a tensor of `T T D` numbers (Huang et al., 2019, section 3.4). For causal attention.
 * Parameter: `<name>/table` `[length, headSize]`, the furthest distance first; all heads share it.
 */
export class RelativeLogits implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the table under a name; it is made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: RelativeLogitsOptions) {
    const { length, headSize } = options;
    const table = { shape: [length, headSize], initialiser: normal(headSize ** -0.5) };
    this.parameters = { [`${name}/table`]: table };
  }

  /**
   * The logits of a whole sequence.
   *
   * @param queries `[B, H, T, headSize]`, T at most `length`.
   * @returns `[B, H, T, T]`; what lies above the diagonal, the future, means nothing and has to be masked.
   * @throws RangeError when the sequence is longer than `length`.
   */
  apply(parameters: NamedTensors, queries: tf.Tensor): tf.Tensor {
    const { length, headSize } = this.options;
    const [batch, heads, time] = queries.shape;
    if (time > length) {
      throw new RangeError(`Cannot apply "${this.name}": expected at most ${length} places, got ${time}`);
    }
    const table = parameter(parameters, `${this.name}/table`) as tf.Tensor2D;
    const near = tf.slice2d(table, [length - time, 0], [time, headSize]);
    const products = queries.reshape<tf.Tensor2D>([-1, headSize]).matMul(near, false, true);
    // Row i holds its product with distance T - 1 - j in column j: a column more, read as a row more, moves it to i - j.
    const padded = tf.pad3d(products.reshape<tf.Tensor3D>([batch * heads, time, time]), [[0, 0], [0, 0], [
      1,
      0,
    ]]);
    const skewed = tf.slice3d(padded.reshape([batch * heads, time + 1, time]), [0, 1, 0], [-1, time, time]);
    return skewed.reshape([batch, heads, time, time]);
  }

  /**
   * The logits of some places against keys at given distances.
   *
   * @param queries `[B, H, N, headSize]`.
   * @param distances int32 `[B, N, S]`; those out of `0 .. length - 1` count as the nearest of these.
   * @returns `[B, H, N, S]`.
   */
  at(parameters: NamedTensors, queries: tf.Tensor, distances: tf.Tensor): tf.Tensor {
    const { length, headSize } = this.options;
    const [batch, count, keys] = distances.shape;
    const table = parameter(parameters, `${this.name}/table`);
    const rows = tf.sub(length - 1, distances.toFloat().clipByValue(0, length - 1)).toInt();
    const vectors = gatherRows(table, rows.reshape([-1]) as tf.Tensor1D);
    const products = queries.transpose([0, 2, 1, 3]).matMul(
      vectors.reshape([batch, count, keys, headSize]),
      false,
      true,
    );
    return products.transpose([0, 2, 1, 3]);
  }
}
