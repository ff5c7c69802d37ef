import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** The plane that latents are drawn in: their own for two, that of their two principal components for more. */
export interface LatentPlane {
  /** What runs along its axes. */
  labels: readonly [string, string];
  /** Latents `[N, Z]` to places `[N, 2]`. */
  place(latents: Float32Array): Float32Array;
  /** The latents `[Z]` of a place in it. */
  latents(x: number, y: number): number[];
}

/**
 * The plane of latents.
 *
 * @param latents `[N, Z]`, those of many examples.
 * @param size Z, 1 or more.
 */
export function latentPlane(latents: Float32Array, size: number): LatentPlane {
  if (size === 2) {
    return {
      labels: ["latent 1", "latent 2"],
      place: (latents) => latents,
      latents: (x, y) => [x, y],
    };
  }
  const { mean, axes, shares } = principalAxes(latents, size);
  const percent = (share: number) => `${(100 * share).toFixed(0)} % of the variance`;
  return {
    labels: [`first principal component (${percent(shares[0])})`, `second (${percent(shares[1])})`],
    place(latents) {
      const places = new Float32Array(latents.length / size * 2);
      for (let n = 0; n < places.length / 2; n++) {
        for (let i = 0; i < size; i++) {
          const away = latents[n * size + i] - mean[i];
          places[2 * n] += away * axes[0][i];
          places[2 * n + 1] += away * axes[1][i];
        }
      }
      return places;
    },
    latents: (x, y) => mean.map((value, i) => value + x * axes[0][i] + y * axes[1][i]),
  };
}

/** Mean, the two directions in which latents differ most (of length 1), and their shares of all variance. */
function principalAxes(latents: Float32Array, size: number) {
  const count = latents.length / size;
  const rows = Matrix.from1DArray(count, size, latents);
  const mean = rows.mean("column");
  const centred = rows.subRowVector(mean);
  const covariance = centred.transpose().mmul(centred).div(Math.max(count - 1, 1));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const total = realEigenvalues.reduce((sum, value) => sum + value, 0) || 1;
  const axis = (i: number | undefined) =>
    i === undefined ? new Array<number>(size).fill(0) : upright(eigenvectorMatrix.getColumn(i));
  return {
    mean,
    axes: [axis(order[0]), axis(order[1])],
    shares: [order[0], order[1]].map((i) => i === undefined ? 0 : realEigenvalues[i] / total),
  };
}

/** Of the two directions that an axis has, the one whose largest part is positive: always the same. */
function upright(axis: number[]): number[] {
  const largest = axis.reduce((best, value) => Math.abs(value) > Math.abs(best) ? value : best, 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}
