import { join } from "node:path";
import { RandomStream } from "../../core/random_stream.ts";
import { disposeTensors } from "../../generative/nn/mod.ts";
import { hasCheckpoint, loadCheckpoint } from "../../generative/train/mod.ts";
import { ControllerAgent } from "../controller_agent.ts";
import { readRunConfig } from "./read_run_config.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import { type RestoredNetworks, restoreNetworks } from "./restore_networks.ts";

/** A run's networks as its last checkpoint left them. */
export interface LoadedRun extends RestoredNetworks {
  /** The run's configuration, checked. */
  config: TrainWorldModelConfig;
  /** The controller awake, acting on frames as agents see them by means: nothing is drawn at random. The caller closes it. */
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
  const config = readRunConfig(folder);
  const checkpoints = join(folder, "checkpoints");
  if (!hasCheckpoint(checkpoints)) {
    throw new Error(
      `Cannot load "${folder}": expected a checkpoint, got none; resume its training first`,
    );
  }
  const restored = restoreNetworks(config, loadCheckpoint(checkpoints).arrays, folder);
  const { networks: { worldModel, policy }, world, weights } = restored;
  return {
    ...restored,
    config,
    drive: () =>
      new ControllerAgent(worldModel, policy, world, weights, {
        random: new RandomStream(config.seed).fork("drive"),
      }),
    dispose: () => {
      disposeTensors(world);
      disposeTensors(weights);
    },
  };
}
