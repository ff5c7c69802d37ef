import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { RandomStream, type RandomStreamState } from "../core/mod.ts";
import { type CmaConstants, cmaConstants } from "./cma_constants.ts";

/** How a {@link CmaEs} starts. */
export interface CmaEsOptions {
  /** n, how many numbers are searched. */
  dimension: number;
  /** Where the search starts, `[n]`. @default zeros */
  mean?: ArrayLike<number>;
  /** The first step size. @default 0.1 */
  sigma?: number;
  /** Candidates a generation. @default `4 + floor(3 ln n)` */
  populationSize?: number;
  /**
   * Draw candidates in mirrored pairs, mean + d and mean - d; the population size must be even. Only the better one of
   * a pair is selected (Brockhoff et al. 2010, "Mirrored sampling and sequential selection", section 3): with both,
   * their steps cancel, the path is too short, and the step size collapses whatever the fitness says.
   *
   * @default false
   */
  antithetic?: boolean;
  /** Where the draws come from; its state is saved along. */
  random: RandomStream;
}

/** All of a {@link CmaEs} between two generations: numbers as JSON, arrays for a tensor file (keep 64 bits). */
export interface CmaEsState {
  /** Everything that JSON holds. */
  numbers: {
    dimension: number;
    populationSize: number;
    antithetic: boolean;
    generation: number;
    sigma: number;
    /** The generation that the eigen system was computed in. */
    decomposedAt: number;
    random: RandomStreamState;
  };
  /** Row-major, by name: mean, sigmaPath, covariancePath, scales `[n]`; covariance, axes `[n, n]`. */
  arrays: Record<CmaEsArray, Float64Array>;
}

/** The arrays of a {@link CmaEsState}. */
export type CmaEsArray = "mean" | "sigmaPath" | "covariancePath" | "scales" | "covariance" | "axes";

const ARRAYS: CmaEsArray[] = ["mean", "sigmaPath", "covariancePath", "scales", "covariance", "axes"];

/**
 * The covariance matrix adaptation evolution strategy with a full covariance matrix: Hansen's tutorial
 * (arXiv:1604.00772) with its constants and positive weights, rank-one and rank-mu update, cumulative step-size
 * control. Fitness counts by rank alone, and larger is better.
 *
 * The eigen system is renewed every `1 / (10 n (c1 + cmu))` generations, as the tutorial advises: at 867 numbers
 * and 64 candidates every third, in about 1.2 s each.
 *
 * @example
 * ```ts
 * import { CmaEs } from "./cma_es.ts";
 * import { RandomStream } from "../core/mod.ts";
 * import { assert } from "@std/assert";
 *
 * const search = new CmaEs({ dimension: 2, mean: [3, 4], sigma: 1, random: new RandomStream(1) });
 * for (let generation = 0; generation < 60; generation++) {
 *   search.tell(search.ask().map(([x, y]) => -(x * x) - y * y));
 * }
 * assert(Math.hypot(...search.mean) < 1e-3);
 * ```
 */
export class CmaEs {
  /** Numbers in a candidate, n. */
  readonly dimension: number;
  /** Candidates a generation. */
  readonly populationSize: number;
  /** Whether candidates come in mirrored pairs. */
  readonly antithetic: boolean;
  /** The strategy's constants. */
  readonly constants: CmaConstants;
  #random: RandomStream;
  #generation = 0;
  #sigma: number;
  #decomposedAt = 0;
  #arrays: CmaEsState["arrays"];
  /** The candidates' steps y = B D z, one a row, between ask and tell. */
  #steps: Float64Array[] | undefined;

  /** Starts a search. @throws RangeError for a dimension, population, step size or mean that make no sense. */
  constructor(options: CmaEsOptions) {
    const { dimension: n, sigma = 0.1, antithetic = false, random } = options;
    const { mean = new Float64Array(n), populationSize = 4 + Math.floor(3 * Math.log(n)) } = options;
    const fail = (wanted: string, got: unknown) => {
      throw new RangeError(`Cannot start CMA-ES: expected ${wanted}, got ${got}`);
    };
    if (!Number.isSafeInteger(n) || n < 1) fail("a dimension >= 1", n);
    if (!Number.isSafeInteger(populationSize) || populationSize < 2) {
      fail("a population >= 2", populationSize);
    }
    if (antithetic && populationSize % 2 !== 0) fail("an even population for mirrored pairs", populationSize);
    if (!(sigma > 0 && Number.isFinite(sigma))) fail("a step size above 0", sigma);
    if (mean.length !== n) fail(`a mean of ${n} numbers`, mean.length);
    this.dimension = n;
    this.populationSize = populationSize;
    this.antithetic = antithetic;
    this.constants = cmaConstants(n, populationSize);
    this.#random = random;
    this.#sigma = sigma;
    const identity = () => Float64Array.from({ length: n * n }, (_, i) => i % (n + 1) === 0 ? 1 : 0);
    this.#arrays = {
      mean: Float64Array.from(mean),
      sigmaPath: new Float64Array(n),
      covariancePath: new Float64Array(n),
      scales: new Float64Array(n).fill(1),
      covariance: identity(),
      axes: identity(),
    };
  }

  /** Goes on from a saved state, with the same numbers as if nothing had happened. */
  static restore(state: CmaEsState): CmaEs {
    const { numbers, arrays } = state;
    const random = RandomStream.fromState(numbers.random);
    const search = new CmaEs({ ...numbers, random });
    for (const name of ARRAYS) {
      const [own, saved] = [search.#arrays[name], arrays[name]];
      if (saved?.length !== own.length) {
        const got = saved === undefined ? "none" : saved.length;
        throw new RangeError(`Cannot restore CMA-ES: expected ${own.length} numbers of ${name}, got ${got}`);
      }
      own.set(saved);
    }
    search.#generation = numbers.generation;
    search.#decomposedAt = numbers.decomposedAt;
    return search;
  }

  /** Copies of all that the next generations depend on. @throws TypeError between `ask` and `tell`. */
  state(): CmaEsState {
    if (this.#steps) throw new TypeError("Cannot save CMA-ES: expected tell() after ask(), got neither");
    const { dimension, populationSize, antithetic } = this;
    const arrays = Object.fromEntries(ARRAYS.map((name) => [name, this.#arrays[name].slice()]));
    return {
      numbers: {
        dimension,
        populationSize,
        antithetic,
        generation: this.#generation,
        sigma: this.#sigma,
        decomposedAt: this.#decomposedAt,
        random: this.#random.state(),
      },
      arrays: arrays as CmaEsState["arrays"],
    };
  }

  /** Generations that were told. */
  get generation(): number {
    return this.#generation;
  }

  /** The present step size. */
  get sigma(): number {
    return this.#sigma;
  }

  /** The search distribution's mean, a copy, `[n]`: what to evaluate and keep, rather than the best candidate. */
  get mean(): Float64Array {
    return this.#arrays.mean.slice();
  }

  /** The covariance matrix without the step size, a copy, `[n, n]` row-major. */
  get covariance(): Float64Array {
    return this.#arrays.covariance.slice();
  }

  /** Draws the candidates of a generation, `[n]` each. @throws TypeError when the last ones were not told. */
  ask(): Float64Array[] {
    if (this.#steps) throw new TypeError("Cannot ask for candidates: expected tell() first, got ask() twice");
    this.#steps = [];
    while (this.#steps.length < this.populationSize) {
      const step = this.#draw();
      this.#steps.push(step);
      if (this.antithetic) this.#steps.push(step.map((value) => -value));
    }
    const { mean } = this.#arrays;
    return this.#steps.map((step) => step.map((value, i) => mean[i] + this.#sigma * value));
  }

  /**
   * Learns from the fitness of the last candidates, in their order; larger is better, ties go by order. Those that are
   * not finite rank last; where none is finite, nothing is learned from the generation.
   *
   * @throws RangeError when there are too few or too many; TypeError before `ask`.
   */
  tell(fitness: ArrayLike<number>): void {
    const steps = this.#steps;
    if (!steps) throw new TypeError("Cannot tell the fitness: expected ask() first, got no candidates");
    if (fitness.length !== steps.length) {
      throw new RangeError(`Cannot tell the fitness: expected ${steps.length} values, got ${fitness.length}`);
    }
    const worth = Array.from(fitness, (value) => Number.isFinite(value) ? value : -Infinity);
    const better = (a: number, b: number) => worth[a] === worth[b] ? a - b : worth[b] - worth[a];
    this.#steps = undefined;
    this.#generation++;
    if (worth.every((value) => value === -Infinity)) return;
    const order = this.#selectable(better).sort(better);
    this.#update(order.slice(0, this.constants.weights.length).map((i) => steps[i]));
    const { rankOne, rankMu } = this.constants;
    const every = 1 / (10 * this.dimension * (rankOne + rankMu));
    if (this.#generation - this.#decomposedAt >= every) this.#decompose();
  }

  /** Who may be selected: all, or the better one of each mirrored pair. */
  #selectable(better: (a: number, b: number) => number): number[] {
    const all = Array.from({ length: this.populationSize }, (_, i) => i);
    return this.antithetic ? all.filter((i) => better(i, i ^ 1) < 0) : all;
  }

  /** A step y = B D z. */
  #draw(): Float64Array {
    const { axes, scales } = this.#arrays;
    const scaled = scales.map((scale) => scale * this.#random.normal());
    return multiply(axes, scaled);
  }

  /** Moves the mean, the two paths, the covariance and the step size; `best` are the steps in falling order. */
  #update(best: Float64Array[]): void {
    const n = this.dimension;
    const { weights, effective, sigmaRate, damping, pathRate, rankOne, rankMu, expectedNorm } =
      this.constants;
    const { mean, sigmaPath, covariancePath, covariance, axes, scales } = this.#arrays;
    const move = new Float64Array(n);
    best.forEach((step, k) => step.forEach((value, i) => move[i] += weights[k] * value));

    // C^(-1/2) move = B D^-1 B' move
    const whitened = multiplyTransposed(axes, move).map((value, i) => value / scales[i]);
    const isotropic = multiply(axes, whitened);
    const sigmaGain = Math.sqrt(sigmaRate * (2 - sigmaRate) * effective);
    for (let i = 0; i < n; i++) {
      mean[i] += this.#sigma * move[i];
      sigmaPath[i] = (1 - sigmaRate) * sigmaPath[i] + sigmaGain * isotropic[i];
    }
    const length = Math.hypot(...sigmaPath);
    const settled = Math.sqrt(1 - (1 - sigmaRate) ** (2 * this.#generation));
    const moving = length / settled < (1.4 + 2 / (n + 1)) * expectedNorm ? 1 : 0; // h_sigma stalls a leaping path
    const pathGain = moving * Math.sqrt(pathRate * (2 - pathRate) * effective);
    for (let i = 0; i < n; i++) covariancePath[i] = (1 - pathRate) * covariancePath[i] + pathGain * move[i];

    const kept = 1 - rankOne - rankMu + (1 - moving) * rankOne * pathRate * (2 - pathRate);
    for (let row = 0; row < n; row++) {
      const start = row * n;
      for (let column = 0; column <= row; column++) covariance[start + column] *= kept;
      addOuterRow(covariance, start, row, covariancePath, rankOne);
      best.forEach((step, k) => addOuterRow(covariance, start, row, step, rankMu * weights[k]));
    }
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < row; column++) {
        covariance[column * n + row] = covariance[row * n + column];
      }
    }
    this.#sigma *= Math.exp(Math.min(1, sigmaRate / damping * (length / expectedNorm - 1)));
  }

  /** C = B D^2 B'. */
  #decompose(): void {
    const n = this.dimension;
    const { covariance, axes, scales } = this.#arrays;
    const rows = Array.from({ length: n }, (_, row) => covariance.subarray(row * n, (row + 1) * n));
    const system = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true });
    const values = system.realEigenvalues;
    const least = Math.max(...values) * 1e-14; // rounding may leave tiny eigenvalues at or below zero
    values.forEach((value, i) => scales[i] = Math.sqrt(Math.max(value, least)));
    const vectors = system.eigenvectorMatrix;
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < n; column++) axes[row * n + column] = vectors.get(row, column);
    }
    this.#decomposedAt = this.#generation;
  }
}

/** Adds `factor v v'` to the lower triangle's row. */
function addOuterRow(
  matrix: Float64Array,
  start: number,
  row: number,
  vector: Float64Array,
  factor: number,
): void {
  const scale = factor * vector[row];
  for (let column = 0; column <= row; column++) matrix[start + column] += scale * vector[column];
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
