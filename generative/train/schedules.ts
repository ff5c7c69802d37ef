import * as tf from "@tensorflow/tfjs";

/** A learning rate as a function of the step (a float32 scalar, 0 for the first), computed in the graph. */
export type Schedule = (step: tf.Scalar) => tf.Scalar;

/** The same value always. */
export function constant(value: number): Schedule {
  return () => tf.scalar(value);
}

/** From one value to another, and where the steps are counted to. */
export interface RampOptions {
  /** The value at step 0. */
  from: number;
  /** The value from step `steps` on. */
  to: number;
  /** How many steps the way takes. */
  steps: number;
}

/** A straight line from one value to another, which then stays. */
export function linear({ from, to, steps }: RampOptions): Schedule {
  return (step) => progress(step, steps).mul(to - from).add(from);
}

/** Half a cosine from one value to another, which then stays. */
export function cosine({ from, to, steps }: RampOptions): Schedule {
  return (step) => {
    const remaining = progress(step, steps).mul(Math.PI).cos().add(1).mul(0.5);
    return remaining.mul(from - to).add(to) as tf.Scalar;
  };
}

/** From one value to another, both above 0, by the same factor each step; then it stays. */
export function geometric({ from, to, steps }: RampOptions): Schedule {
  return (step) => progress(step, steps).mul(Math.log(to / from)).exp().mul(from) as tf.Scalar;
}

/** The value halves every `halfLife` steps and stops at `floor`. */
export function exponential(
  { from, halfLife, floor = 0 }: {
    /** The value at step 0. */
    from: number;
    /** Steps until the value has halved. */
    halfLife: number;
    /** @default 0 */
    floor?: number;
  },
): Schedule {
  return (step) => step.mul(-Math.LN2 / halfLife).exp().mul(from).maximum(floor) as tf.Scalar;
}

/** Rises in a straight line over the first `steps` steps to what the other schedule gives, then is that. */
export function warmUp(steps: number, then: Schedule): Schedule {
  return (step) => step.add(1).div(Math.max(steps, 1)).minimum(1).mul(then(step)) as tf.Scalar;
}

/** How much of the way is done, 0 .. 1. */
function progress(step: tf.Scalar, steps: number): tf.Scalar {
  return step.div(Math.max(steps, 1)).minimum(1) as tf.Scalar;
}
