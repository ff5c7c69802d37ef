import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../../core/atomic_file.ts";
import type { Dataset } from "../data/dataset.ts";
import { selectExamples } from "../data/examples.ts";
import { encodeSafetensors } from "../train/safetensors.ts";

/** The file of a run's folder that {@link keepExamples} writes. */
export const HELD_OUT_FILE = "held_out.safetensors";
/** Examples that are kept of each kind of data; texts and music are written anew. */
const KEPT = { pictures: 16, points: 1000, text: 0, music: 0 } as const;

/**
 * Keeps a few held-out examples beside a run, for a viewer that has no data: `pictures`, bytes `[N, H, W, C]`, or
 * `points` `[N, D]`. Nothing is done where they are there.
 */
export function keepExamples(folder: string, held: Dataset): void {
  const path = join(folder, HELD_OUT_FILE);
  const count = Math.min(KEPT[held.kind], held.count);
  if (count === 0 || existsSync(path)) return;
  const some = selectExamples(held, Array.from({ length: count }, (_, i) => i));
  if (some.kind === "pictures") {
    const { height, width, channels, pictures } = some;
    const shape = [count, height, width, channels];
    writeFileAtomic(path, encodeSafetensors({ pictures: { shape, data: pictures } }));
  } else if (some.kind === "points") {
    const shape = [count, some.dimensions];
    writeFileAtomic(path, encodeSafetensors({ points: { shape, data: some.points } }));
  }
}
