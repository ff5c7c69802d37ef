import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { compile, disposeTree, seedTensor, uniform } from "../runtime/mod.ts";
import type { Evaluation } from "./evaluation.ts";
import { placeFeatures, RasterScan, type ScanFeatures } from "./raster_scan.ts";

/** A network that predicts each pixel from those before it. */
export interface PixelNetwork {
  /** Side of the pictures. */
  readonly size: number;
  /** Rows that belong together: 2 to the power of how often the network halves its maps. */
  readonly rowsAtOnce: number;
  /** Numbers in 0 .. 1 that drawing one pixel takes. */
  readonly noiseSize: number;
  /** Pixels `[B, H, W, 1]` to what is predicted of each, `[B, H, W, P]`. */
  predict<F>(pixels: F, evaluation: Evaluation<F>): F;
  /**
   * Draws pixels.
   *
   * @param prediction `[B, P]`.
   * @param noise `[B, noiseSize]`, uniform in 0 .. 1.
   * @param temperature 1 draws what is predicted, 0 what is most likely.
   * @returns `[B, 1]`, as the network takes them.
   */
  draw(prediction: tf.Tensor, noise: tf.Tensor, temperature: tf.Tensor): tf.Tensor;
}

/** What {@link drawPictures} is asked for. */
export interface DrawOptions {
  /** Number of pictures, B. */
  count: number;
  /** The only source of chance. */
  random: RandomStream;
  /** Sharpness, see {@link PixelNetwork.draw}. @default 1 */
  temperature?: number;
  /** Pictures `[B, H, W, 1]` whose first rows are taken as they are. */
  begun?: tf.Tensor;
  /** How many of those rows, a multiple of the network's `rowsAtOnce`. @default 0 */
  rowsBegun?: number;
}

/**
 * Draws pictures pixel by pixel, as one reads. A compiled step draws a row (or as many as belong together); it is the
 * same for all of them.
 *
 * @returns `[B, H, W, 1]`; the caller's.
 * @throws RangeError for a temperature below 0.
 */
export async function drawPictures(
  network: PixelNetwork,
  parameters: NamedTensors,
  { count, random, temperature = 1, begun, rowsBegun = 0 }: DrawOptions,
): Promise<tf.Tensor4D> {
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new RangeError(`Cannot sample: expected a temperature of 0 or more, got ${temperature}`);
  }
  const { size, rowsAtOnce } = network;
  const step = compile(
    (inputs: RowInputs) => drawRows(network, inputs),
    { name: "draw rows" },
  );
  const sharpness = tf.scalar(temperature);
  let memory = blankMemory(network, parameters, count);
  const rows: tf.Tensor[] = [];
  try {
    for (let first = 0; first < size; first += rowsAtOnce) {
      const seed = seedTensor(random.fork(first).seedPair());
      const given = begun && first < rowsBegun
        ? begun.slice([0, first, 0, 0], [count, rowsAtOnce, size, 1])
        : tf.fill([count, rowsAtOnce, size, 1], -1);
      const known = tf.scalar(begun && first < rowsBegun ? 1 : 0);
      const drawn = await step.run({ parameters, memory, seed, temperature: sharpness, given, known });
      disposeTree([memory, seed, given, known]);
      memory = drawn.memory;
      rows.push(drawn.rows);
    }
    return tf.concat(rows, 1) as tf.Tensor4D;
  } finally {
    disposeTree([memory, sharpness, rows]);
    step.dispose();
  }
}

/** What a step takes. */
interface RowInputs {
  parameters: NamedTensors;
  memory: NamedTensors;
  seed: tf.Tensor;
  temperature: tf.Tensor;
  /** `[B, rowsAtOnce, W, 1]`. */
  given: tf.Tensor;
  /** 1 where the given rows are taken, 0 where they are drawn. */
  known: tf.Tensor;
}

/** The next rows, and what those after them will see; pure. */
function drawRows(network: PixelNetwork, inputs: RowInputs): { rows: tf.Tensor; memory: NamedTensors } {
  const { parameters, seed, temperature, known } = inputs;
  const { size: width, rowsAtOnce, noiseSize } = network;
  const count = inputs.given.shape[0];
  const places = (tensor: tf.Tensor) => tensor.unstack(1).map((row) => row.unstack(1));
  const given = places(inputs.given);
  const noise = places(uniform([count, rowsAtOnce, width, noiseSize], seed));
  const scan = new RasterScan(parameters, inputs.memory);
  const pixels: ScanFeatures = placeFeatures({ rows: rowsAtOnce, width }, (row, column) => {
    const drawn = network.draw(predictions.at(row, column), noise[row][column], temperature);
    return given[row][column].mul(known).add(drawn.mul(tf.sub(1, known)));
  });
  const predictions = network.predict(pixels, scan);
  const rows = tf.stack(Array.from({ length: rowsAtOnce }, (_, row) => pixels.row(row)), 1);
  return { rows, memory: scan.memory() };
}

/** What is seen above the first row. */
function blankMemory(network: PixelNetwork, parameters: NamedTensors, count: number): NamedTensors {
  return tf.tidy(() => {
    const scan = new RasterScan(parameters, {});
    const pixels = placeFeatures(
      { rows: network.rowsAtOnce, width: network.size },
      () => tf.zeros([count, 1]),
    );
    network.predict(pixels, scan);
    return scan.blankMemory(count);
  });
}
