import * as tf from "@tensorflow/tfjs";
import { foldSeed, normal, uniform } from "../runtime/mod.ts";
import { type NoiseLevel, sigmaOf } from "./noise_level.ts";

/** Names of the schedules. */
export const SCHEDULES = ["cosine", "offset-cosine", "linear", "sqrt-linear", "edm"] as const;

/** The name of a schedule. */
export type ScheduleName = typeof SCHEDULES[number];

/** Noise as a function of time, from 0, where next to none is added, to 1, where next to nothing else is left. */
export interface NoiseSchedule {
  /** Its name. */
  readonly name: ScheduleName;
  /** Whether `signal^2 + noise^2 = 1` at all times; of `edm` the signal is 1 instead. */
  readonly variancePreserving: boolean;
  /** The level of a time, `0 .. 1`. */
  at(time: number): NoiseLevel;
  /** The level of which the noise is so many times the signal, 0 or more. */
  ofSigma(sigma: number): NoiseLevel;
  /** Levels to learn at, `[B]` each. */
  draw(batch: number, seed: tf.Tensor): NoiseLevel<tf.Tensor>;
}

/** The options of {@link noiseSchedule}. */
export interface NoiseScheduleOptions {
  /**
   * What the noise is multiplied by in units of the signal: pictures twice as large need about twice as much to be hidden
   * (Hoogeboom, Heek and Salimans, 2023, "Simple diffusion", section 3.1). @default 1
   */
  shift?: number;
}

/** What EDM learns at, and its range of sigma (Karras et al., 2022, table 1). */
export const EDM = { logMean: -1.2, logDeviation: 1.2, sigmaMin: 0.002, sigmaMax: 80, rho: 7 } as const;

/**
 * Schedules that keep the variance, as polynomials of time (the constant first) of the angle `atan(noise / signal)` or of
 * `ln signal^2`; in closed form, for cumulative products lose their digits in float32.
 */
const CURVES: Record<Exclude<ScheduleName, "edm">, { angle: number[] } | { logPower: number[] }> = {
  // Nichol and Dhariwal 2021, section 3.2: cos^2(pi / 2 (t + s) / (1 + s)), s = 0.008
  "cosine": { angle: [0.008, 1].map((share) => share / 1.008 * Math.PI / 2) },
  // Foster 2023, chapter 8: the signal falls from 0.95 to 0.02
  "offset-cosine": { angle: [Math.acos(0.95), Math.acos(0.02) - Math.acos(0.95)] },
  // Ho et al. 2020, beta from 1e-4 to 0.02 in 1,000 steps, in the limit of many (Song et al. 2021, appendix C)
  "linear": { logPower: integrated([0.1, 19.9]) },
  // Rombach et al. 2022: the root of beta is what rises
  "sqrt-linear": { logPower: integrated(squaredLine(Math.sqrt(0.85), Math.sqrt(12))) },
};

/**
 * The schedule of a name: `cosine` (ends without any signal), `offset-cosine` (the book's), `linear` (DDPM's),
 * `sqrt-linear` (Stable Diffusion's) or `edm` (noise is added to examples that keep their size).
 *
 * @throws RangeError for a shift that is not above 0.
 */
export function noiseSchedule(
  name: ScheduleName,
  { shift = 1 }: NoiseScheduleOptions = {},
): NoiseSchedule {
  if (!(shift > 0 && shift < Infinity)) {
    throw new RangeError(`Cannot make a noise schedule: expected a shift above 0, got ${shift}`);
  }
  return name === "edm" ? edmSchedule(shift) : preservingSchedule(name, shift);
}

function preservingSchedule(name: Exclude<ScheduleName, "edm">, shift: number): NoiseSchedule {
  const curve = CURVES[name];
  return {
    name,
    variancePreserving: true,
    ofSigma,
    at(time) {
      if ("angle" in curve) {
        const angle = polynomial(curve.angle, time);
        // the cosine of a float64 quarter turn is not 0
        return shifted(Math.PI / 2 - angle < 1e-12 ? 0 : Math.cos(angle), Math.sin(angle), shift);
      }
      const logPower = polynomial(curve.logPower, time);
      return shifted(Math.exp(logPower / 2), Math.sqrt(-Math.expm1(logPower)), shift);
    },
    draw(batch, seed) {
      const time = spreadTimes(batch, seed);
      const value = ([first, ...rest]: number[]): tf.Tensor =>
        rest.length === 0 ? tf.fill([batch], first) : value(rest).mul(time).add(first);
      const [signal, noise] = "angle" in curve
        ? ((angle) => [angle.cos(), angle.sin()])(value(curve.angle))
        : ((logPower) => [logPower.div(2).exp(), logPower.expm1().neg().sqrt()])(value(curve.logPower));
      if (shift === 1) return { signal, noise };
      const length = signal.square().add(noise.square().mul(shift ** 2)).sqrt();
      return { signal: signal.div(length), noise: noise.mul(shift).div(length) };
    },
  };
}

function edmSchedule(shift: number): NoiseSchedule {
  const { logMean, logDeviation, sigmaMin, sigmaMax } = EDM;
  return {
    name: "edm",
    variancePreserving: false,
    ofSigma: (sigma) => ({ signal: 1, noise: sigma }),
    at: (time) => ({ signal: 1, noise: shift * curvedSigma(time, { from: sigmaMin, to: sigmaMax }) }),
    draw(batch, seed) {
      const sigma = normal([batch], seed).mul(logDeviation).add(logMean + Math.log(shift)).exp();
      return { signal: sigma.onesLike(), noise: sigma };
    },
  };
}

/** Sigmas that are closer the smaller they are (Karras et al., 2022, equation 5). @param share 0 .. 1 of the way. */
export function curvedSigma(share: number, { from, to }: { from: number; to: number }): number {
  const [low, high] = [from ** (1 / EDM.rho), to ** (1 / EDM.rho)];
  return (low + share * (high - low)) ** EDM.rho;
}

/** The smallest and the largest noise of a schedule in units of the signal, within EDM's range. */
export function sigmaRange(schedule: NoiseSchedule, from = 1): { least: number; most: number } {
  return {
    least: Math.max(sigmaOf(schedule.at(0)), EDM.sigmaMin),
    most: Math.min(sigmaOf(schedule.at(from)), EDM.sigmaMax),
  };
}

/** Times in 0 .. 1, one from each of B equal parts turned by the same draw (Kingma et al., 2021, appendix I.1). */
function spreadTimes(batch: number, seed: tf.Tensor): tf.Tensor {
  const first = uniform([1], foldSeed(seed, 0));
  const times = tf.range(0, batch).div(batch).add(first);
  return times.sub(times.floor());
}

function ofSigma(sigma: number): NoiseLevel {
  return shifted(1, sigma, 1);
}

function shifted(signal: number, noise: number, shift: number): NoiseLevel {
  const length = Math.hypot(signal, shift * noise);
  return { signal: signal / length, noise: shift * noise / length };
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/** What is left of the signal's power, `-integral of beta`, as a logarithm. @param beta A polynomial. */
function integrated(beta: number[]): number[] {
  return [0, ...beta.map((coefficient, power) => -coefficient / (power + 1))];
}

/** The square of a line from one value to another. */
function squaredLine(from: number, to: number): number[] {
  return [from ** 2, 2 * from * (to - from), (to - from) ** 2];
}
