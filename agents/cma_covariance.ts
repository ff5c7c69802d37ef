import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** The covariance C = B D^2 B' of a search of n numbers, without its step size. It begins as the identity. */
export interface Covariance {
  /** All of it, by name: what a saved search keeps. `covariance` is among them. */
  readonly arrays: Record<string, Float64Array>;
  /** B D z: a draw from N(0, C) of one from N(0, I), `[n]`. */
  colour(draw: Float64Array): Float64Array;
  /** C^(-1/2) y = B D^-1 B' y, `[n]`. */
  whiten(step: Float64Array): Float64Array;
  /** C becomes `kept` C + sum of `factor` v v'. B and D stay as they are until {@link Covariance.decompose}. */
  update(kept: number, terms: readonly { factor: number; vector: Float64Array }[]): void;
  /** B and D become those of C. */
  decompose(): void;
}

/** Rounding may leave tiny eigenvalues at or below zero: none is smaller than this share of the largest. */
const LEAST_EIGENVALUE = 1e-14;

/** All of a covariance matrix: n^2 numbers, and n^3 operations for its eigen system. */
export class FullCovariance implements Covariance {
  /** `covariance` C and `axes` B, `[n, n]` row-major; `scales`, the diagonal of D, `[n]`. */
  readonly arrays: Record<"covariance" | "axes" | "scales", Float64Array>;
  readonly #n: number;

  /** The identity. */
  constructor(n: number) {
    const identity = () => Float64Array.from({ length: n * n }, (_, i) => i % (n + 1) === 0 ? 1 : 0);
    this.#n = n;
    this.arrays = { covariance: identity(), axes: identity(), scales: new Float64Array(n).fill(1) };
  }

  /** B D z. */
  colour(draw: Float64Array): Float64Array {
    const { axes, scales } = this.arrays;
    return multiply(axes, draw.map((value, i) => scales[i] * value));
  }

  /** B D^-1 B' y. */
  whiten(step: Float64Array): Float64Array {
    const { axes, scales } = this.arrays;
    return multiply(axes, multiplyTransposed(axes, step).map((value, i) => value / scales[i]));
  }

  /** Adds to the lower triangle and mirrors it. */
  update(kept: number, terms: readonly { factor: number; vector: Float64Array }[]): void {
    const n = this.#n;
    const { covariance } = this.arrays;
    for (let row = 0; row < n; row++) {
      const start = row * n;
      for (let column = 0; column <= row; column++) covariance[start + column] *= kept;
      for (const { factor, vector } of terms) {
        const scale = factor * vector[row];
        for (let column = 0; column <= row; column++) covariance[start + column] += scale * vector[column];
      }
    }
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < row; column++) {
        covariance[column * n + row] = covariance[row * n + column];
      }
    }
  }

  /** By the eigen system of a symmetric matrix. */
  decompose(): void {
    const n = this.#n;
    const { covariance, axes, scales } = this.arrays;
    const rows = Array.from({ length: n }, (_, row) => covariance.subarray(row * n, (row + 1) * n));
    const system = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true });
    const values = system.realEigenvalues;
    const least = Math.max(...values) * LEAST_EIGENVALUE;
    values.forEach((value, i) => scales[i] = Math.sqrt(Math.max(value, least)));
    const vectors = system.eigenvectorMatrix;
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < n; column++) axes[row * n + column] = vectors.get(row, column);
    }
  }
}

/** A covariance matrix without covariances, B = I: n numbers and as many operations. */
export class DiagonalCovariance implements Covariance {
  /** The variances `covariance` and their roots, `scales`, `[n]` each. */
  readonly arrays: Record<"covariance" | "scales", Float64Array>;

  /** The identity. */
  constructor(n: number) {
    this.arrays = { covariance: new Float64Array(n).fill(1), scales: new Float64Array(n).fill(1) };
  }

  /** D z. */
  colour(draw: Float64Array): Float64Array {
    return draw.map((value, i) => this.arrays.scales[i] * value);
  }

  /** D^-1 y. */
  whiten(step: Float64Array): Float64Array {
    return step.map((value, i) => value / this.arrays.scales[i]);
  }

  /** Only squares count. */
  update(kept: number, terms: readonly { factor: number; vector: Float64Array }[]): void {
    const { covariance } = this.arrays;
    for (let i = 0; i < covariance.length; i++) {
      let variance = kept * covariance[i];
      for (const { factor, vector } of terms) variance += factor * vector[i] ** 2;
      covariance[i] = variance;
    }
  }

  /** By roots. */
  decompose(): void {
    const { covariance, scales } = this.arrays;
    covariance.forEach((variance, i) => scales[i] = Math.sqrt(variance));
  }
}

/** `M v` for a square matrix, row-major. */
function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const result = new Float64Array(n);
  for (let row = 0, i = 0; row < n; row++) {
    let sum = 0;
    for (let column = 0; column < n; column++) sum += matrix[i++] * vector[column];
    result[row] = sum;
  }
  return result;
}

/** `M' v` for a square matrix, row-major. */
function multiplyTransposed(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const result = new Float64Array(n);
  for (let row = 0, i = 0; row < n; row++) {
    for (let column = 0; column < n; column++) result[column] += matrix[i++] * vector[row];
  }
  return result;
}
