import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertThrows,
} from "@std/assert";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { cmaConstants, CmaEs } from "../../agents/mod.ts";
import { RandomStream } from "../../core/mod.ts";

type Vector = number[];
const sphere = (x: ArrayLike<number>) => -Array.from(x).reduce((sum, value) => sum + value * value, 0);
const ellipsoid = (x: ArrayLike<number>) =>
  -Array.from(x).reduce((sum, value, i) => sum + 1e6 ** (i / (x.length - 1)) * value * value, 0);
const rosenbrock = (x: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2;
  return -sum;
};

function search(dimension: number, options: Partial<ConstructorParameters<typeof CmaEs>[0]> = {}): CmaEs {
  return new CmaEs({ dimension, sigma: 0.5, random: new RandomStream(5), ...options });
}

/** Generations until a candidate's fitness is above -1e-10. */
function generationsTo(target: (x: ArrayLike<number>) => number, cma: CmaEs, limit: number): number {
  for (let generation = 1; generation <= limit; generation++) {
    const fitness = cma.ask().map(target);
    cma.tell(fitness);
    if (Math.max(...fitness) > -1e-10) return generation;
  }
  return Infinity;
}

/** Hansen's equations, one by one, with dense matrices: slow, plain and independent of the class. */
class Reference {
  paths = { sigma: this.zeros(), covariance: this.zeros() };
  generation = 0;
  covariance: Matrix;

  constructor(public mean: Vector, public sigma: number, readonly lambda: number) {
    this.covariance = Matrix.eye(mean.length);
  }

  zeros(): Vector {
    return new Array(this.mean?.length ?? 0).fill(0);
  }

  tell(candidates: Vector[], fitness: number[]): void {
    const n = this.mean.length, mu = Math.floor(this.lambda / 2);
    const logs = Array.from({ length: mu }, (_, i) => Math.log((this.lambda + 1) / 2 / (i + 1)));
    const w = logs.map((value) => value / logs.reduce((a, b) => a + b));
    const mueff = 1 / w.reduce((sum, value) => sum + value ** 2, 0);
    const cs = (mueff + 2) / (n + mueff + 5), cc = (4 + mueff / n) / (n + 4 + 2 * mueff / n);
    const c1 = 2 / ((n + 1.3) ** 2 + mueff);
    const cmu = Math.min(1 - c1, 2 * (mueff - 1.75 + 1 / mueff) / ((n + 2) ** 2 + mueff));
    const ds = 1 + cs + 2 * Math.max(0, Math.sqrt((mueff - 1) / (n + 1)) - 1);
    const chi = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

    const ranked = candidates.map((_, i) => i).sort((a, b) => fitness[b] - fitness[a]).slice(0, mu);
    const y = ranked.map((i) =>
      Matrix.columnVector(candidates[i].map((x, d) => (x - this.mean[d]) / this.sigma))
    );
    const step = y.reduce((sum, one, k) => sum.add(Matrix.mul(one, w[k])), Matrix.zeros(n, 1));
    const { realEigenvalues, eigenvectorMatrix: b } = new EigenvalueDecomposition(this.covariance);
    const root = b.mmul(Matrix.diag(realEigenvalues.map((value) => value ** -0.5))).mmul(b.transpose());
    const white = root.mmul(step).to1DArray();
    this.mean = this.mean.map((value, d) => value + this.sigma * step.get(d, 0));
    this.paths.sigma = white.map((v, d) =>
      (1 - cs) * (this.paths.sigma[d] ?? 0) + Math.sqrt(cs * (2 - cs) * mueff) * v
    );
    const norm = Math.sqrt(this.paths.sigma.reduce((sum, value) => sum + value ** 2, 0));
    this.generation++;
    const h = norm / Math.sqrt(1 - (1 - cs) ** (2 * this.generation)) < (1.4 + 2 / (n + 1)) * chi ? 1 : 0;
    this.paths.covariance = step.to1DArray().map((v, d) =>
      (1 - cc) * (this.paths.covariance[d] ?? 0) + h * Math.sqrt(cc * (2 - cc) * mueff) * v
    );
    const pc = Matrix.columnVector(this.paths.covariance);
    this.covariance = Matrix.mul(this.covariance, 1 - c1 - cmu + (1 - h) * c1 * cc * (2 - cc))
      .add(pc.mmul(pc.transpose()).mul(c1));
    y.forEach((one, k) => this.covariance.add(one.mmul(one.transpose()).mul(cmu * w[k])));
    this.sigma *= Math.exp(cs / ds * (norm / chi - 1));
  }
}

Deno.test("the constants are the tutorial's", () => {
  const { weights, effective, sigmaRate, pathRate, rankOne, rankMu, damping } = cmaConstants(10, 10);
  assertAlmostEquals(weights[0], 0.4563, 1e-4); // pycma prints (5_w,10), mu_w=3.2, w_1=45%
  assertAlmostEquals(effective, 3.1673, 1e-4);
  assertAlmostEquals(sigmaRate, 5.1673 / 18.1673, 1e-4);
  assertAlmostEquals(pathRate, 4.31673 / 14.63346, 1e-4);
  assertAlmostEquals(rankOne, 2 / (127.69 + 3.1673), 1e-6);
  assertAlmostEquals(rankMu, 2 * (3.1673 + 0.31573 - 1.75) / (144 + 3.1673), 1e-6);
  assertAlmostEquals(damping, 1 + sigmaRate);
});

Deno.test("the first candidates are mean + sigma z", () => {
  const z = new RandomStream(5);
  const candidates = search(3, { mean: [1, 2, 3], populationSize: 4 }).ask();
  for (const candidate of candidates) {
    candidate.forEach((value, i) => assertAlmostEquals(value, 1 + i + 0.5 * z.normal(), 1e-12));
  }
});

Deno.test("updates on a quadratic follow the closed form", () => {
  const cma = search(4, { mean: [1, -2, 0.5, 3], populationSize: 9 });
  const reference = new Reference([1, -2, 0.5, 3], 0.5, 9);
  for (let generation = 0; generation < 25; generation++) {
    const candidates = cma.ask();
    const fitness = candidates.map(ellipsoid);
    cma.tell(fitness);
    reference.tell(candidates.map((candidate) => [...candidate]), fitness);
    assertAlmostEquals(cma.sigma / reference.sigma, 1, 1e-9);
    reference.mean.forEach((value, i) => assertAlmostEquals(cma.mean[i], value, 1e-9));
    const wanted = reference.covariance.to1DArray();
    wanted.forEach((value, i) => assertAlmostEquals(cma.covariance[i], value, 1e-9 * (1 + Math.abs(value))));
  }
  assert(cma.generation === 25);
});

Deno.test("it finds the minimum of sphere, ellipsoid and Rosenbrock in ten dimensions", () => {
  const mean = new Array(10).fill(1);
  assertLess(generationsTo(sphere, search(10, { mean }), 400), 250);
  assertLess(generationsTo(ellipsoid, search(10, { mean }), 1200), 900);
  assertLess(generationsTo(rosenbrock, search(10, { mean: new Array(10).fill(0) }), 2000), 1500);
});

Deno.test("with variances alone an update is the diagonal of the full one, (n + 2) / 3 times as fast", () => {
  const [full, diagonal] = [false, true].map((diagonal) => search(7, { diagonal, populationSize: 12 }));
  const candidates = full.ask();
  assertEquals(diagonal.ask(), candidates);
  const fitness = candidates.map(ellipsoid);
  full.tell(fitness);
  diagonal.tell(fitness);
  const rates = cmaConstants(7, 12), faster = cmaConstants(7, 12, { diagonal: true });
  assertAlmostEquals(faster.rankMu / rates.rankMu, 3, 1e-12);
  assertAlmostEquals(faster.rankOne / rates.rankOne, 3, 1e-12);
  diagonal.covariance.forEach((variance, i) =>
    assertAlmostEquals(variance - 1, 3 * (full.covariance[8 * i] - 1), 1e-12)
  );
  assertEquals([...diagonal.mean], [...full.mean]);
});

Deno.test("with variances alone it learns the scales of a hundred numbers, which a full matrix takes longer for", () => {
  const ratio = (diagonal: boolean) => {
    const cma = search(100, { mean: new Array(100).fill(1), diagonal, populationSize: 30 });
    for (let generation = 0; generation < 100; generation++) {
      cma.tell(cma.ask().map((x) => -x.reduce((sum, value, i) => sum + (i < 50 ? 1e4 : 1) * value ** 2, 0)));
    }
    const variances = Array.from({ length: 100 }, (_, i) => cma.covariance[diagonal ? i : 101 * i]);
    const sum = (values: number[]) => values.reduce((a, b) => a + b);
    return sum(variances.slice(0, 50)) / sum(variances.slice(50));
  };
  const [full, diagonal] = [false, true].map(ratio);
  assertLess(diagonal, 0.5);
  assertGreater(full, 1.5 * diagonal);
  assertLess(
    generationsTo(ellipsoid, search(10, { mean: new Array(10).fill(1), diagonal: true }), 1200),
    900,
  );
});

Deno.test("it learns the shape of the landscape", () => {
  const cma = search(4, { mean: [1, 1, 1, 1] });
  for (let generation = 0; generation < 150; generation++) cma.tell(cma.ask().map(ellipsoid));
  assertGreater(cma.covariance[0] / cma.covariance[15], 1e5); // the curvatures are 1e6 apart
});

Deno.test("fitness counts by rank alone", () => {
  const [plain, bent] = [search(5), search(5)];
  for (let generation = 0; generation < 10; generation++) {
    plain.tell(plain.ask().map(rosenbrock));
    bent.tell(bent.ask().map((x) => Math.cbrt(rosenbrock(x)) - 1000));
  }
  assertEquals(plain.mean, bent.mean);
});

Deno.test("ties go by order", () => {
  const [tied, falling] = [search(5), search(5)];
  for (let generation = 0; generation < 3; generation++) {
    tied.tell(tied.ask().map(() => 1));
    falling.tell(falling.ask().map((_, i) => -i));
  }
  assertEquals(tied.mean, falling.mean);
});

Deno.test("antithetic candidates mirror each other and still find the minimum", () => {
  const cma = search(6, { mean: new Array(6).fill(2), antithetic: true, populationSize: 10 });
  const candidates = cma.ask();
  for (let i = 0; i < candidates.length; i += 2) {
    candidates[i].forEach((value, d) => assertAlmostEquals(value + candidates[i + 1][d], 4, 1e-12));
  }
  cma.tell(candidates.map(sphere));
  assertLess(generationsTo(sphere, cma, 400), 250);
});

/** Mean of ln sigma after 300 generations of random fitness, over 20 seeds. */
function neutralStepSize(options: Partial<ConstructorParameters<typeof CmaEs>[0]>): number {
  let sum = 0;
  for (let seed = 0; seed < 20; seed++) {
    const random = new RandomStream(seed);
    const cma = search(10, { ...options, sigma: 1, random: random.fork("search") });
    const luck = random.fork("luck");
    for (let generation = 0; generation < 300; generation++) cma.tell(cma.ask().map(() => luck.uniform()));
    sum += Math.log(cma.sigma);
  }
  return sum / 20;
}

Deno.test("where fitness is luck the step size neither collapses nor explodes, mirrored or not", () => {
  for (const antithetic of [false, true]) {
    const drift = neutralStepSize({ populationSize: 10, antithetic });
    assertLess(Math.abs(drift), 2, `ln sigma drifts to ${drift} (antithetic: ${antithetic})`);
  }
});

Deno.test("of a mirrored pair only the better one is selected", () => {
  const cma = search(3, { antithetic: true, populationSize: 4, mean: [0, 0, 0] });
  const candidates = cma.ask();
  cma.tell([4, 3, 1, 2]); // the first pair's members are both better than any of the second
  const [first, second] = cma.constants.weights;
  cma.mean.forEach((value, i) => {
    assertAlmostEquals(value, first * candidates[0][i] + second * candidates[3][i], 1e-12);
  });
});

Deno.test("a candidate that is not finite ranks last, and a generation without a finite one teaches nothing", () => {
  const [broken, worst] = [search(5), search(5)];
  for (let generation = 0; generation < 5; generation++) {
    const bad = [NaN, Infinity, -Infinity][generation % 3];
    broken.tell(broken.ask().map((x, i) => i === 2 ? bad : sphere(x)));
    worst.tell(worst.ask().map((x, i) => i === 2 ? -1e9 : sphere(x)));
  }
  assertEquals(broken.mean, worst.mean);
  const { mean, sigma } = broken;
  broken.tell(broken.ask().map(() => NaN));
  assertEquals([broken.mean, broken.sigma, broken.generation], [mean, sigma, 6]);
});

Deno.test("a search that is saved and restored goes on with identical numbers", () => {
  // 40 dimensions and a small population: several generations pass between two eigen decompositions
  for (const diagonal of [false, true]) {
    const options = { populationSize: 6, antithetic: true, diagonal };
    const unbroken = search(40, options);
    let resumed = search(40, options);
    for (let generation = 0; generation < 31; generation++) {
      unbroken.tell(unbroken.ask().map(ellipsoid));
      const { numbers, arrays } = resumed.state();
      resumed = CmaEs.restore({ numbers: JSON.parse(JSON.stringify(numbers)), arrays });
      resumed.tell(resumed.ask().map(ellipsoid));
      assertEquals(resumed.state(), unbroken.state());
    }
    assertLess(unbroken.state().numbers.decomposedAt, diagonal ? 32 : 31);
    assertGreater(unbroken.state().numbers.decomposedAt, 0);
  }
});

Deno.test("mistakes are told", () => {
  assertThrows(() => search(0), RangeError, "expected a dimension >= 1, got 0");
  assertThrows(() => search(3, { sigma: 0 }), RangeError, "step size above 0");
  assertThrows(() => search(3, { mean: [1] }), RangeError, "expected a mean of 3 numbers, got 1");
  assertThrows(() => search(3, { populationSize: 5, antithetic: true }), RangeError, "even population");
  const cma = search(3, { populationSize: 4 });
  assertThrows(() => cma.tell([1, 2, 3, 4]), TypeError, "expected ask() first");
  cma.ask();
  assertThrows(() => cma.ask(), TypeError, "ask() twice");
  assertThrows(() => cma.state(), TypeError, "Cannot save CMA-ES");
  assertThrows(() => cma.tell([1, 2]), RangeError, "expected 4 values, got 2");
  cma.tell([1, 2, 3, 4]);
  const state = cma.state();
  state.arrays.covariance = new Float64Array(4);
  assertThrows(() => CmaEs.restore(state), RangeError, "expected 9 numbers of covariance, got 4");
});
