import type { Json } from "../generative/train/checkpoint.ts";
import type { NamedArray } from "../generative/train/safetensors.ts";
import { CmaEs, type CmaEsState } from "./cma_es.ts";

/** A search as a checkpoint keeps it: a group of arrays, and the rest. */
export interface SavedSearch {
  /** By name, 64 bits each. */
  arrays: Record<string, NamedArray>;
  /** See `CmaEsState`. */
  numbers: Json;
}

/** What a checkpoint keeps of a search. @throws TypeError between `ask` and `tell`. */
export function saveSearch(search: CmaEs): SavedSearch {
  const { numbers, arrays } = search.state();
  return {
    arrays: Object.fromEntries(
      Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }]),
    ),
    numbers: numbers as unknown as Json,
  };
}

/** The search that was saved. @throws RangeError when an array is missing or of another size. */
export function restoreSearch({ arrays = {}, numbers }: Partial<SavedSearch>): CmaEs {
  return CmaEs.restore({
    numbers: numbers as unknown as CmaEsState["numbers"],
    arrays: Object.fromEntries(
      Object.entries(arrays).map(([name, { data }]) => [name, data as Float64Array]),
    ),
  });
}
