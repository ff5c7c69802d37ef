import { createHash } from "node:crypto";

/** About one example in this many is held out. */
const HELD_OUT = 20;

/** Indices of examples, each side in the order of the digests: whatever a file is called, and where it lies. */
export interface ContentSplit {
  /** Those to learn from. */
  learned: number[];
  /** Those held out. */
  held: number[];
}

/** What an example is known by: 64 bits of SHA-256 over its content, as 16 hexadecimal digits. */
export function contentDigest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

/**
 * Splits examples by what they hold: about one in twenty is held out. An example's side depends on itself alone, so
 * that it stays where it is when others come or go, and copies are together. Only where that leaves a side without an
 * example that can be used does the nearest one change sides.
 *
 * @param digests See {@link contentDigest}.
 * @param usable Whether an example can be used; few are asked. @default all can
 * @returns Nothing where no two different ones can be used.
 */
export async function splitByContent(
  digests: readonly string[],
  usable: (index: number) => boolean | Promise<boolean> = () => true,
): Promise<ContentSplit | undefined> {
  const order = Array.from(digests, (_, i) => i).toSorted((a, b) => digests[a] < digests[b] ? -1 : 1);
  const examples = [...Map.groupBy(order, (i) => digests[i]).values()];
  const place = ([first]: number[]) => parseInt(digests[first].slice(0, 8), 16) / 2 ** 32;
  let held = examples.filter((copies) => place(copies) < 1 / HELD_OUT).length;

  const first = await nearest(examples, { from: 0, step: 1, usable });
  const last = await nearest(examples, { from: examples.length - 1, step: -1, usable });
  if (first === undefined || last === undefined || first === last) return undefined;
  held = Math.min(Math.max(held, first + 1), last);
  return { learned: examples.slice(held).flat(), held: examples.slice(0, held).flat() };
}

async function nearest(
  examples: readonly number[][],
  { from, step, usable }: {
    from: number;
    step: 1 | -1;
    usable: (index: number) => boolean | Promise<boolean>;
  },
): Promise<number | undefined> {
  for (let i = from; i >= 0 && i < examples.length; i += step) if (await usable(examples[i][0])) return i;
  return undefined;
}
