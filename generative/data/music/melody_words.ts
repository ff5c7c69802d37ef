import { greatestCommonDivisor } from "../../../core/greatest_common_divisor.ts";
import {
  barTicks,
  keyName,
  type Metre,
  type Note,
  parseKey,
  parsePitch,
  type Piece,
  pitchName,
  TICKS,
} from "../../../core/music/piece.ts";
import { melodyOf } from "./voices.ts";

/** The word that begins each piece. */
export const START = "START";
/** The word of silence. */
export const REST = "rest";
/** The duration of words that do not sound. */
export const NO_TIME = "0";

/** A melody as words: what sounds, and how long in quarter notes. */
export interface MelodyWords {
  /** START, the key (`G:major`), the metre (`3/4TS`), then pitches (`C#4`) and rests. */
  notes: string[];
  /** As many: `1`, `0.5`, `1/3`; 0 for what does not sound. */
  durations: string[];
}

/** A piece's melody as words (Foster, 2023, chapter 11): START, key and metre, then notes and rests with their durations. */
export function melodyWords(piece: Piece): MelodyWords {
  const notes = [START, ...piece.key ? [keyName(piece.key)] : [], metreName(piece.metre)];
  const durations = notes.map(() => NO_TIME);
  let now = 0;
  const add = (note: string, ticks: number) => {
    if (ticks === 0) return;
    notes.push(note);
    durations.push(durationName(ticks));
  };
  for (const { pitch, start, length } of melodyOf(piece)) {
    add(REST, start - now);
    add(pitchName(pitch), length);
    now = start + length;
  }
  return { notes, durations };
}

/** How {@link melodyPiece} lets words sound. */
export interface MelodyPieceOptions {
  /** What the piece is called. */
  name: string;
  /** Quarter notes a minute. @default 100 */
  tempo?: number;
}

/** The piece that words say; words that are none of a melody, and durations that do not sound, are left out. */
export function melodyPiece(
  { notes, durations }: MelodyWords,
  { name, tempo = 100 }: MelodyPieceOptions,
): Piece {
  const sounding: Note[] = [];
  let now = 0;
  for (const [i, word] of notes.entries()) {
    const length = parseDuration(durations[i]);
    const pitch = parsePitch(word);
    if (length === 0 || (pitch === undefined && word !== REST)) continue;
    if (pitch !== undefined) sounding.push({ pitch, start: now, length });
    now += length;
  }
  const key = notes.map(parseKey).find((key) => key !== undefined);
  return {
    name,
    voices: [{ name: "Melody", notes: sounding }],
    length: now,
    metre: notes.map(parseMetre).find((metre) => metre !== undefined) ?? { beats: 4, unit: 4 },
    ...key && { key },
    pickup: 0,
    tempo,
  };
}

/** A metre as a word: `3/4TS`. */
export function metreName({ beats, unit }: Metre): string {
  return `${beats}/${unit}TS`;
}

/** The metre of a {@link metreName}. @returns Nothing for a text that names none. */
export function parseMetre(word: string): Metre | undefined {
  const [, beats, unit] = /^(\d+)\/(\d+)TS$/.exec(word) ?? [];
  const metre = { beats: Number(beats), unit: Number(unit) };
  return beats !== undefined && barTicks(metre) > 0 ? metre : undefined;
}

/** Ticks as quarter notes: `1.5`, and `1/3` where decimals do not end. */
export function durationName(ticks: number): string {
  const quarters = ticks / TICKS;
  if (quarters * 32 % 1 === 0) return String(quarters);
  const shared = greatestCommonDivisor(ticks, TICKS);
  return `${ticks / shared}/${TICKS / shared}`;
}

/** The ticks of a {@link durationName}; 0 for a text that names none. */
export function parseDuration(word: string): number {
  const [, over, under = "1"] = /^([\d.]+)(?:\/(\d+))?$/.exec(word) ?? [];
  return over === undefined ? 0 : Math.round(Number(over) / Number(under) * TICKS);
}
