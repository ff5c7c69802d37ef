import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { writeFileAtomic } from "../../core/atomic_file.ts";
import type { Dataset } from "../data/dataset.ts";
import { exampleDigests, labelledDigests, selectExamples } from "../data/examples.ts";
import { contentDigest } from "../data/split_by_content.ts";

/** One side of the data of a run. */
const SideSchema = v.object({
  /** Examples on it. */
  count: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Of all that is known of them, in their order. */
  digest: v.string(),
});

/** What a run's `data.json` says of the data that it learns from. */
const LearnedDataSchema = v.object({
  data: v.string(),
  learned: SideSchema,
  held: SideSchema,
  /** Every example that is learned from, 16 hexadecimal digits each. */
  examples: v.pipe(v.string(), v.regex(/^([0-9a-f]{16})*$/)),
});
type LearnedData = v.InferOutput<typeof LearnedDataSchema>;

/**
 * Makes sure that a run learns from the same data whenever it goes on; a run that did not begin yet writes down what
 * they are.
 *
 * @param begun Whether anything was learned from them.
 * @throws TypeError saying what changed, SyntaxError when what was written down is damaged.
 */
export function rememberData(
  folder: string,
  { learned, held }: { learned: Dataset; held: Dataset },
  { begun }: { begun: boolean },
): void {
  const now = describe(learned, held);
  const before = begun ? readLearnedData(folder) : undefined;
  if (!before) return writeFileAtomic(join(folder, "data.json"), JSON.stringify(now, null, 2) + "\n");
  const changes = (["learned", "held"] as const).filter((side) => before[side].digest !== now[side].digest);
  if (changes.length === 0) return;
  const sides = { learned: "training", held: "held-out" };
  const told = changes.map((side) =>
    before[side].count === now[side].count
      ? `${now[side].count} ${sides[side]} examples have changed`
      : `${before[side].count} ${sides[side]} examples became ${now[side].count}`
  );
  throw new TypeError(
    `Cannot resume "${folder}": its data "${learned.name}" has changed since training: ${told.join(", ")}; ` +
      "restore the old data, or start another run with --run NAME",
  );
}

/**
 * Held-out examples of a run without those that it learned from, which there are only when its data changed.
 *
 * @returns The rest, and how many were left out.
 * @throws TypeError when none is left, SyntaxError when what was written down is damaged.
 */
export function unseenExamples(folder: string, held: Dataset): { data: Dataset; seen: number } {
  const before = readLearnedData(folder);
  if (!before) return { data: held, seen: 0 };
  const digests = exampleDigests(held);
  if (before.held.digest === sideOf(held, digests).digest) return { data: held, seen: 0 };
  const learned = new Set(before.examples.match(/.{16}/g) ?? []);
  const unseen = Array.from(digests, (_, i) => i).filter((i) => !learned.has(digests[i]));
  if (unseen.length === 0) {
    throw new TypeError(
      `Cannot measure "${folder}" on "${held.name}", which changed since it learned: expected held-out examples that it ` +
        `did not learn from, got none among ${held.count}; bring the old data back, or train it again`,
    );
  }
  return { data: selectExamples(held, unseen), seen: held.count - unseen.length };
}

function describe(learned: Dataset, held: Dataset): LearnedData {
  const examples = exampleDigests(learned);
  return {
    data: learned.name,
    learned: sideOf(learned, examples),
    held: sideOf(held, exampleDigests(held)),
    examples: examples.join(""),
  };
}

function sideOf(data: Dataset, digests: readonly string[]): LearnedData["held"] {
  return { count: data.count, digest: contentDigest(labelledDigests(data, digests).join("")) };
}

function readLearnedData(folder: string): LearnedData | undefined {
  const path = join(folder, "data.json");
  if (!existsSync(path)) return undefined;
  try {
    return v.parse(LearnedDataSchema, JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new SyntaxError(`Cannot read "${path}": ${(error as Error).message}`, { cause: error });
  }
}
