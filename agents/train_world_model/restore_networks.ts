import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { NamedArray } from "../../generative/train/safetensors.ts";
import { checkShapes, toTensors } from "../../generative/train/tensor_arrays.ts";
import { assembleNetworks, type Networks } from "./assemble_networks.ts";
import type { TrainWorldModelConfig } from "./config.ts";

/** A run's networks with what they have learned. */
export interface RestoredNetworks {
  /** The networks that the configuration describes. */
  networks: Networks;
  /** Parameters of vision and memory, the caller's. */
  world: NamedTensors;
  /** Parameters of the controller, the caller's. */
  weights: NamedTensors;
}

/**
 * Makes the networks of a configuration, with the parameters of a checkpoint.
 *
 * @param arrays By group and name: `vision`, `memory`, `controller`; others are left alone.
 * @param name What errors call the run.
 * @throws TypeError naming the first parameter that is missing, superfluous or of another shape.
 */
export function restoreNetworks(
  config: TrainWorldModelConfig,
  arrays: Record<string, Record<string, NamedArray>>,
  name: string,
): RestoredNetworks {
  const networks = assembleNetworks(config);
  const { components: { vision, memory }, policy } = networks;
  const parts = { vision: vision.network, memory: memory.network, controller: policy };
  for (const [group, { parameters }] of Object.entries(parts)) {
    checkShapes(arrays[group] ?? {}, parameters, { what: `${group} of "${name}"` });
  }
  return {
    networks,
    world: { ...toTensors(arrays.vision), ...toTensors(arrays.memory) },
    weights: toTensors(arrays.controller),
  };
}
