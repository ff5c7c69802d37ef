import type { Module, NamedTensors } from "../../generative/nn/mod.ts";
import type { NamedArray } from "../../generative/train/safetensors.ts";
import { checkShapes, toTensors } from "../../generative/train/tensor_arrays.ts";
import { assembleNetworks, type Networks } from "./assemble_networks.ts";
import type { TrainWorldModelConfig } from "./config.ts";

/** A run's networks with what they have learned. */
export interface RestoredNetworks {
  /** The networks that the configuration describes. */
  networks: Networks;
  /** Parameters of the world model, the caller's. */
  world: NamedTensors;
  /** Parameters of the controller, the caller's. */
  weights: NamedTensors;
}

/**
 * Makes the networks of a configuration, with the parameters of a checkpoint.
 *
 * @param arrays By group and name: `controller`, and the components'; others are left alone.
 * @param name What errors call the run.
 * @throws TypeError naming the first parameter that is missing, superfluous or of another shape.
 */
export function restoreNetworks(
  config: TrainWorldModelConfig,
  arrays: Record<string, Record<string, NamedArray>>,
  name: string,
): RestoredNetworks {
  const networks = assembleNetworks(config);
  const { components, policy } = networks;
  const check = (group: string, { parameters }: Module) =>
    checkShapes(arrays[group] ?? {}, parameters, { what: `${group} of "${name}"` });
  for (const component of components) check(component.name, component.network);
  check("controller", policy);
  return {
    networks,
    world: Object.assign({}, ...components.map(({ name }) => toTensors(arrays[name]))),
    weights: toTensors(arrays.controller),
  };
}
