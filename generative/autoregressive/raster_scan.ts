import * as tf from "@tensorflow/tfjs";
import { addBias } from "../nn/bias.ts";
import type { MaskedConv2d } from "../nn/masked_conv2d.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import type { Evaluation } from "./evaluation.ts";
import type { MaskedUpsampling } from "./masked_upsampling.ts";

/** Features of the rows that are being drawn, each computed when it is first asked for. */
export interface ScanFeatures {
  /** How many rows are being drawn; 0 is the first of them. */
  readonly rows: number;
  /** Places in a row. */
  readonly width: number;
  /** Whether whole rows are computed at once, which only features that see nothing of their own row can be. */
  readonly byRows: boolean;
  /** `[B, C]`. */
  at(row: number, column: number): tf.Tensor;
  /** `[B, width, C]`. */
  row(row: number): tf.Tensor;
}

/**
 * Computes a network for a few rows, place by place, as they are drawn. What a new pixel cannot change is never
 * computed twice (Ramachandran et al., 2017, "Fast Generation for Convolutional Autoregressive Models"): a stack that sees
 * only rows above goes row by row, all else place by place, and of earlier rows each convolution remembers those that
 * it still sees.
 */
export class RasterScan implements Evaluation<ScanFeatures> {
  readonly #seen: { layer: MaskedConv2d; features: ScanFeatures }[] = [];

  /**
   * @param parameters The network's.
   * @param past What {@link RasterScan.memory} told after the rows before; {@link RasterScan.blankMemory} at the top.
   */
  constructor(readonly parameters: NamedTensors, readonly past: NamedTensors) {}

  /** What the rows below will see of these and of those before, by convolution: `[B, rowsAbove, width, C]`. */
  memory(): NamedTensors {
    return Object.fromEntries(this.#seen.map(({ layer, features }) => {
      const fresh = Math.min(features.rows, layer.rowsAbove);
      const rows = stackRows(features, features.rows - fresh, features.rows);
      const older = rowsOf(this.past[layer.name], fresh, layer.rowsAbove);
      return [layer.name, fresh < layer.rowsAbove ? tf.concat([older, rows], 1) : rows];
    }));
  }

  /** What is above the first row: nothing. To be asked of a scan that the network has been built with, for B pictures. */
  blankMemory(batch: number): NamedTensors {
    return Object.fromEntries(this.#seen.map(({ layer, features }) => [
      layer.name,
      tf.zeros([batch, layer.rowsAbove, features.width, layer.options.inputChannels]),
    ]));
  }

  /** See {@link Evaluation}. */
  convolve(layer: MaskedConv2d, features: ScanFeatures): ScanFeatures {
    if (layer.rowsAbove > 0) this.#seen.push({ layer, features });
    const size = { rows: features.rows / layer.strides, width: features.width / layer.strides };
    return features.byRows
      ? this.#convolveRows(layer, features, size)
      : this.#convolvePlaces(layer, features, size);
  }

  #convolveRows(layer: MaskedConv2d, features: ScanFeatures, size: Size): ScanFeatures {
    return rowFeatures(size, (row) => {
      const [first, end] = [row * layer.strides - layer.rowsAbove, row * layer.strides + layer.lastRow + 1];
      const rows: tf.Tensor[] = [];
      if (first < 0) {
        const above = layer.rowsAbove;
        rows.push(rowsOf(this.past[layer.name], above + first, above + Math.min(end, 0)));
      }
      if (end > 0) rows.push(stackRows(features, Math.max(first, 0), end));
      return layer.applyToRows(this.parameters, tf.concat(rows, 1)).squeeze([1]);
    });
  }

  #convolvePlaces(layer: MaskedConv2d, features: ScanFeatures, size: Size): ScanFeatures {
    const weights = once(() => layer.placeKernel(this.parameters));
    const above = once(() => this.past[layer.name].unstack(1).map((row) => row.unstack(1)));
    const nothing = once(() => above()[0][0].zerosLike());
    const see = (row: number, column: number): tf.Tensor => {
      if (column < 0 || column >= features.width) return nothing();
      return row < 0 ? above()[layer.rowsAbove + row][column] : features.at(row, column);
    };
    return placeFeatures(size, (row, column) => {
      const seen = layer.taps.map((tap) =>
        see(row * layer.strides + tap.row, column * layer.strides + tap.column)
      );
      const window = seen.length > 1 ? tf.concat(seen, 1) : seen[0];
      return addBias(window.matMul(weights().kernel), weights().bias);
    });
  }

  /** See {@link Evaluation}. */
  enlarge(layer: MaskedUpsampling, features: ScanFeatures): ScanFeatures {
    const size = { rows: features.rows * 2, width: features.width * 2 };
    if (features.byRows) {
      const pairs = memoised((row) =>
        layer.apply(this.parameters, features.row(row).expandDims(1)).unstack(1)
      );
      return rowFeatures(size, (row) => pairs(row >> 1)[row & 1]);
    }
    const weights = once(() => layer.placeKernels(this.parameters));
    return placeFeatures(size, (row, column) => {
      const source = features.at(row >> 1, column >> 1) as tf.Tensor2D;
      return addBias(source.matMul(weights().kernels[row & 1][column & 1]), weights().bias);
    });
  }

  /** See {@link Evaluation}. */
  map(change: (...tensors: tf.Tensor[]) => tf.Tensor, ...features: ScanFeatures[]): ScanFeatures {
    if (features.every(({ byRows }) => byRows)) {
      return rowFeatures(features[0], (row) => change(...features.map((each) => each.row(row))));
    }
    return placeFeatures(
      features[0],
      (row, column) => change(...features.map((each) => each.at(row, column))),
    );
  }

  /** See {@link Evaluation}. */
  byRows(features: ScanFeatures): ScanFeatures {
    return rowFeatures(features, (row) => features.row(row));
  }
}

/** Rows and columns. */
interface Size {
  rows: number;
  width: number;
}

/** Features that are computed place by place. */
export function placeFeatures(
  { rows, width }: Size,
  compute: (row: number, column: number) => tf.Tensor,
): ScanFeatures {
  const places = memoised((place) => compute(Math.floor(place / width), place % width));
  const at = (row: number, column: number) => places(row * width + column);
  const row = (row: number) => tf.stack(Array.from({ length: width }, (_, column) => at(row, column)), 1);
  return { rows, width, byRows: false, at, row: memoised(row) };
}

/** Features that are computed row by row. */
function rowFeatures({ rows, width }: Size, compute: (row: number) => tf.Tensor): ScanFeatures {
  const row = memoised(compute);
  const columns = memoised((index) => row(index).unstack(1));
  return { rows, width, byRows: true, row, at: (row, column) => columns(row)[column] };
}

/** Rows `first` to `end` (left out), `[B, end - first, width, C]`. */
function stackRows(features: ScanFeatures, first: number, end: number): tf.Tensor {
  return tf.stack(Array.from({ length: end - first }, (_, i) => features.row(first + i)), 1);
}

function rowsOf(maps: tf.Tensor, first: number, end: number): tf.Tensor {
  const [batch, , width, channels] = maps.shape;
  return maps.slice([0, first, 0, 0], [batch, end - first, width, channels]);
}

function memoised<T>(compute: (index: number) => T): (index: number) => T {
  const known = new Map<number, T>();
  return (index) => {
    let value = known.get(index);
    if (value === undefined) known.set(index, value = compute(index));
    return value;
  };
}

function once<T>(compute: () => T): () => T {
  const value = memoised(compute);
  return () => value(0);
}
