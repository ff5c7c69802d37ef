import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Initialiser } from "./initialisers.ts";

/** Tensors by name: parameters, moments, whole training states. Names look like `encoder/conv1/kernel`. */
export type NamedTensors = Record<string, tf.Tensor>;

/** A parameter before it exists: its shape and how it starts. */
export interface ParameterSpec {
  /** Its axes, outermost first. */
  shape: number[];
  /** Makes its first values. */
  initialiser: Initialiser;
  /** Whether it is kept by forward passes (a moving average) instead of learned by gradients. @default false */
  statistic?: boolean;
  /** Whether training leaves it as it starts: a part's, see `createPart`. @default false */
  frozen?: boolean;
}

/** The parameters of a module, by full name. */
export type ParameterSpecs = Record<string, ParameterSpec>;

/** A part of a network: declares parameters, and computes with those it is handed. */
export interface Module {
  /** The parameters by full name, in a fixed order. */
  readonly parameters: ParameterSpecs;
}

/**
 * Joins the parameters of several modules.
 *
 * @throws TypeError when two modules declare the same name.
 */
export function collectParameters(...modules: Module[]): ParameterSpecs {
  const all: ParameterSpecs = {};
  for (const module of modules) {
    for (const [name, spec] of Object.entries(module.parameters)) {
      if (name in all) throw new TypeError(`Cannot collect parameters: two modules declare "${name}"`);
      all[name] = spec;
    }
  }
  return all;
}

/** How many numbers the parameters hold; with `trainable`, statistics and frozen ones are left out. */
export function countParameters(specs: ParameterSpecs, { trainable = false } = {}): number {
  let count = 0;
  for (const { shape, statistic, frozen } of Object.values(specs)) {
    if (!(trainable && (statistic || frozen))) count += shape.reduce((product, size) => product * size, 1);
  }
  return count;
}

/** Those that gradients change. */
export function learnedParameters(parameters: NamedTensors, specs: ParameterSpecs): NamedTensors {
  const thawed = thawedParameters(parameters, specs);
  return Object.fromEntries(Object.entries(thawed).filter(([name]) => !specs[name]?.statistic));
}

/** Those that training changes, statistics among them. */
export function thawedParameters(parameters: NamedTensors, specs: ParameterSpecs): NamedTensors {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !specs[name]?.frozen));
}

/**
 * Makes the parameters. Each draws from its own fork of the stream (by name), so that adding one leaves the
 * others as they were.
 *
 * @returns Tensors that belong to the caller.
 */
export function initialiseParameters(specs: ParameterSpecs, random: RandomStream): NamedTensors {
  const parameters: NamedTensors = {};
  for (const [name, { shape, initialiser }] of Object.entries(specs)) {
    parameters[name] = tf.tensor(initialiser(shape, random.fork(name)), shape);
  }
  return parameters;
}

/** The tensor of a name. @throws TypeError that lists what is there when it is missing. */
export function parameter(parameters: NamedTensors, name: string): tf.Tensor {
  const tensor = parameters[name];
  if (tensor === undefined) {
    const known = Object.keys(parameters).slice(0, 12).join(", ");
    throw new TypeError(
      `Cannot find parameter "${name}": expected it among ${known || "no parameters at all"}`,
    );
  }
  return tensor;
}

/** Clones of all tensors of a record; the caller's. */
export function cloneTensors(tensors: NamedTensors): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.clone()]));
}

/** Frees every tensor of a record. */
export function disposeTensors(tensors: NamedTensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
