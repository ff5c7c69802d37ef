import type * as tf from "@tensorflow/tfjs";
import { stopGradient } from "../runtime/mod.ts";
import type { NamedTensors } from "./parameters.ts";

/** Before the names of statistics among losses. */
const PREFIX = "statistic:";

/**
 * What a forward pass in training finds out for later, such as moving averages: parameters that no gradient changes.
 * A loss hands them on among its parts (`{ loss, ...statistics.parts }`), and the train step puts them in place.
 */
export class Statistics {
  /** The new values, named so that {@link splitStatistics} finds them among losses. */
  readonly parts: NamedTensors = {};

  /** Takes up the new value of a parameter. */
  update(name: string, value: tf.Tensor): void {
    this.parts[PREFIX + name] = stopGradient(value);
  }

  /** The value that an earlier pass of this step found, else the parameter's. */
  latest(name: string, parameter: tf.Tensor): tf.Tensor {
    return this.parts[PREFIX + name] ?? parameter;
  }
}

/** Parts losses from statistics; these under their parameters' names. */
export function splitStatistics(values: NamedTensors): { losses: NamedTensors; statistics: NamedTensors } {
  const losses: NamedTensors = {};
  const statistics: NamedTensors = {};
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith(PREFIX)) statistics[name.slice(PREFIX.length)] = value;
    else losses[name] = value;
  }
  return { losses, statistics };
}
