/** The constants of CMA-ES for a dimension and a population; names of Hansen's tutorial in brackets. */
export interface CmaConstants {
  /** Weights of the better half, falling, summing to 1 (w). */
  weights: number[];
  /** The variance-effective size of that half (mu_eff). */
  effective: number;
  /** How fast the step size's path forgets (c_sigma). */
  sigmaRate: number;
  /** Damping of the step size (d_sigma). */
  damping: number;
  /** How fast the covariance's path forgets (c_c). */
  pathRate: number;
  /** Rate of the rank-one update (c_1). */
  rankOne: number;
  /** Rate of the rank-mu update (c_mu). */
  rankMu: number;
  /** The expected length of a standard normal vector (chi_n). */
  expectedNorm: number;
}

/**
 * The tutorial's default constants (arXiv:1604.00772, table 1) with positive weights.
 *
 * @param n The dimension.
 * @param populationSize Candidates a generation, at least 2.
 * @param options `diagonal`: variances alone are learned, (n + 2) / 3 times as fast (Ros and Hansen 2008, section 3).
 */
export function cmaConstants(
  n: number,
  populationSize: number,
  { diagonal = false }: { diagonal?: boolean } = {},
): CmaConstants {
  const half = Math.floor(populationSize / 2);
  const raw = Array.from({ length: half }, (_, i) => Math.log((populationSize + 1) / 2) - Math.log(i + 1));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const effective = 1 / weights.reduce((sum, weight) => sum + weight ** 2, 0);
  const sigmaRate = (effective + 2) / (n + effective + 5);
  const faster = diagonal ? (n + 2) / 3 : 1;
  const rankOne = Math.min(1, faster * 2 / ((n + 1.3) ** 2 + effective));
  return {
    weights,
    effective,
    sigmaRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + sigmaRate,
    pathRate: (4 + effective / n) / (n + 4 + 2 * effective / n),
    rankOne,
    rankMu: Math.min(
      1 - rankOne,
      faster * 2 * (0.25 + effective + 1 / effective - 2) / ((n + 2) ** 2 + effective),
    ),
    expectedNorm: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n ** 2)),
  };
}
