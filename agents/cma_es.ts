import { RandomStream, type RandomStreamState } from "../core/random_stream.ts";
import { type CmaConstants, cmaConstants } from "./cma_constants.ts";
import { type Covariance, DiagonalCovariance, FullCovariance } from "./cma_covariance.ts";

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
  /**
   * Learn variances alone, no covariances, but those faster: for thousands of numbers, whose covariance matrix could not be
   * learned in the generations that there are (Ros and Hansen 2008, "A simple modification in CMA-ES achieving linear time
   * and space complexity").
   *
   * @default false
   */
  diagonal?: boolean;
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
    /** Missing in searches of before there was a choice. */
    diagonal?: boolean;
    generation: number;
    sigma: number;
    /** The generation that the eigen system was computed in. */
    decomposedAt: number;
    random: RandomStreamState;
  };
  /**
   * Row-major, by name: mean, sigmaPath, covariancePath, scales `[n]`; covariance and axes `[n, n]`, or with `diagonal` a
   * covariance `[n]` alone.
   */
  arrays: Record<string, Float64Array>;
}

/**
 * The covariance matrix adaptation evolution strategy with a full covariance matrix or its diagonal: Hansen's tutorial
 * (arXiv:1604.00772) with its constants and positive weights, rank-one and rank-mu update, cumulative step-size
 * control. Fitness counts by rank alone, and larger is better.
 *
 * The eigen system is renewed every `1 / (10 n (c1 + cmu))` generations, as the tutorial advises: at 867 numbers
 * and 64 candidates every third, in about 1.2 s each.
 *
 * @example
 * ```ts
 * import { CmaEs } from "./cma_es.ts";
 * import { RandomStream } from "../core/random_stream.ts";
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
  /** Whether variances alone are learned. */
  readonly diagonal: boolean;
  /** The strategy's constants. */
  readonly constants: CmaConstants;
  #random: RandomStream;
  #generation = 0;
  #sigma: number;
  #decomposedAt = 0;
  readonly #arrays: Record<"mean" | "sigmaPath" | "covariancePath", Float64Array>;
  readonly #covariance: Covariance;
  /** The candidates' steps y = B D z, one a row, between ask and tell. */
  #steps: Float64Array[] | undefined;

  /** Starts a search. @throws RangeError for a dimension, population, step size or mean that make no sense. */
  constructor(options: CmaEsOptions) {
    const { dimension: n, sigma = 0.1, antithetic = false, diagonal = false, random } = options;
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
    this.diagonal = diagonal;
    this.constants = cmaConstants(n, populationSize, { diagonal });
    this.#random = random;
    this.#sigma = sigma;
    this.#arrays = {
      mean: Float64Array.from(mean),
      sigmaPath: new Float64Array(n),
      covariancePath: new Float64Array(n),
    };
    this.#covariance = diagonal ? new DiagonalCovariance(n) : new FullCovariance(n);
  }

  /** Goes on from a saved state, with the same numbers as if nothing had happened. */
  static restore(state: CmaEsState): CmaEs {
    const { numbers, arrays } = state;
    const random = RandomStream.fromState(numbers.random);
    const search = new CmaEs({ ...numbers, random });
    for (const [name, own] of Object.entries({ ...search.#arrays, ...search.#covariance.arrays })) {
      const saved = arrays[name];
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
    const { dimension, populationSize, antithetic, diagonal } = this;
    const arrays = Object.entries({ ...this.#arrays, ...this.#covariance.arrays });
    return {
      numbers: {
        dimension,
        populationSize,
        antithetic,
        diagonal,
        generation: this.#generation,
        sigma: this.#sigma,
        decomposedAt: this.#decomposedAt,
        random: this.#random.state(),
      },
      arrays: Object.fromEntries(arrays.map(([name, data]) => [name, data.slice()])),
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

  /** The covariance matrix without the step size, a copy, `[n, n]` row-major; with `diagonal` its diagonal `[n]`. */
  get covariance(): Float64Array {
    return this.#covariance.arrays.covariance.slice();
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
    if (this.#generation - this.#decomposedAt >= every) {
      this.#covariance.decompose();
      this.#decomposedAt = this.#generation;
    }
  }

  /** Who may be selected: all, or the better one of each mirrored pair. */
  #selectable(better: (a: number, b: number) => number): number[] {
    const all = Array.from({ length: this.populationSize }, (_, i) => i);
    return this.antithetic ? all.filter((i) => better(i, i ^ 1) < 0) : all;
  }

  /** A step y = B D z. */
  #draw(): Float64Array {
    return this.#covariance.colour(
      Float64Array.from({ length: this.dimension }, () => this.#random.normal()),
    );
  }

  /** Moves the mean, the two paths, the covariance and the step size; `best` are the steps in falling order. */
  #update(best: Float64Array[]): void {
    const n = this.dimension;
    const { weights, effective, sigmaRate, damping, pathRate, rankOne, rankMu, expectedNorm } =
      this.constants;
    const { mean, sigmaPath, covariancePath } = this.#arrays;
    const move = new Float64Array(n);
    best.forEach((step, k) => step.forEach((value, i) => move[i] += weights[k] * value));

    const isotropic = this.#covariance.whiten(move);
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
    this.#covariance.update(kept, [
      { factor: rankOne, vector: covariancePath },
      ...best.map((vector, k) => ({ factor: rankMu * weights[k], vector })),
    ]);
    this.#sigma *= Math.exp(Math.min(1, sigmaRate / damping * (length / expectedNorm - 1)));
  }
}
