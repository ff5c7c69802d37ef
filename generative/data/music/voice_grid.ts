import { type Note, parsePitch, type Piece, pitchName, ticksInBar } from "../../../core/music/piece.ts";
import { STEP, VOICES } from "./voices.ts";

/** What every voice has in the step before a piece. */
export const GRID_START = "START";
/** What every voice has in the step behind a piece. */
export const GRID_END = "END";
/** A voice goes on with its last note. */
export const HOLD = "hold";
/** A voice is silent. */
export const GRID_REST = "rest";
/** The lowest and the highest pitch that the grid has: those of Bach's chorales. */
export const GRID_RANGE = [36, 81] as const;
/** All words of the grid: 48 for what sounds, and START, END, padding and the unknown. */
export const GRID_WORDS: readonly string[] = [
  "",
  "[UNK]",
  GRID_START,
  GRID_END,
  HOLD,
  GRID_REST,
  ...Array.from({ length: GRID_RANGE[1] - GRID_RANGE[0] + 1 }, (_, i) => pitchName(GRID_RANGE[0] + i)),
];
/** Steps of the longest bar that is told apart: 3/2 and 12/8 have 24. */
const LONGEST_BAR = 24;
/** Where in its bar a step stands; the first stands for padding, the second for START and END. */
export const BEAT_WORDS: readonly string[] = [
  "",
  "none",
  ...Array.from({ length: LONGEST_BAR }, (_, i) => String(i + 1)),
];
/** Whether the soprano is held at a step. The first stands for padding. */
export const FERMATA_WORDS: readonly string[] = ["", "no", "yes"];

/** A piece for four voices on a grid of sixteenths. */
export interface VoiceGrid {
  /** One word of {@link GRID_WORDS} a voice and step, step by step, from the soprano to the bass: `[4 steps]`. */
  words: string[];
  /** Where in its bar each step stands, `[steps]`, words of {@link BEAT_WORDS}. */
  beats: string[];
  /** Whether the soprano has a fermata, `[steps]`. */
  fermatas: boolean[];
}

/**
 * A piece for four voices as a grid: a step a sixteenth, at which each voice strikes a pitch, holds its last one or rests.
 * Notes are moved to the nearest step; those that get no step of their own are left out.
 *
 * @throws RangeError when a note lies outside of {@link GRID_RANGE}, TypeError when it has not four voices.
 */
export function voiceGrid(piece: Piece): VoiceGrid {
  if (piece.voices.length !== VOICES.length) {
    throw new TypeError(`Cannot use "${piece.name}": expected four voices, got ${piece.voices.length}`);
  }
  const steps = Math.round(piece.length / STEP);
  const words = Array<string>(VOICES.length * steps).fill(GRID_REST);
  const fermatas = Array<boolean>(steps).fill(false);
  piece.voices.forEach(({ notes }, voice) => {
    for (const { pitch, start, length, fermata } of notes) {
      if (pitch < GRID_RANGE[0] || pitch > GRID_RANGE[1]) {
        const [lowest, highest] = GRID_RANGE.map(pitchName);
        throw new RangeError(
          `Cannot use "${piece.name}": expected pitches from ${lowest} to ${highest}, got ${
            pitchName(pitch)
          }`,
        );
      }
      const [first, end] = [start, start + length].map((time) => Math.round(time / STEP));
      for (let step = first; step < Math.min(end, steps); step++) {
        words[VOICES.length * step + voice] = step === first ? pitchName(pitch) : HOLD;
        if (voice === 0 && fermata) fermatas[step] = true;
      }
    }
  });
  const beats = Array.from({ length: steps }, (_, step) => {
    const place = Math.floor(ticksInBar(piece, step * STEP) / STEP);
    return String(place % LONGEST_BAR + 1);
  });
  return { words, beats, fermatas };
}

/** What {@link gridPiece} takes of the piece beside its notes. */
export type GridHeading = Pick<Piece, "name" | "metre" | "key" | "pickup" | "tempo">;

/** The piece of a grid. A voice that holds before it struck anything rests. */
export function gridPiece({ words, fermatas }: Omit<VoiceGrid, "beats">, heading: GridHeading): Piece {
  const steps = words.length / VOICES.length;
  const voices = VOICES.map((name, voice) => {
    const notes: Note[] = [];
    let sounds = false;
    for (let step = 0; step < steps; step++) {
      const word = words[VOICES.length * step + voice];
      const pitch = parsePitch(word);
      const fermata = voice === 0 && fermatas[step];
      if (pitch !== undefined) {
        notes.push({ pitch, start: step * STEP, length: STEP, ...fermata && { fermata } });
        sounds = true;
      } else if (word === HOLD && sounds) {
        const last = notes[notes.length - 1];
        notes[notes.length - 1] = { ...last, length: last.length + STEP, ...fermata && { fermata } };
      } else sounds = false;
    }
    return { name, notes };
  });
  return { ...heading, voices, length: steps * STEP };
}
