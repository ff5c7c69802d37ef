import type * as tf from "@tensorflow/tfjs";
import type { NoiseLevel } from "./noise_level.ts";
import type { NoiseSchedule } from "./noise_schedule.ts";

/** Names of what a network may predict. */
export const TARGETS = ["v", "epsilon", "x0", "edm"] as const;

/** The name of what a network predicts. */
export type TargetName = typeof TARGETS[number];

/**
 * What a network is shown of a noised example x, and what is made of its answer. Levels are broadcast over the examples.
 */
export interface Parametrisation {
  /** What the network sees of x. */
  input(x: tf.Tensor, level: NoiseLevel<tf.Tensor>): tf.Tensor;
  /** The number that tells it the noise, `[B]` for levels `[B]`. */
  noiseNumber(level: NoiseLevel<tf.Tensor>): tf.Tensor;
  /** What it should answer. */
  target(clean: tf.Tensor, noise: tf.Tensor, level: NoiseLevel<tf.Tensor>): tf.Tensor;
  /** The clean example that its answer means, "x0-hat". */
  clean(answer: tf.Tensor, x: tf.Tensor, level: NoiseLevel<tf.Tensor>): tf.Tensor;
  /** The squared error of the answer in units of that of the clean example. */
  gain(level: NoiseLevel<tf.Tensor>): tf.Tensor;
}

/** The share of the quarter turn whose tangent is noise / signal: the time of an unshifted schedule of cosines. */
const turn = ({ signal, noise }: NoiseLevel<tf.Tensor>) => noise.atan2(signal).mul(2 / Math.PI);

/** The targets for which a network sees x itself. They differ in how errors at different noises weigh. */
const PLAIN: Record<Exclude<TargetName, "edm">, Pick<Parametrisation, "target" | "clean" | "gain">> = {
  /** The velocity of Salimans and Ho (2022, appendix D), for `signal^2 + noise^2 = 1`: well-scaled at both ends. */
  v: {
    target: (clean, noise, level) => noise.mul(level.signal).sub(clean.mul(level.noise)),
    clean: (answer, x, level) => x.mul(level.signal).sub(answer.mul(level.noise)),
    gain: ({ noise }) => noise.square().reciprocal(),
  },
  /** The noise (Ho et al., 2020). */
  epsilon: {
    target: (_clean, noise) => noise,
    clean: (answer, x, level) => x.sub(answer.mul(level.noise)).div(level.signal),
    gain: ({ signal, noise }) => signal.div(noise).square(),
  },
  /** The clean example itself. */
  x0: {
    target: (clean) => clean,
    clean: (answer) => answer,
    gain: ({ signal }) => signal.onesLike(),
  },
};

/** The options of {@link parametrisation}. */
export interface ParametrisationOptions {
  /** Standard deviation of the data; `edm` alone needs it. @default 0.5 */
  dataDeviation?: number;
}

/** How a network that predicts so is asked. */
export function parametrisation(
  target: TargetName,
  { dataDeviation = 0.5 }: ParametrisationOptions = {},
): Parametrisation {
  if (target === "edm") return edmParametrisation(dataDeviation);
  return { input: (x) => x, noiseNumber: turn, ...PLAIN[target] };
}

/**
 * The preconditioning of Karras et al. (2022, table 1): what the network sees and what it should answer have variance 1 at
 * every noise, and its errors are amplified as little as possible.
 */
function edmParametrisation(deviation: number): Parametrisation {
  const variance = deviation ** 2;
  const total = ({ noise }: NoiseLevel<tf.Tensor>) => noise.square().add(variance);
  const kept = (level: NoiseLevel<tf.Tensor>) => total(level).reciprocal().mul(variance); // c_skip
  const scale = (level: NoiseLevel<tf.Tensor>) => level.noise.mul(deviation).mul(total(level).rsqrt()); // c_out
  return {
    input: (x, level) => x.mul(total(level).rsqrt()),
    noiseNumber: ({ noise }) => noise.log().div(4),
    // of clean - c_skip (clean + noise); written so that small noises lose no digits
    target: (clean, noise, level) =>
      clean.mul(level.noise.square().div(total(level))).sub(noise.mul(level.noise).mul(kept(level)))
        .div(scale(level)),
    clean: (answer, x, level) => x.mul(kept(level)).add(answer.mul(scale(level))),
    gain: (level) => scale(level).square().reciprocal(),
  };
}

/**
 * Makes sure that a network can predict this under such noise.
 *
 * @param model Named in the error.
 * @throws RangeError for a target and a schedule that do not go together.
 */
export function expectFittingTarget(
  target: TargetName,
  schedule: NoiseSchedule,
  { model }: { model: string },
): void {
  const refuse = (expected: string) => {
    throw new RangeError(`Cannot train ${model}: expected ${expected}, got --target ${target}`);
  };
  if (target === "edm" && schedule.variancePreserving) {
    throw new RangeError(
      `Cannot train ${model}: expected --schedule edm with --target edm, got --schedule ${schedule.name}`,
    );
  }
  if (target !== "edm" && !schedule.variancePreserving) refuse("--target edm with --schedule edm");
  if (target === "epsilon" && schedule.at(1).signal === 0) {
    refuse(
      `--target v or x0 with --schedule ${schedule.name}, which ends without any signal to tell from the noise`,
    );
  }
}
