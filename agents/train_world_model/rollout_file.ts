import { loadSafetensors, saveSafetensors } from "../../generative/train/mod.ts";
import type { Rollout } from "../../worlds/mod.ts";

/** Arrays that every rollout has; those beside them are encodings. */
const LIVED = ["actions", "rewards", "dones", "resets", "costs", "seeds"];

/**
 * Writes a rollout as safetensors: what was done and earned, and the encodings where there are any. Frames follow
 * from seeds and actions (`redrawFrames`), states from the encodings.
 */
export async function saveRollout(path: string, rollout: Rollout): Promise<void> {
  const { streams, decisions, actionSize } = rollout;
  const row = [decisions, streams];
  const tensors: Record<string, { shape: number[]; data: Float32Array | Int32Array }> = {
    actions: { shape: [...row, actionSize], data: rollout.actions },
    rewards: { shape: row, data: rollout.rewards },
    dones: { shape: row, data: rollout.dones },
    resets: { shape: row, data: rollout.resets },
    costs: { shape: row, data: rollout.costs },
    seeds: { shape: row, data: rollout.seeds },
  };
  for (const [name, data] of Object.entries(rollout.encodings ?? {})) {
    tensors[name] = { shape: [...row, data.length / (streams * decisions)], data };
  }
  await saveSafetensors(path, tensors);
}

/** Reads a rollout. @throws SyntaxError naming the file when it is damaged. */
export function loadRollout(path: string): Rollout {
  const { arrays } = loadSafetensors(path);
  for (const name of LIVED) {
    if (!(name in arrays)) {
      throw new SyntaxError(`Cannot read "${path}": expected a rollout, "${name}" is missing`);
    }
  }
  const [decisions, streams, actionSize] = arrays.actions.shape;
  const floats = (name: string) => arrays[name].data as Float32Array;
  const encoded = Object.keys(arrays).filter((name) => !LIVED.includes(name));
  return {
    streams,
    decisions,
    actionSize,
    actions: floats("actions"),
    rewards: floats("rewards"),
    dones: floats("dones"),
    resets: floats("resets"),
    costs: floats("costs"),
    seeds: arrays.seeds.data as Int32Array,
    encodings: encoded.length > 0
      ? Object.fromEntries(encoded.map((name) => [name, floats(name)]))
      : undefined,
  };
}
