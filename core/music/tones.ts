import { type Piece, TICKS } from "./piece.ts";

/** A note as it sounds. */
export interface Tone {
  /** Hertz, in equal temperament with A at 440. */
  frequency: number;
  /** When it begins, seconds from the piece's start. */
  from: number;
  /** How long it sounds, seconds. */
  seconds: number;
}

/** How long a piece takes, seconds. */
export function durationOf({ length, tempo }: Pick<Piece, "length" | "tempo">): number {
  return length / TICKS * 60 / tempo;
}

/** A piece's notes as tones. */
export function tonesOf({ voices, tempo }: Pick<Piece, "voices" | "tempo">): Tone[] {
  const tick = 60 / tempo / TICKS;
  return voices.flatMap(({ notes }) =>
    notes.map(({ pitch, start, length }) => ({
      frequency: 440 * 2 ** ((pitch - 69) / 12),
      from: start * tick,
      seconds: length * tick,
    }))
  );
}
