import { join } from "node:path";
import { RandomStream } from "../../core/random_stream.ts";
import { disposeTensors, type NamedTensors } from "../../generative/nn/mod.ts";
import {
  checkConfig,
  checkShapes,
  hasCheckpoint,
  loadCheckpoint,
  RunFolder,
  toTensors,
} from "../../generative/train/mod.ts";
import { ControllerAgent } from "../controller_agent.ts";
import { assembleNetworks, type Networks } from "./assemble.ts";
import { type TrainWorldModelConfig, TrainWorldModelSchema } from "./config.ts";

/** A run's networks as its last checkpoint left them. */
export interface LoadedRun {
  /** The run's configuration, checked. */
  config: TrainWorldModelConfig;
  /** The networks that it describes. */
  networks: Networks;
  /** Parameters of vision and memory. */
  world: NamedTensors;
  /** Parameters of the controller. */
  weights: NamedTensors;
  /** The controller awake, acting on 64x64 frames by means: nothing is drawn at random. The caller closes it. */
  drive(): ControllerAgent;
  /** Frees the parameters. */
  dispose(): void;
}

/**
 * Reads a run of `train-world-model`, to measure it or to drive with it.
 *
 * @param folder The run's folder.
 * @throws Error when there is no run or no checkpoint in it; SyntaxError, TypeError or RangeError naming the file or
 * field that is damaged or does not fit.
 */
export function loadRun(folder: string): LoadedRun {
  const config = checkConfig(TrainWorldModelSchema, RunFolder.load(folder).config);
  const checkpoints = join(folder, "checkpoints");
  if (!hasCheckpoint(checkpoints)) {
    throw new Error(
      `Cannot load "${folder}": expected a checkpoint, got none yet; let its training go on first`,
    );
  }
  const { arrays } = loadCheckpoint(checkpoints);
  const networks = assembleNetworks(config);
  const { vision, memory, policy } = networks;
  const parts = { vision, memory, controller: policy };
  for (const [name, { parameters }] of Object.entries(parts)) {
    checkShapes(arrays[name] ?? {}, parameters, { what: `${name} of "${folder}"` });
  }
  const world = { ...toTensors(arrays.vision), ...toTensors(arrays.memory) };
  const weights = toTensors(arrays.controller);
  return {
    config,
    networks,
    world,
    weights,
    drive: () =>
      new ControllerAgent(networks.worldModel, policy, world, weights, {
        random: new RandomStream(config.seed).fork("drive"),
      }),
    dispose: () => {
      disposeTensors(world);
      disposeTensors(weights);
    },
  };
}
