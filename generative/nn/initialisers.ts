import type { RandomStream } from "../../core/random_stream.ts";

/** Makes the first values of a parameter. */
export type Initialiser = (shape: number[], random: RandomStream) => Float32Array;

/** All zeros: biases, and last layers that are to start silent. */
export function zeros(shape: number[]): Float32Array {
  return new Float32Array(count(shape));
}

/** All ones: the scales of norms. */
export function ones(shape: number[]): Float32Array {
  return new Float32Array(count(shape)).fill(1);
}

/** One value everywhere. */
export function constant(value: number): Initialiser {
  return (shape) => new Float32Array(count(shape)).fill(value);
}

/** These very values, in row-major order. @throws RangeError when their number does not fit the shape. */
export function values(numbers: ArrayLike<number>): Initialiser {
  return (shape) => {
    if (numbers.length !== count(shape)) {
      throw new RangeError(
        `Cannot initialise a parameter of shape [${shape}]: expected ${
          count(shape)
        } values, got ${numbers.length}`,
      );
    }
    return Float32Array.from(numbers);
  };
}

/** Normal numbers of mean 0 and the given standard deviation. */
export function normal(deviation: number): Initialiser {
  return (shape, random) => draw(shape, () => deviation * random.normal());
}

/** Uniform numbers in `-limit .. limit`. */
export function uniform(limit: number): Initialiser {
  return (shape, random) => draw(shape, () => random.uniform(-limit, limit));
}

/** Glorot and Bengio's uniform (Keras's default): variance `2 / (fan in + fan out)`. */
export function glorotUniform(shape: number[], random: RandomStream): Float32Array {
  const { fanIn, fanOut } = fans(shape);
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return draw(shape, () => random.uniform(-limit, limit));
}

/** LeCun's uniform with variance `1 / (3 fan in)`, which PyTorch's layers start with. */
export function fanInUniform(shape: number[], random: RandomStream): Float32Array {
  const limit = 1 / Math.sqrt(fans(shape).fanIn);
  return draw(shape, () => random.uniform(-limit, limit));
}

/**
 * Orthonormal rows or columns, whichever are fewer, by Gram-Schmidt done twice for full precision: what recurrent
 * kernels start well with. The kernel of an LSTM, `[n, 4 n]`, is orthonormal as a whole, as in Keras: its values have
 * the variance `1 / (4 n)`.
 */
export function orthogonal(shape: number[], random: RandomStream): Float32Array {
  const columns = shape[shape.length - 1];
  const rows = count(shape) / columns;
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  for (let i = 0; i < Math.min(rows, columns); i++) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) {
        let dot = 0;
        for (let j = 0; j < length; j++) dot += vector[j] * other[j];
        for (let j = 0; j < length; j++) vector[j] -= dot * other[j];
      }
    }
    const norm = Math.hypot(...vector);
    vectors.push(vector.map((x) => x / norm));
  }
  return Float32Array.from({ length: rows * columns }, (_, place) => {
    const [i, j] = [Math.floor(place / columns), place % columns];
    return rows <= columns ? vectors[i][j] : vectors[j][i];
  });
}

/** Another initialiser's values times a gain: `scaled(Math.SQRT2, orthogonal)` for layers before a ReLU. */
export function scaled(gain: number, initialiser: Initialiser): Initialiser {
  return (shape, random) => initialiser(shape, random).map((value) => gain * value);
}

/** Inputs and outputs that a weight of this shape connects: `[in, out]`, or `[k, k, in, out]` with its k x k. */
function fans(shape: number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: count(shape), fanOut: count(shape) };
  const field = count(shape.slice(0, -2));
  return { fanIn: field * shape[shape.length - 2], fanOut: field * shape[shape.length - 1] };
}

function draw(shape: number[], next: () => number): Float32Array {
  return Float32Array.from({ length: count(shape) }, next);
}

function count(shape: number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
