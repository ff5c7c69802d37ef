import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../nn/mod.ts";
import { repeat } from "../runtime/mod.ts";

/** From when to when {@link rungeKutta} goes. */
export interface Span {
  /** The time of the state that is given. */
  from: number;
  /** The time of the state that is wanted; it may lie before. */
  to: number;
  /** Steps of equal length. */
  steps: number;
}

/**
 * Solves `d state / dt = slope(state, t)` by the classical Runge-Kutta method of fourth order, in steps of equal length: the
 * error falls with the fourth power of their number. Differentiable; in a compiled step one loop of the graph.
 *
 * @param slope The derivative of each tensor of a state at a time (a scalar); pure.
 * @returns The state at the end.
 */
export function rungeKutta<State extends NamedTensors>(
  slope: (state: State, time: tf.Tensor) => State,
  state: State,
  { from, to, steps }: Span,
): State {
  const length = (to - from) / steps;
  const along = (state: State, slopes: State, by: number) =>
    map(state, (value, name) => value.add(slopes[name].mul(by)));
  return repeat(steps, (state, index) => {
    const time = index.toFloat().mul(length).add(from);
    const [middle, end] = [time.add(length / 2), time.add(length)];
    const first = slope(state, time);
    const second = slope(along(state, first, length / 2), middle);
    const third = slope(along(state, second, length / 2), middle);
    const fourth = slope(along(state, third, length), end);
    return map(state, (value, name) => {
      const sum = tf.addN([first[name], second[name].mul(2), third[name].mul(2), fourth[name]]);
      return value.add(sum.mul(length / 6));
    });
  }, state);
}

function map<State extends NamedTensors>(
  state: State,
  change: (value: tf.Tensor, name: string) => tf.Tensor,
): State {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, change(value, name)]),
  ) as State;
}
