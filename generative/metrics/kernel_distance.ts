import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Features } from "./frechet_distance.ts";

/** How {@link kernelDistance} is estimated. */
export interface KernelDistanceOptions {
  /** Draws the subsets. */
  random: RandomStream;
  /** Subsets whose mean is the estimate. @default 50 */
  subsets?: number;
  /** Examples of each side in a subset; no more than there are. @default 500 */
  subsetSize?: number;
}

/** An estimate and its spread. */
export interface KernelDistance {
  /** The mean over subsets; around 0, also below it, for examples of one distribution. */
  distance: number;
  /** The standard deviation over subsets. */
  deviation: number;
}

/**
 * The kernel distance (Bińkowski et al., 2018, "Demystifying MMD GANs"): the squared maximum mean discrepancy with the
 * polynomial kernel `(x . y / D + 1)^3`, estimated without bias, so that few examples do not make it larger.
 *
 * @throws RangeError for fewer than two examples on a side; TypeError for features of different sizes.
 */
export async function kernelDistance(
  a: Features,
  b: Features,
  { random, subsets = 50, subsetSize = 500 }: KernelDistanceOptions,
): Promise<KernelDistance> {
  if (a.size !== b.size) {
    throw new TypeError(`Cannot compare features: expected one size, got ${a.size} and ${b.size}`);
  }
  const count = Math.min(subsetSize, a.count, b.count);
  if (count < 2) throw new RangeError(`Cannot compare features: expected two examples each, got ${count}`);
  const estimates: number[] = [];
  for (let i = 0; i < subsets; i++) {
    const stream = random.fork(i);
    const [x, y] = [draw(a, count, stream.fork("a")), draw(b, count, stream.fork("b"))];
    estimates.push(await discrepancy(x, y));
    tf.dispose([x, y]);
  }
  const distance = mean(estimates);
  return { distance, deviation: Math.sqrt(mean(estimates.map((value) => (value - distance) ** 2))) };
}

/** Some examples, none twice: `[count, D]`. */
function draw({ values, count: all, size }: Features, count: number, random: RandomStream): tf.Tensor2D {
  const order = Int32Array.from({ length: all }, (_, i) => i);
  const chosen = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const other = random.integer(i, all);
    [order[i], order[other]] = [order[other], order[i]];
    chosen.set(values.subarray(order[i] * size, (order[i] + 1) * size), i * size);
  }
  return tf.tensor2d(chosen, [count, size]);
}

/** The unbiased estimate: pairs of an example with itself are left out. */
async function discrepancy(x: tf.Tensor2D, y: tf.Tensor2D): Promise<number> {
  const [count, size] = x.shape;
  const kernels = async (a: tf.Tensor2D, b: tf.Tensor2D) => {
    const products = a.matMul(b, false, true);
    const values = await products.data();
    products.dispose();
    let [sum, diagonal] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const base = values[i] / size + 1;
      const kernel = base * base * base;
      sum += kernel;
      if (i % (count + 1) === 0) diagonal += kernel;
    }
    return { sum, diagonal };
  };
  const [xx, yy, xy] = [await kernels(x, x), await kernels(y, y), await kernels(x, y)];
  const within = (xx.sum - xx.diagonal + yy.sum - yy.diagonal) / (count * (count - 1));
  return within - 2 * xy.sum / count ** 2;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
