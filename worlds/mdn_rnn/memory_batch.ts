import * as tf from "@tensorflow/tfjs";
import { gatherSequences, type Place, type Rollout } from "../experience.ts";
import type { MemoryBatch, MemoryConfig } from "./memory.ts";
import { storedPaces } from "./pace.ts";
import { rowsAt } from "../rows_at.ts";

/**
 * Sequences of a replay as the memory's loss takes them.
 *
 * @param places Where they begin.
 * @param options `length`, the decisions of each; with `states`, the memory begins with those that the rollouts hold,
 * else with zeros.
 */
export function memoryBatch(
  { latentSize, actionSize, units, rewardScale, seesRewards }: MemoryConfig,
  places: readonly Place[],
  { length, states }: { length: number; states: boolean },
): MemoryBatch {
  const shape = [length, places.length];
  const sequence = (select: (rollout: Rollout) => Float32Array, ...size: number[]) =>
    tf.tensor(gatherSequences(places, select, { length, size: size[0] ?? 1 }), [...shape, ...size]);
  const before = (name: "hidden" | "cell") =>
    states ? rowsAt(places, (rollout) => rollout.states![name]) : tf.zeros([places.length, units]);
  return {
    mu: sequence(({ encodings }) => encodings!.mu, latentSize),
    logVar: sequence(({ encodings }) => encodings!.logVar, latentSize),
    actions: sequence(({ actions }) => actions, actionSize),
    rewards: sequence(({ rewards }) => rewards),
    costs: sequence(({ costs }) => costs),
    dones: sequence(({ dones }) => dones),
    resets: sequence(({ resets }) => resets),
    ...seesRewards && { pace: sequence((rollout) => storedPaces(rollout, rewardScale), 1) },
    hidden: before("hidden"),
    cell: before("cell"),
  };
}
