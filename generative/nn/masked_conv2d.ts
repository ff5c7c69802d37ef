import * as tf from "@tensorflow/tfjs";
import { addBias } from "./bias.ts";
import { glorotUniform, ones, zeros } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import { normaliseWeights } from "./weight_norm.ts";

/** Where a convolution looks, seen from its own place: `row` 0 is the own row, -1 the one above. */
export interface Tap {
  /** At most 0: what lies below is the future. */
  row: number;
  /** To the left below 0, to the right above. */
  column: number;
}

/** The options of a {@link MaskedConv2d}. */
export interface MaskedConv2dOptions {
  /** Channels that come in. */
  inputChannels: number;
  /** Channels that go out. */
  filters: number;
  /** Rows and columns of the kernel; it is centred on its place as TensorFlow's padding `same` does. */
  kernelSize: readonly [rows: number, columns: number];
  /**
   * What the kernel may see. "A": the past alone, that is all rows above and the own row up to the own place; "B": the
   * own place as well; or as many of the first rows and columns of the kernel.
   */
  mask: "A" | "B" | { rows: number; columns: number };
  /** Step of the kernel, 1 or 2. @default 1 */
  strides?: number;
  /** Whether each filter is its direction times a gain (Salimans and Kingma, 2016). @default false */
  weightNorm?: boolean;
}

/**
 * A convolution that does not see the future (van den Oord et al., 2016, "Pixel Recurrent Neural Networks", section
 * 3.4): in the order of reading, each place sees only those before it. Parameters: `<name>/kernel`
 * `[rows, columns, inputChannels, filters]`, of which the mask hides a part, `<name>/bias` `[filters]` and, with
 * weight normalisation, `<name>/gain` `[filters]`.
 *
 * Only the rectangle around what the mask shows is computed: a third to a half of a kernel costs nothing.
 */
export class MaskedConv2d implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** Where it looks, row by row. */
  readonly taps: readonly Tap[];
  /** Rows above its own that it sees. */
  readonly rowsAbove: number;
  /** The last row that it sees: 0, its own, or -1. */
  readonly lastRow: number;
  /** Step of the kernel. */
  readonly strides: number;
  /** First and last row and column of the kernel that the mask shows. */
  readonly #box: { top: number; bottom: number; left: number; right: number };
  /** 1 where the mask shows the kernel, `[rows, columns]` of the box; nothing when it shows all of it. */
  readonly #mask?: number[];
  /** Columns that are added (zeros) or, below 0, taken away on the left and on the right of the picture. */
  readonly #margin: [number, number];

  /**
   * Declares the parameters under a name; they are made by `initialiseParameters`.
   *
   * @throws RangeError when the mask shows nothing, or rows below its own.
   */
  constructor(readonly name: string, readonly options: MaskedConv2dOptions) {
    const { inputChannels, filters, kernelSize: [rows, columns], strides = 1, weightNorm } = options;
    this.strides = strides;
    const [ownRow, ownColumn] = [Math.floor((rows - strides) / 2), Math.floor((columns - strides) / 2)];
    const shown: Tap[] = [];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const tap = { row: row - ownRow, column: column - ownColumn };
        if (sees(options.mask, tap, { row, column })) shown.push(tap);
      }
    }
    if (shown.length === 0 || shown.some(({ row }) => row > 0)) {
      throw new RangeError(
        `Cannot make "${name}": expected a mask that shows a part of the past and nothing below, got ${
          JSON.stringify(options.mask)
        } on a kernel of ${rows}x${columns}`,
      );
    }
    this.taps = shown;
    const [top, left] = [Math.min(...shown.map(({ row }) => row)), Math.min(...shown.map((t) => t.column))];
    const [bottom, right] = [
      Math.max(...shown.map(({ row }) => row)),
      Math.max(...shown.map((t) => t.column)),
    ];
    this.#box = {
      top: top + ownRow,
      bottom: bottom + ownRow,
      left: left + ownColumn,
      right: right + ownColumn,
    };
    const [height, width] = [bottom - top + 1, right - left + 1];
    if (shown.length < height * width) {
      this.#mask = new Array(height * width).fill(0);
      for (const { row, column } of shown) this.#mask[(row - top) * width + column - left] = 1;
    }
    this.rowsAbove = -top;
    this.lastRow = bottom;
    this.#margin = [-left, right - strides + 1];
    this.parameters = {
      [`${name}/kernel`]: { shape: [rows, columns, inputChannels, filters], initialiser: glorotUniform },
      [`${name}/bias`]: { shape: [filters], initialiser: zeros },
      ...weightNorm ? { [`${name}/gain`]: { shape: [filters], initialiser: ones } } : {},
    };
  }

  /**
   * Applies it to a batch of maps.
   *
   * @param x `[B, H, W, inputChannels]`; H and W are multiples of the step.
   * @returns `[B, H / strides, W / strides, filters]`.
   * @throws TypeError when the channels do not fit.
   */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    return this.#convolve(parameters, x, { top: this.rowsAbove, bottom: this.lastRow });
  }

  /** The same for a single row, given all that it sees: `[B, rowsAbove + lastRow + 1, W, inputChannels]`. */
  applyToRows(parameters: NamedTensors, rows: tf.Tensor): tf.Tensor {
    return this.#convolve(parameters, rows, { top: 0, bottom: 0 });
  }

  /** The kernel and the bias for a single place, with its {@link MaskedConv2d.taps} side by side: `[taps C, filters]`. */
  placeKernel(parameters: NamedTensors): { kernel: tf.Tensor2D; bias: tf.Tensor } {
    const { inputChannels, filters } = this.options;
    const kernel = this.#kernel(parameters);
    const places = kernel.reshape([-1, inputChannels * filters]);
    const shown = this.#mask?.flatMap((visible, i) => visible ? [i] : []);
    const chosen = shown ? places.gather(tf.tensor1d(shown, "int32")) : places;
    return {
      kernel: chosen.reshape([this.taps.length * inputChannels, filters]),
      bias: parameter(parameters, `${this.name}/bias`),
    };
  }

  #convolve(
    parameters: NamedTensors,
    x: tf.Tensor,
    { top, bottom }: { top: number; bottom: number },
  ): tf.Tensor {
    const { inputChannels, kernelSize: [rows, columns] } = this.options;
    if (x.rank !== 4 || x.shape[3] !== inputChannels) {
      throw new TypeError(
        `Cannot apply "${this.name}": expected [B, H, W, ${inputChannels}], got [${x.shape}]`,
      );
    }
    const kernel = this.#kernel(parameters);
    const bias = parameter(parameters, `${this.name}/bias`);
    if (rows * columns * this.strides === 1) return addBias(mixChannels(x as tf.Tensor4D, kernel), bias);
    const [left, right] = this.#margin;
    const seen = fit(x as tf.Tensor4D, { top, bottom, left, right });
    return addBias(seen.conv2d(kernel, this.strides, "valid"), bias);
  }

  /** What the mask shows of the kernel, in its box, `[h, w, inputChannels, filters]`. */
  #kernel(parameters: NamedTensors): tf.Tensor4D {
    const { inputChannels, filters, kernelSize: [rows, columns], weightNorm } = this.options;
    const { top, bottom, left, right } = this.#box;
    const [height, width] = [bottom - top + 1, right - left + 1];
    let kernel = parameter(parameters, `${this.name}/kernel`) as tf.Tensor4D;
    if (height * width < rows * columns) {
      kernel = tf.slice4d(kernel, [top, left, 0, 0], [height, width, inputChannels, filters]);
    }
    if (this.#mask) kernel = kernel.mul(tf.tensor(this.#mask, [height, width, 1, 1]));
    if (!weightNorm) return kernel;
    return normaliseWeights(kernel, parameter(parameters, `${this.name}/gain`), 3) as tf.Tensor4D;
  }
}

/** Whether a mask shows a place of the kernel. */
function sees(mask: MaskedConv2dOptions["mask"], tap: Tap, at: Tap): boolean {
  if (typeof mask === "object") return at.row < mask.rows && at.column < mask.columns;
  return tap.row < 0 || (tap.row === 0 && (tap.column < 0 || (mask === "B" && tap.column === 0)));
}

/** Adds zeros around pictures or, where a number is below 0, takes rows and columns away. */
function fit(
  x: tf.Tensor4D,
  { top, bottom, left, right }: { top: number; bottom: number; left: number; right: number },
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const taken = bottom < 0 || left < 0 || right < 0;
  const size: [number, number, number, number] = [
    batch,
    height + Math.min(bottom, 0),
    width + Math.min(left, 0) + Math.min(right, 0),
    channels,
  ];
  const kept = taken ? tf.slice4d(x, [0, 0, Math.max(-left, 0), 0], size) : x;
  const [above, before, after] = [top, Math.max(left, 0), Math.max(right, 0)];
  return above + before + after === 0 ? kept : tf.pad4d(kept, [[0, 0], [above, 0], [before, after], [0, 0]]);
}

/**
 * A convolution of kernel 1x1. TensorFlow joins it with bias and activation; on the way back two products are faster than
 * the gradients of a convolution.
 */
function mixChannels(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor {
  return tf.customGrad((x, kernel, save) => {
    const [maps, weights] = [x as tf.Tensor4D, kernel as tf.Tensor4D];
    (save as unknown as tf.GradSaveFunc)([maps, weights]);
    const gradFunc = (dy: tf.Tensor, [x, kernel]: tf.Tensor[]) => {
      const [rows, slopes] = [x, dy].map((maps) => maps.reshape<tf.Tensor2D>([-1, maps.shape[3] as number]));
      const matrix = kernel.reshape<tf.Tensor2D>(kernel.shape.slice(2) as [number, number]);
      return [
        slopes.matMul(matrix, false, true).reshape(x.shape),
        rows.matMul(slopes, true).reshape(kernel.shape),
      ];
    };
    return { value: maps.conv2d(weights, 1, "valid"), gradFunc };
  })(x, kernel);
}
