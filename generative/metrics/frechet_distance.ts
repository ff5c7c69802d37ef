import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Numbers that describe examples, row by row. */
export interface Features {
  /** The features, `[N, D]`. */
  values: Float32Array;
  /** Number of rows, N. */
  count: number;
  /** Numbers in a row, D. */
  size: number;
}

/** The normal distribution closest to some features. */
export interface Gaussian {
  /** The mean of each feature, `[D]`. */
  mean: Float64Array;
  /** `[D, D]`, symmetric; divided by N - 1. */
  covariance: Matrix;
}

/** Mean and covariance. @throws RangeError for fewer than two examples. */
export function fitGaussian({ values, count, size }: Features): Gaussian {
  if (count < 2) throw new RangeError(`Cannot compute a covariance: expected two examples, got ${count}`);
  const mean = new Float64Array(size);
  for (let i = 0; i < values.length; i++) mean[i % size] += values[i] / count;
  const products = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < size; i++) centred[i] = values[n * size + i] - mean[i];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) products[i * size + j] += centred[i] * centred[j];
    }
  }
  const covariance = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = products[i * size + j] / (count - 1);
      covariance.set(i, j, value).set(j, i, value);
    }
  }
  return { mean, covariance };
}

/**
 * The Fréchet distance of two normal distributions (Dowson and Landau, 1982), which Heusel et al. (2017, "GANs Trained
 * by a Two Time-Scale Update Rule") apply to features of pictures:
 * `|m1 - m2|^2 + trace(C1 + C2 - 2 (C1 C2)^(1/2))`; 0 for equal ones.
 *
 * The root's trace is that of `(C1^(1/2) C2 C1^(1/2))^(1/2)`, which is symmetric: its eigenvalues are real, also
 * where covariances are singular.
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  let distance = 0;
  a.mean.forEach((value, i) => distance += (value - b.mean[i]) ** 2);
  const root = squareRoot(a.covariance);
  const product = root.mmul(b.covariance).mmul(root);
  const overlap = symmetric(product).realEigenvalues.reduce((sum, value) => sum + rootOf(value), 0);
  return Math.max(0, distance + a.covariance.trace() + b.covariance.trace() - 2 * overlap);
}

/** The symmetric root of a positive semi-definite matrix. */
function squareRoot(matrix: Matrix): Matrix {
  const { eigenvectorMatrix: vectors, realEigenvalues } = symmetric(matrix);
  return vectors.mmul(Matrix.diag(realEigenvalues.map(rootOf))).mmul(vectors.transpose());
}

function symmetric(matrix: Matrix): EigenvalueDecomposition {
  return new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
}

/** Rounding leaves eigenvalues of 0 slightly below it. */
const rootOf = (value: number) => Math.sqrt(Math.max(value, 0));
