import * as tf from "@tensorflow/tfjs";

/** The options of a recurrent layer's `sequence`. */
export interface SequenceOptions {
  /** `[T, B]`, 1 where the state starts anew *before* that step, else 0. @default no resets */
  resets?: tf.Tensor;
}

/** What a recurrent layer does at each step. */
export interface Recurrence<State> {
  /** The next state, from what the inputs have to say `[B, N]`. */
  advance(inputs: tf.Tensor, state: State): State;
  /** Multiplies a state by factors `[B, 1]`. */
  scale(state: State, factors: tf.Tensor): State;
  /** What a state shows to others, `[B, units]`. */
  output(state: State): tf.Tensor;
}

/**
 * Runs a recurrent layer over time.
 *
 * @param inputs What the inputs have to say at all steps, `[T B, N]`.
 * @returns The outputs `[T, B, units]` and the state after the last step.
 */
export function unroll<State>(
  inputs: tf.Tensor,
  state: State,
  { time, resets, ...recurrence }: Recurrence<State> & SequenceOptions & { time: number },
): { outputs: tf.Tensor; state: State } {
  const steps = inputs.split(time);
  const batch = inputs.shape[0] / time;
  const keeps = resets && tf.sub(1, resets).reshape([time * batch, 1]).split(time);
  const outputs: tf.Tensor[] = [];
  for (let t = 0; t < time; t++) {
    if (keeps) state = recurrence.scale(state, keeps[t]);
    state = recurrence.advance(steps[t], state);
    outputs.push(recurrence.output(state));
  }
  return { outputs: tf.stack(outputs), state };
}
