import type { LoadedLearner, SavedLearner } from "../../../agents/learner_kind.ts";
import { toArrays } from "../../../generative/train/mod.ts";

/** What a checkpoint would give back. */
export async function reload({ tensors, data }: SavedLearner): Promise<LoadedLearner> {
  const groups = Object.entries(tensors).filter(([, group]) => group !== undefined);
  const arrays = await Promise.all(
    groups.map(async ([name, group]) => [name, structuredClone(await toArrays(group!))]),
  );
  return { arrays: Object.fromEntries(arrays), data: JSON.parse(JSON.stringify(data)) };
}
