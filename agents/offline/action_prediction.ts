import * as tf from "@tensorflow/tfjs";
import { Box, Discrete, type Space } from "../../envs/spaces.ts";

/**
 * How a network predicts actions: the logits of integers, learned by cross-entropy, or numbers in [-1, 1] through a tanh,
 * learned by squared errors.
 */
export interface ActionPrediction {
  /** Numbers that the network puts out for an action, U. */
  readonly units: number;
  /** Numbers in an action, A. */
  readonly actionSize: number;
  /** Actions `[M, A]` as a network takes them in, `[M, U]`: integers as one-hots. */
  encode(actions: tf.Tensor): tf.Tensor;
  /** How wrong outputs `[M, U]` are about actions `[M, A]`: nats, or mean squared errors; `[M]`. */
  loss(outputs: tf.Tensor, actions: tf.Tensor): tf.Tensor;
  /** The likeliest action by an output `[U]`: `[A]`. */
  choose(output: Float32Array): ArrayLike<number>;
}

/** How actions of a space are predicted. @throws TypeError for anything but integers and numbers in [-1, 1]. */
export function predictionOf(space: Space): ActionPrediction {
  if (space instanceof Discrete) return ofIntegers(space.count);
  if (
    space instanceof Box && space.low.every((low) => low === -1) && space.high.every((high) => high === 1)
  ) {
    return ofNumbers(space.low.length);
  }
  throw new TypeError(
    `Cannot learn to act: expected integers 0 .. K - 1 or floats in [-1, 1] as actions, got ${space.dtype} of shape ` +
      `[${space.shape.join(", ")}]`,
  );
}

function ofIntegers(count: number): ActionPrediction {
  const encode = (actions: tf.Tensor) => tf.oneHot(actions.squeeze([1]).toInt(), count).toFloat();
  return {
    units: count,
    actionSize: 1,
    encode,
    loss: (logits, actions) => logits.logSoftmax().mul(encode(actions)).sum(1).neg(),
    choose: (logits) => [logits.indexOf(Math.max(...logits))],
  };
}

function ofNumbers(size: number): ActionPrediction {
  return {
    units: size,
    actionSize: size,
    encode: (actions) => actions,
    loss: (outputs, actions) => outputs.tanh().sub(actions).square().mean(1),
    choose: (outputs) => outputs.map(Math.tanh),
  };
}

/** The likeliest actions by outputs `[N, U]`, row-major: `[N, A]`. */
export function chooseRows(
  { units, actionSize, choose }: ActionPrediction,
  outputs: Float32Array,
): Float32Array {
  const actions = new Float32Array(outputs.length / units * actionSize);
  for (let row = 0; row * units < outputs.length; row++) {
    actions.set(choose(outputs.subarray(row * units, (row + 1) * units)), row * actionSize);
  }
  return actions;
}
