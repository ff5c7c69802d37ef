import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** What {@link principalComponents} finds, P components. */
export interface PrincipalComponents {
  /** The rows' mean, `[size]`. */
  mean: Float64Array;
  /** Unit directions, those of the largest variance first; the largest weight of each is positive, `[P, size]`. */
  directions: Float64Array[];
  /** Each row along the directions, `[P, count]`. */
  scores: Float64Array[];
  /** The part of the whole variance along each, 0 .. 1, `[P]`. */
  explained: number[];
}

/**
 * The directions in which rows vary most.
 *
 * @param rows `[count, size]` row-major.
 * @param options.components P at most; there are no more than rows or columns.
 */
export function principalComponents(
  rows: Float32Array,
  { size, components }: { size: number; components: number },
): PrincipalComponents {
  const count = rows.length / size;
  const mean = new Float64Array(size);
  for (let i = 0; i < rows.length; i++) mean[i % size] += rows[i] / count;
  const centred = new Matrix(count, size);
  for (let i = 0; i < rows.length; i++) {
    centred.set(Math.floor(i / size), i % size, rows[i] - mean[i % size]);
  }
  // The smaller of the two products has the same eigenvalues, and its vectors lead to the directions.
  const wide = size > count;
  const turned = centred.transpose();
  const product = wide ? centred.mmul(turned) : turned.mmul(centred);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(product, {
    assumeSymmetric: true,
  });
  const whole = Math.max(product.trace(), Number.MIN_VALUE);
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const directions = order.slice(0, Math.min(components, count, size)).map((column) => {
    const vector = eigenvectorMatrix.getColumnVector(column);
    return unit(wide ? turned.mmul(vector).getColumn(0) : vector.getColumn(0));
  });
  return {
    mean,
    directions,
    scores: directions.map((direction) =>
      Float64Array.from(centred.mmul(Matrix.columnVector(direction)).getColumn(0))
    ),
    explained: order.slice(0, directions.length).map((i) => Math.max(realEigenvalues[i], 0) / whole),
  };
}

/** A latent along the directions, `[P]`. @param latent `[size]`. */
export function project({ mean, directions }: PrincipalComponents, latent: ArrayLike<number>): number[] {
  return directions.map((direction) =>
    direction.reduce((sum, weight, i) => sum + weight * (latent[i] - mean[i]), 0)
  );
}

/** Of length 1 (zero stays zero), its largest weight positive: a decomposition leaves the sign open. */
function unit(vector: number[]): Float64Array {
  const length = Math.hypot(...vector) || 1;
  const largest = vector.reduce((best, weight) => Math.abs(weight) > Math.abs(best) ? weight : best, 0);
  return Float64Array.from(vector, (weight) => weight / length * (largest < 0 ? -1 : 1));
}
