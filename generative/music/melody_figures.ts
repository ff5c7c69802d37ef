import type { Note } from "../../core/music/piece.ts";
import { longestCopiedRun } from "./copied_run.ts";

/** A melody as notes in order. */
export type Melody = readonly Note[];

/** What melodies are measured by; each is to be read beside that of melodies which nobody learned from. */
export interface MelodyFigures {
  /** Distance (total variation, 0 .. 1) of their steps from note to note, in half-tones, from those of the data. */
  intervals: number;
  /** The same distance of their notes' lengths. */
  lengths: number;
  /** Notes in a row that also stand in the data, in any key: the longest such row of a melody, on average. */
  copied: number;
  /** The share of runs of four notes that came before in the same melody. */
  repeated: number;
}

/** Notes in a run that may be repeated. */
const RUN = 4;

/** Measures melodies beside those of the data. @param learned Melodies that were learned from. */
export function melodyFigures(melodies: readonly Melody[], learned: readonly Melody[]): MelodyFigures {
  const steps = (of: readonly Melody[]) => of.flatMap((melody) => intervals(melody));
  const lengths = (of: readonly Melody[]) => of.flatMap((melody) => melody.map(({ length }) => length));
  const known = learned.map(codesOf);
  const longest = melodies.map((melody) => longestCopiedRun(codesOf(melody), known));
  const repeats = melodies.map(repeatedShare);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  return {
    intervals: distance(steps(melodies), steps(learned)),
    lengths: distance(lengths(melodies), lengths(learned)),
    copied: mean(longest),
    repeated: mean(repeats),
  };
}

function intervals(melody: Melody): number[] {
  return melody.slice(1).map(({ pitch }, i) => pitch - melody[i].pitch);
}

/** Total variation between the shares of values. */
export function distance(values: readonly number[], others: readonly number[]): number {
  const shares = (of: readonly number[]) => {
    const counts = new Map<number, number>();
    for (const value of of) counts.set(value, (counts.get(value) ?? 0) + 1 / of.length);
    return counts;
  };
  const [one, two] = [shares(values), shares(others)];
  const all = new Set([...one.keys(), ...two.keys()]);
  let sum = 0;
  for (const value of all) sum += Math.abs((one.get(value) ?? 0) - (two.get(value) ?? 0));
  return sum / 2;
}

/** Each note after the first by its step and length. */
function codesOf(melody: Melody): string[] {
  return intervals(melody).map((step, i) => `${step} ${melody[i + 1].length}`);
}

function repeatedShare(melody: Melody): number {
  const codes = codesOf(melody);
  const seen = new Set<string>();
  let repeats = 0, runs = 0;
  for (let start = 0; start + RUN <= codes.length; start++) {
    const run = codes.slice(start, start + RUN).join("|");
    if (seen.has(run)) repeats++;
    seen.add(run);
    runs++;
  }
  return repeats / Math.max(runs, 1);
}
