import type { Piece } from "../../core/music/piece.ts";
import { STEP, VOICE_RANGES, VOICES } from "../data/music/voices.ts";
import { longestCopiedRun } from "./copied_run.ts";

/** What harmony in four voices is measured by; each is to be read beside that of chorales which nobody learned from. */
export interface ChoraleFigures {
  /** Share of notes outside of their voice's range. */
  outside: number;
  /** Share of steps in which a voice sounds below the next lower one. */
  crossed: number;
  /** Parallel fifths and octaves a change of chord. */
  parallels: number;
  /** Share of steps whose pitches all belong to one triad or seventh chord. */
  chords: number;
  /** Steps in a row that also stand in the training data, in any key: the longest such row of a piece, on average. */
  copied: number;
}

/** Pitches of each step, `[steps][4]`, -1 where a voice rests. */
type Steps = readonly (readonly number[])[];

/** Triads and seventh chords as half-tones above their roots. */
const CHORDS = [
  [0, 4, 7],
  [0, 3, 7],
  [0, 3, 6],
  [0, 4, 8],
  [0, 4, 7, 10],
  [0, 4, 7, 11],
  [0, 3, 7, 10],
  [0, 3, 6, 10],
  [0, 3, 6, 9],
].flatMap((chord) =>
  Array.from({ length: 12 }, (_, root) => new Set(chord.map((tone) => (tone + root) % 12)))
);

/** Measures pieces for four voices beside those that were learned from. */
export function choraleFigures(pieces: readonly Piece[], learned: readonly Piece[]): ChoraleFigures {
  const grids = pieces.map(stepsOf);
  const known = learned.map((piece) => codesOf(stepsOf(piece)));
  const notes = pieces.flatMap(({ voices }) =>
    voices.flatMap(({ notes }, voice) =>
      notes.map(({ pitch }) => pitch < VOICE_RANGES[voice][0] || pitch > VOICE_RANGES[voice][1])
    )
  );
  const steps = grids.flat();
  const changes = grids.flatMap((grid) =>
    grid.slice(1).flatMap((now, i) => now.some((pitch, v) => pitch !== grid[i][v]) ? [[grid[i], now]] : [])
  );
  const parallels = changes.map(([before, now]) => countParallels(before, now));
  return {
    outside: mean(notes.map(Number)),
    crossed: mean(steps.map((step) => Number(isCrossed(step)))),
    parallels: mean(parallels),
    chords: mean(steps.map((step) => Number(isChord(step)))),
    copied: mean(grids.map((grid) => longestCopiedRun(codesOf(grid), known))),
  };
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);

function stepsOf({ voices, length }: Piece): Steps {
  const steps = Array.from({ length: Math.ceil(length / STEP) }, () => VOICES.map(() => -1));
  voices.forEach(({ notes }, voice) => {
    for (const note of notes) {
      const end = Math.min(steps.length, Math.round((note.start + note.length) / STEP));
      for (let step = Math.round(note.start / STEP); step < end; step++) steps[step][voice] = note.pitch;
    }
  });
  return steps;
}

function isCrossed(step: readonly number[]): boolean {
  const sounding = step.filter((pitch) => pitch >= 0);
  return sounding.some((pitch, i) => i > 0 && pitch > sounding[i - 1]);
}

function isChord(step: readonly number[]): boolean {
  const classes = step.filter((pitch) => pitch >= 0).map((pitch) => pitch % 12);
  return CHORDS.some((chord) => classes.every((tone) => chord.has(tone)));
}

/** Pairs of voices that move in the same direction from a fifth to a fifth, or from an octave to an octave. */
export function countParallels(before: readonly number[], now: readonly number[]): number {
  let count = 0;
  for (let upper = 0; upper < before.length; upper++) {
    for (let lower = upper + 1; lower < before.length; lower++) {
      if ([before[upper], before[lower], now[upper], now[lower]].some((pitch) => pitch < 0)) continue;
      const [up, low] = [now[upper] - before[upper], now[lower] - before[lower]];
      const [was, is] = [before[upper] - before[lower], now[upper] - now[lower]].map((gap) =>
        (gap + 120) % 12
      );
      if (up !== 0 && Math.sign(up) === Math.sign(low) && was === is && (is === 0 || is === 7)) count++;
    }
  }
  return count;
}

/** Each step by the intervals between its voices and the soprano's way to it. */
function codesOf(steps: Steps): string[] {
  return steps.map((step, i) => {
    const gaps = step.slice(1).map((pitch, voice) => step[voice] - pitch);
    return `${gaps} ${i > 0 ? step[0] - steps[i - 1][0] : 0}`;
  });
}
