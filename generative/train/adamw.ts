import * as tf from "@tensorflow/tfjs";
import { clipByGlobalNorm, clipByValue, globalNorm } from "../nn/gradients.ts";
import { type NamedTensors, parameter } from "../nn/parameters.ts";
import { adamStep } from "./adam_step.ts";
import type { Schedule } from "./schedules.ts";

/** The options of {@link adamW}. */
export interface AdamWOptions {
  /** A number, or a function of the step. */
  learningRate: number | Schedule;
  /** How much of the mean of the gradients is kept each step, 0 or more. @default 0.9 */
  beta1?: number;
  /** How much of the mean of their squares is kept each step. @default 0.999 */
  beta2?: number;
  /** Added to the root of the squares' mean. @default 1e-8 */
  epsilon?: number;
  /**
   * Whether epsilon is added before the means' bias is corrected: the form at the end of section 2 of the paper (Kingma
   * and Ba, 2014), TensorFlow's and Keras's. In the first steps it holds parameters with tiny gradients back.
   *
   * @default false
   */
  epsilonHat?: boolean;
  /** Decoupled decay, times the learning rate, of parameters of two axes or more. @default 0 */
  weightDecay?: number;
  /** The largest norm of all gradients together. @default no limit */
  clipNorm?: number;
  /** The largest absolute value of a gradient's element; applied before `clipNorm`. @default no limit */
  clipValue?: number;
  /** The first part of its tensors' names; two optimisers over one state need two. @default "adamw" */
  name?: string;
}

/** What {@link Optimiser.update} returns. */
export interface OptimiserUpdate {
  /** The parameters after the step. */
  parameters: NamedTensors;
  /** The optimiser's tensors after the step. */
  state: NamedTensors;
  /** The norm of all gradients before clipping. */
  gradientNorm: tf.Scalar;
  /** The learning rate that was used. */
  learningRate: tf.Scalar;
}

/** An optimiser without a state of its own: tensors in, tensors out. */
export interface Optimiser {
  /** The tensors to start from; they belong to the caller. */
  init(parameters: NamedTensors): NamedTensors;
  /** One step; pure. Only parameters that have a gradient change. */
  update(state: NamedTensors, parameters: NamedTensors, gradients: NamedTensors): OptimiserUpdate;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), its tensors keyed by the parameters' names:
 * `adamw/mean/<parameter>`, `adamw/variance/<parameter>` and `adamw/step`.
 *
 * @throws RangeError for rates, decays and limits out of range.
 */
export function adamW(options: AdamWOptions): Optimiser {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, epsilonHat = false } = options;
  const { weightDecay = 0, name = "adamw" } = options;
  checkOptions(options);

  function init(parameters: NamedTensors): NamedTensors {
    const state: NamedTensors = { [`${name}/step`]: tf.scalar(0) };
    for (const [key, value] of Object.entries(parameters)) {
      state[`${name}/mean/${key}`] = tf.zeros(value.shape);
      state[`${name}/variance/${key}`] = tf.zeros(value.shape);
    }
    return state;
  }

  function update(state: NamedTensors, parameters: NamedTensors, gradients: NamedTensors): OptimiserUpdate {
    const done = parameter(state, `${name}/step`) as tf.Scalar;
    const step = done.add(1);
    const rate = typeof options.learningRate === "number"
      ? tf.scalar(options.learningRate)
      : options.learningRate(done);
    const clipped = clip(gradients, options);
    // 1 - beta^step, without the rounding of beta^step near 1.
    const meanShare = step.mul(Math.log(beta1)).expm1().neg();
    const rootShare = step.mul(Math.log(beta2)).expm1().neg().sqrt();
    // (mean / meanShare) / (sqrt(variance) / rootShare + epsilon), with the scalars gathered first.
    const corrected = rate.mul(rootShare.div(meanShare)) as tf.Scalar;
    const floor = epsilonHat ? tf.scalar(epsilon) : rootShare.mul(epsilon) as tf.Scalar;
    const decay = weightDecay > 0 ? rate.mul(weightDecay) : undefined;

    const nextState: NamedTensors = { ...state, [`${name}/step`]: step };
    const nextParameters: NamedTensors = { ...parameters };
    for (const [key, gradient] of Object.entries(clipped.gradients)) {
      const value = parameter(parameters, key);
      const next = adamStep(
        {
          value,
          mean: parameter(state, `${name}/mean/${key}`),
          variance: parameter(state, `${name}/variance/${key}`),
        },
        gradient,
        { beta1, beta2, rate: corrected, floor, decay: value.rank >= 2 ? decay : undefined },
      );
      nextParameters[key] = next.value;
      nextState[`${name}/mean/${key}`] = next.mean;
      nextState[`${name}/variance/${key}`] = next.variance;
    }
    return { parameters: nextParameters, state: nextState, gradientNorm: clipped.norm, learningRate: rate };
  }

  return { init, update };
}

/** Limits the gradients; the norm is that which they had before. */
function clip(gradients: NamedTensors, { clipNorm, clipValue }: AdamWOptions) {
  if (clipValue === undefined && clipNorm !== undefined) return clipByGlobalNorm(gradients, clipNorm);
  const norm = globalNorm(gradients);
  if (clipValue !== undefined) gradients = clipByValue(gradients, clipValue);
  if (clipNorm !== undefined) gradients = clipByGlobalNorm(gradients, clipNorm).gradients;
  return { gradients, norm };
}

function checkOptions(options: AdamWOptions): void {
  const inside = (key: keyof AdamWOptions, fits: (value: number) => boolean, wanted: string) => {
    const value = options[key];
    if (typeof value === "number" && !fits(value)) {
      throw new RangeError(`Cannot make an optimiser: expected ${key} ${wanted}, got ${value}`);
    }
  };
  inside("learningRate", (x) => x >= 0 && Number.isFinite(x), ">= 0");
  inside("beta1", (x) => x >= 0 && x < 1, "in [0, 1)");
  inside("beta2", (x) => x > 0 && x < 1, "in (0, 1)");
  for (const key of ["epsilon", "clipNorm", "clipValue"] as const) inside(key, (x) => x > 0, "above 0");
  inside("weightDecay", (x) => x >= 0, ">= 0");
}
