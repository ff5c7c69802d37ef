import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import type { RandomStream } from "../../core/random_stream.ts";

/** A density of vectors x of Z numbers: the sum over k of `weights[k]` N(x; `means[k]`, Sigma_k). All arrays are row-major. */
export interface GaussianMixture {
  /** Numbers in a vector, Z. */
  size: number;
  /** Shares of the components, `[K]`: 0 or more, 1 together. */
  weights: Float64Array;
  /** `[K, Z]`. */
  means: Float64Array;
  /** `[K, Z, Z]`: lower triangular W with W^T W = Sigma^-1, so that W (x - mean) is standard normal. */
  whitenings: Float64Array;
}

/** What {@link fitMixture} does. */
export interface FitMixtureOptions {
  /** Z. */
  size: number;
  /** K. */
  components: number;
  /** Iterations at most. */
  iterations: number;
  /** Draws the start. */
  random: RandomStream;
  /** Stops it between two iterations. */
  signal?: AbortSignal;
}

/** A mixture, and how it came about. */
export interface FittedMixture {
  /** The mixture after the last iteration. */
  mixture: GaussianMixture;
  /** The mean log density of the vectors before each iteration, and after the last. */
  logLikelihoods: number[];
}

/** Once an iteration gains less than this of log density, in nats a vector, it was the last. */
const TOLERANCE = 1e-4;
/** Added to all variances, as a share of the mean variance of the vectors: no component collapses onto a point. */
const FLOOR = 1e-6;

/**
 * A mixture of Gaussians with full covariances, by expectation-maximisation (Dempster, Laird and Rubin, 1977) from a
 * start by k-means++ (Arthur and Vassilvitskii, 2007). The event loop turns between iterations.
 *
 * @param vectors `[N, Z]`.
 * @throws RangeError for fewer vectors than components, or vectors that are all the same or not finite.
 */
export async function fitMixture(
  vectors: Float32Array,
  { size, components, iterations, random, signal }: FitMixtureOptions,
): Promise<FittedMixture> {
  const count = vectors.length / size;
  if (count < components) {
    throw new RangeError(
      `Cannot fit a mixture: expected at least ${components} vectors, one for each component, got ${count}`,
    );
  }
  const floor = FLOOR * meanVariance(vectors, size);
  if (!(floor > 0 && floor < Infinity)) {
    throw new RangeError(
      `Cannot fit a mixture: expected finite vectors that differ, got a mean variance of ${floor / FLOOR}`,
    );
  }
  let mixture = startMixture(vectors, { size, components, floor, random });
  const logLikelihoods: number[] = [];
  for (let done = 0;; done++) {
    const { logLikelihood, next } = improve(mixture, vectors, floor);
    const gain = logLikelihood - (logLikelihoods.at(-1) ?? -Infinity);
    logLikelihoods.push(logLikelihood);
    if (done === iterations || gain < TOLERANCE) return { mixture, logLikelihoods };
    mixture = next;
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
  }
}

/**
 * New vectors `[count, Z]`.
 *
 * @param options `temperature`: multiplies the deviations of each component from its mean.
 */
export function sampleMixture(
  { size, weights, means, whitenings }: GaussianMixture,
  { count, random, temperature = 1 }: { count: number; random: RandomStream; temperature?: number },
): Float32Array {
  const samples = new Float32Array(count * size);
  const away = new Float64Array(size);
  for (let n = 0; n < count; n++) {
    const component = random.pick(weights);
    for (let i = 0; i < size; i++) { // solves W away = noise
      const row = (component * size + i) * size;
      let rest = temperature * random.normal();
      for (let j = 0; j < i; j++) rest -= whitenings[row + j] * away[j];
      away[i] = rest / whitenings[row + i];
      samples[n * size + i] = means[component * size + i] + away[i];
    }
  }
  return samples;
}

/** One iteration: how likely the vectors are, and the mixture that makes them more so. */
function improve(mixture: GaussianMixture, vectors: Float32Array, floor: number) {
  const { size, weights, means, whitenings } = mixture;
  const [components, count] = [weights.length, vectors.length / size];
  const constants = weights.map((weight, k) => {
    let constant = Math.log(weight) - size / 2 * Math.log(2 * Math.PI);
    for (let i = 0; i < size; i++) constant += Math.log(whitenings[(k * size + i) * size + i]);
    return constant;
  });
  const sums = Array.from({ length: components }, () => new Moments(size));
  const away = Array.from({ length: components }, () => new Float64Array(size));
  const logs = new Float64Array(components);
  let total = 0;
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < components; k++) {
      for (let i = 0; i < size; i++) away[k][i] = vectors[n * size + i] - means[k * size + i];
      logs[k] = constants[k] - squaredLength(whitenings, k * size * size, away[k]) / 2;
    }
    const logDensity = logSumExp(logs);
    total += logDensity;
    for (let k = 0; k < components; k++) sums[k].add(Math.exp(logs[k] - logDensity), away[k]);
  }
  const next: GaussianMixture = {
    size,
    weights: weights.map((_, k) => sums[k].weight / count),
    means: means.slice(),
    whitenings: whitenings.slice(),
  };
  sums.forEach((moments, k) => {
    if (moments.weight < Number.EPSILON) return; // nothing belongs to it: it stays where it is
    const mean = moments.mean();
    for (let i = 0; i < size; i++) next.means[k * size + i] += mean[i];
    next.whitenings.set(whitening(moments.covariance(floor), size), k * size * size);
  });
  return { logLikelihood: total / count, next };
}

/** Centres by k-means++, each with its share of the vectors; all are as wide as vectors lie around their centres. */
function startMixture(
  vectors: Float32Array,
  { size, components, floor, random }: Pick<FitMixtureOptions, "size" | "components" | "random"> & {
    floor: number;
  },
): GaussianMixture {
  const count = vectors.length / size;
  const means = new Float64Array(components * size);
  const nearest = new Int32Array(count);
  const distances = new Float64Array(count).fill(Infinity);
  for (let k = 0; k < components; k++) {
    const chosen = k === 0 ? random.integer(0, count) : random.pick(distances);
    means.set(vectors.subarray(chosen * size, (chosen + 1) * size), k * size);
    for (let n = 0; n < count; n++) {
      let distance = 0;
      for (let i = 0; i < size; i++) distance += (vectors[n * size + i] - means[k * size + i]) ** 2;
      if (distance < distances[n]) [distances[n], nearest[n]] = [distance, k];
    }
  }
  const around = new Moments(size);
  const weights = new Float64Array(components);
  const away = new Float64Array(size);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < size; i++) away[i] = vectors[n * size + i] - means[nearest[n] * size + i];
    around.add(1, away);
    weights[nearest[n]] += 1 / count;
  }
  const shared = whitening(around.covariance(floor), size);
  const whitenings = new Float64Array(components * size * size);
  for (let k = 0; k < components; k++) whitenings.set(shared, k * size * size);
  return { size, weights, means, whitenings };
}

/** Weighted sums over vectors, from which their mean and covariance follow. */
class Moments {
  /** The sum of all weights. */
  weight = 0;
  readonly #sums: Float64Array;
  /** Of products, the lower triangle alone. */
  readonly #products: Float64Array;

  constructor(readonly size: number) {
    this.#sums = new Float64Array(size);
    this.#products = new Float64Array(size * size);
  }

  add(weight: number, vector: Float64Array): void {
    if (weight === 0) return;
    const { size } = this;
    this.weight += weight;
    for (let i = 0; i < size; i++) {
      const weighted = weight * vector[i];
      this.#sums[i] += weighted;
      for (let j = 0; j <= i; j++) this.#products[i * size + j] += weighted * vector[j];
    }
  }

  mean(): Float64Array {
    return this.#sums.map((sum) => sum / this.weight);
  }

  /** `[Z, Z]`. @param floor Added to all variances. */
  covariance(floor: number): Float64Array {
    const { size } = this;
    const mean = this.mean();
    const covariance = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const value = this.#products[i * size + j] / this.weight - mean[i] * mean[j] + (i === j ? floor : 0);
        covariance[i * size + j] = covariance[j * size + i] = value;
      }
    }
    return covariance;
  }
}

/** The inverse W of the Cholesky factor of a covariance `[Z, Z]`: W^T W is the covariance's inverse. */
function whitening(covariance: Float64Array, size: number): Float64Array {
  const factor = new CholeskyDecomposition(Matrix.from1DArray(size, size, covariance)).lowerTriangularMatrix;
  return Float64Array.from(
    inverse(factor).to1DArray(),
    (value, at) => at % size > Math.floor(at / size) ? 0 : value,
  );
}

/** `|W x|^2` of the lower triangular matrix that begins at an offset. */
function squaredLength(matrices: Float64Array, offset: number, vector: Float64Array): number {
  const size = vector.length;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const row = offset + i * size;
    let value = 0;
    for (let j = 0; j <= i; j++) value += matrices[row + j] * vector[j];
    sum += value * value;
  }
  return sum;
}

function logSumExp(logs: Float64Array): number {
  const largest = logs.reduce((largest, value) => Math.max(largest, value), -Infinity);
  return largest + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** The mean over the axes of the variance along them. */
function meanVariance(vectors: Float32Array, size: number): number {
  const count = vectors.length / size;
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < size; i++) sums[i] += vectors[n * size + i] / count;
  }
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < size; i++) squares[i] += (vectors[n * size + i] - sums[i]) ** 2 / count;
  }
  return squares.reduce((sum, square) => sum + square, 0) / size;
}
