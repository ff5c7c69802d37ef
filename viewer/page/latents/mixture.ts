/** A mixture of K Gaussians over one number. */
export interface Mixture {
  /** Sum 1, `[K]`. */
  weights: Float32Array;
  /** `[K]`. */
  means: Float32Array;
  /** Standard deviations, `[K]`. */
  deviations: Float32Array;
}

/** What the memory expects of one dimension after one decision. @param from Arrays of `[D, Z, K]`. */
export function mixtureAt(
  from: Mixture,
  { decision, decisions, dimension, latentSize }: {
    decision: number;
    /** D. */
    decisions: number;
    dimension: number;
    latentSize: number;
  },
): Mixture {
  const components = from.weights.length / (decisions * latentSize);
  const at = (decision * latentSize + dimension) * components;
  const part = (values: Float32Array) => values.subarray(at, at + components);
  return { weights: part(from.weights), means: part(from.means), deviations: part(from.deviations) };
}

/** The weighted density of one component. */
export function componentDensity({ weights, means, deviations }: Mixture, k: number, x: number): number {
  const distance = (x - means[k]) / deviations[k];
  return weights[k] * Math.exp(-0.5 * distance * distance) / (deviations[k] * Math.sqrt(2 * Math.PI));
}

/** The density of all together. */
export function density(mixture: Mixture, x: number): number {
  let sum = 0;
  for (let k = 0; k < mixture.weights.length; k++) sum += componentDensity(mixture, k, x);
  return sum;
}

/** How unexpected a number is, nats: the negative logarithm of its density. Far out, where the density underflows, it stays finite. */
export function surprise(mixture: Mixture, x: number): number {
  const { weights, means, deviations } = mixture;
  const logs = Array.from(
    weights,
    (weight, k) => Math.log(weight) - 0.5 * ((x - means[k]) / deviations[k]) ** 2 - Math.log(deviations[k]),
  );
  const highest = Math.max(...logs);
  const sum = logs.reduce((sum, log) => sum + Math.exp(log - highest), 0);
  return 0.5 * Math.log(2 * Math.PI) - highest - Math.log(sum);
}

/** How uncertain the number is, nats: the mean surprise. One component has a closed form; more are summed over a grid. */
export function entropy(mixture: Mixture): number {
  const { weights, deviations } = mixture;
  if (weights.length === 1) return 0.5 * Math.log(2 * Math.PI * Math.E) + Math.log(deviations[0]);
  const [low, high] = support(mixture);
  // A narrow component needs a fine grid, a wide one a long one.
  const count = Math.min(Math.max(Math.ceil((high - low) / Math.min(...deviations) * 4), 64), 2000);
  const width = (high - low) / count;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const p = density(mixture, low + (i + 0.5) * width);
    if (p > 0) sum -= p * Math.log(p) * width;
  }
  return sum;
}

/** Where a mixture lies but for a few in a million: five standard deviations about its outermost components. */
export function support({ means, deviations }: Mixture): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const [k, mean] of means.entries()) {
    low = Math.min(low, mean - 5 * deviations[k]);
    high = Math.max(high, mean + 5 * deviations[k]);
  }
  return [low, high];
}
