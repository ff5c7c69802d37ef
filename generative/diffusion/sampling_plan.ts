import { type NoiseLevel, sigmaOf } from "./noise_level.ts";
import { curvedSigma, type NoiseSchedule, sigmaRange } from "./noise_schedule.ts";

/** Names of the samplers. */
export const SAMPLERS = ["ddim", "dpm", "heun", "ancestral"] as const;

/** The name of a sampler. */
export type SamplerName = typeof SAMPLERS[number];

/**
 * A turn of a sampler: the network is asked once, at a level, for the clean example x0; then x becomes
 * `x x + clean x0 + lastX x' + lastClean x0' + noise z`, where x' and x0' are those of the turn before and z is standard
 * normal. Every sampler here is a list of such turns, whatever network is asked.
 */
export interface SamplingTurn {
  /** Where the network is asked. */
  level: NoiseLevel;
  /** Factor of x. */
  x: number;
  /** Factor of the clean example that is foreseen. */
  clean: number;
  /** Factor of the x of the turn before. */
  lastX: number;
  /** Factor of the clean example that was foreseen in the turn before. */
  lastClean: number;
  /** Factor of fresh noise. */
  noise: number;
}

/** The end of a sampler that is to arrive at clean examples. */
export const CLEAN: NoiseLevel = { signal: 1, noise: 0 };

/** The options of {@link samplingPlan}. */
export interface SamplingPlanOptions {
  /**
   * How often each step is done: between two times as much noise is added again as the step has taken away. RePaint
   * (Lugmayr et al., 2022) harmonises what is painted with what is known so. @default 1
   */
  repeats?: number;
}

/**
 * The turns of a sampler along some levels.
 *
 * - `ddim`: Song, Meng and Ermon (2020, equation 12) without noise; of rising levels it is the inversion. At levels of
 *   signal 1 it is Euler's method.
 * - `ancestral`: the same with as much noise as the posterior of DDPM has (eta 1).
 * - `dpm`: DPM-Solver++(2M) of Lu et al. (2022, algorithm 2), a step of second order that asks once.
 * - `heun`: Karras et al. (2022, algorithm 1), a step of second order that asks twice, but for one to {@link CLEAN}.
 *
 * @param levels Two or more, the first where x is. The last may be {@link CLEAN}.
 * @throws RangeError for levels or repeats that the sampler cannot take.
 */
export function samplingPlan(
  sampler: SamplerName,
  levels: readonly NoiseLevel[],
  { repeats = 1 }: SamplingPlanOptions = {},
): SamplingTurn[] {
  checkLevels(sampler, levels, repeats);
  const plan: SamplingTurn[] = [];
  for (let i = 0; i + 1 < levels.length; i++) {
    const [from, to] = [levels[i], levels[i + 1]];
    const turns = {
      ddim: () => [deterministic(from, to)],
      ancestral: () => [ancestral(from, to)],
      dpm: () => [multistep(from, to, levels[i - 1])],
      heun: () => to.noise === 0 ? [deterministic(from, to)] : heun(from, to),
    }[sampler]();
    for (let again = 1; again < repeats; again++) plan.push(noisedAgain(turns[0], from, to));
    plan.push(...turns);
  }
  return plan;
}

/** Levels that a sampler takes from a schedule; see {@link samplingLevels}. */
export interface SamplingLevelsOptions {
  /** Steps, 1 or more. */
  steps: number;
  /** The time to start from, above 0. @default 1 */
  from?: number;
}

/**
 * The levels that suit a sampler: evenly spaced in time for `ddim` and `ancestral`, in the logarithm of the signal-to-noise
 * ratio for `dpm`, in the seventh root of sigma for `heun`.
 *
 * @returns `steps + 1`, falling to {@link CLEAN}.
 * @throws RangeError for less than one step.
 */
export function samplingLevels(
  sampler: SamplerName,
  schedule: NoiseSchedule,
  { steps, from = 1 }: SamplingLevelsOptions,
): NoiseLevel[] {
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new RangeError(`Cannot sample: expected steps of 1 or more, got ${steps}`);
  }
  if (!(from > 0 && from <= 1)) {
    throw new RangeError(`Cannot sample: expected to start at a time in (0, 1], got ${from}`);
  }
  const { least, most } = sigmaRange(schedule, from);
  const share = (i: number) => i / Math.max(1, steps - 1);
  const level = (i: number): NoiseLevel => {
    switch (sampler) {
      case "ddim":
      case "ancestral":
        return schedule.at(from * (1 - i / steps));
      case "dpm":
        return schedule.ofSigma(most * (least / most) ** share(i));
      case "heun":
        return schedule.ofSigma(curvedSigma(share(i), { from: most, to: least }));
    }
  };
  return [...Array.from({ length: steps }, (_, i) => level(i)), CLEAN];
}

/** The levels of an inversion: from next to no noise up to all of it, evenly spaced in time. @returns `steps + 1`. */
export function inversionLevels(schedule: NoiseSchedule, steps: number): NoiseLevel[] {
  const least = schedule.ofSigma(sigmaRange(schedule).least);
  return [least, ...samplingLevels("ddim", schedule, { steps }).slice(0, -1).reverse()];
}

const turn = (level: NoiseLevel, factors: Partial<SamplingTurn>): SamplingTurn => ({
  level,
  x: 0,
  clean: 0,
  lastX: 0,
  lastClean: 0,
  noise: 0,
  ...factors,
});

/** The noise that is foreseen, `(x - signal x0) / noise`, is kept and only scaled. */
function deterministic(from: NoiseLevel, to: NoiseLevel): SamplingTurn {
  const kept = to.noise / from.noise;
  return turn(from, { x: kept, clean: to.signal - kept * from.signal });
}

/** Part of the foreseen noise is replaced by fresh noise, as the posterior of x given x0 has it. */
function ancestral(from: NoiseLevel, to: NoiseLevel): SamplingTurn {
  const noise = to.noise / from.noise * addedNoise(from, to);
  const kept = Math.sqrt(Math.max(0, to.noise ** 2 - noise ** 2)) / from.noise;
  return turn(from, { x: kept, clean: to.signal - kept * from.signal, noise });
}

/** Deviation of the noise that takes x from a lower level up to a higher one. */
function addedNoise(high: NoiseLevel, low: NoiseLevel): number {
  return Math.sqrt(Math.max(0, high.noise ** 2 - (high.signal / low.signal) ** 2 * low.noise ** 2));
}

/** The clean example is extrapolated from the last two in the logarithm of the signal-to-noise ratio. */
function multistep(from: NoiseLevel, to: NoiseLevel, before: NoiseLevel | undefined): SamplingTurn {
  const step = deterministic(from, to);
  if (!before || to.noise === 0 || before.signal === 0) return step;
  const [last, here, next] = [before, from, to].map((level) => -Math.log(sigmaOf(level)));
  const share = (next - here) / (here - last) / 2;
  return { ...step, clean: step.clean * (1 + share), lastClean: -step.clean * share };
}

/** A step along the slope, and one along the mean of the slopes at both of its ends, in x / signal against sigma. */
function heun(from: NoiseLevel, to: NoiseLevel): SamplingTurn[] {
  const [sigma, next] = [sigmaOf(from), sigmaOf(to)];
  const half = (next - sigma) / 2;
  return [
    deterministic(from, to),
    turn(to, {
      x: half / next,
      clean: -to.signal * half / next,
      lastX: to.signal / from.signal * (1 + half / sigma),
      lastClean: -to.signal * half / sigma,
    }),
  ];
}

/** A turn, and the noise that leads back to where it started. */
function noisedAgain(step: SamplingTurn, from: NoiseLevel, to: NoiseLevel): SamplingTurn {
  const back = from.signal / to.signal;
  return {
    ...step,
    x: step.x * back,
    clean: step.clean * back,
    noise: Math.hypot(step.noise * back, addedNoise(from, to)),
  };
}

function checkLevels(sampler: SamplerName, levels: readonly NoiseLevel[], repeats: number): void {
  const refuse = (expected: string) => {
    throw new RangeError(`Cannot sample with ${sampler}: expected ${expected}`);
  };
  if (levels.length < 2) refuse(`two levels of noise or more, got ${levels.length}`);
  const sigmas = levels.map(sigmaOf);
  const falling = sigmas.every((sigma, i) => i === 0 || sigma < sigmas[i - 1]);
  const rising = sigmas.every((sigma, i) => i === 0 || sigma > sigmas[i - 1]);
  if (!(falling || (sampler === "ddim" && rising && sigmas[0] > 0))) {
    refuse(
      `${sampler === "ddim" ? "rising or " : ""}falling levels of noise, got sigmas ${sigmas.join(", ")}`,
    );
  }
  if (sampler === "heun" && sigmas[0] === Infinity) refuse("some signal at its start, got none");
  if (!(Number.isInteger(repeats) && repeats >= 1)) refuse(`repeats of 1 or more, got ${repeats}`);
  if (repeats > 1 && (sampler === "dpm" || sampler === "heun" || !falling)) {
    refuse(`1 repeat, for only ddim and ancestral can go back, got ${repeats}`);
  }
}
