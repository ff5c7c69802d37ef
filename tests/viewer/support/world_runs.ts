import { join } from "node:path";
import { assembleNetworks, type Networks } from "../../../agents/train_world_model/assemble_networks.ts";
import type { TrainWorldModelConfig } from "../../../agents/train_world_model/config.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { RunFolder, saveCheckpoint } from "../../../generative/train/mod.ts";
import { tinyConfig } from "../../support/tiny_run.ts";

/** A run of `train-world-model` that was never trained. */
export interface UntrainedWorld {
  /** Its folder. */
  path: string;
  config: TrainWorldModelConfig;
  networks: Networks;
  /** Parameters of the world model, the caller's. */
  world: NamedTensors;
  /** Parameters of the controller, the caller's. */
  weights: NamedTensors;
}

/**
 * Writes a tiny run with networks as they begin, of any kind of world model.
 *
 * @param changes What is set otherwise than in `tinyConfig`: `world`, above all.
 */
export async function writeUntrainedWorld(
  { root, name, changes = {} }: { root: string; name: string; changes?: Partial<TrainWorldModelConfig> },
): Promise<UntrainedWorld> {
  const config = tinyConfig(changes);
  const networks = assembleNetworks(config);
  const random = new RandomStream(5);
  const groups = Object.fromEntries(
    networks.components.map(({ name, network }) => [name, initialiseParameters(network.parameters, random)]),
  );
  const weights = initialiseParameters(networks.policy.parameters, random);
  using folder = RunFolder.open(name, { root, config });
  await saveCheckpoint(join(folder.path, "checkpoints"), {
    tensors: { ...groups, controller: weights },
    data: null,
  });
  const world = Object.assign({}, ...Object.values(groups)) as NamedTensors;
  return { path: folder.path, config, networks, world, weights };
}
