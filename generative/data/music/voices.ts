import { type Note, type Piece, TICKS, type Voice } from "../../../core/music/piece.ts";

/** The four voices of a chorale, from the highest to the lowest. */
export const VOICES = ["Soprano", "Alto", "Tenor", "Bass"] as const;

/** The lowest and the highest pitch of each voice in Bach's chorales. */
export const VOICE_RANGES: readonly (readonly [lowest: number, highest: number])[] = [
  [57, 81],
  [53, 74],
  [48, 69],
  [36, 64],
];

/** Ticks of a sixteenth: a step of the grid. */
export const STEP = TICKS / 4;

/** Steps of silence that a voice may have, as a share of all. */
const MOST_RESTS = 0.5;

/**
 * The four singers of a score, chosen by their names among all parts; instruments are left out.
 *
 * @returns Nothing where one of them is missing, comes twice or is silent most of the time.
 */
export function chooseSingers(score: Piece): Piece | undefined {
  const voices = VOICES.flatMap((name) => {
    const parts = score.voices.filter((part) => part.name.toLowerCase().startsWith(name.toLowerCase()));
    return parts.length === 1 ? [{ name, notes: parts[0].notes }] : [];
  });
  const sings = ({ notes }: Voice) =>
    notes.reduce((ticks, { length }) => ticks + length, 0) >= (1 - MOST_RESTS) * score.length;
  return voices.length === VOICES.length && voices.every(sings) ? { ...score, voices } : undefined;
}

/**
 * A piece for the four voices of a chorale, from the highest to the lowest by their mean pitch, whatever they are called.
 *
 * @throws TypeError when it has not four voices.
 */
export function asFourVoices(piece: Piece): Piece {
  if (piece.voices.length !== VOICES.length) {
    throw new TypeError(`Cannot use "${piece.name}": expected four voices, got ${piece.voices.length}`);
  }
  const sorted = piece.voices.toSorted((a, b) => meanPitch(b) - meanPitch(a));
  return { ...piece, voices: sorted.map(({ notes }, i) => ({ name: VOICES[i], notes })) };
}

/** The melody of a piece: of the voice that is highest on average, the highest note at a time. */
export function melodyOf({ voices }: Piece): Note[] {
  const [first, ...others] = voices;
  const highest = others.reduce((best, voice) => meanPitch(voice) > meanPitch(best) ? voice : best, first);
  const line: Note[] = [];
  for (const note of highest.notes) {
    const last = line.at(-1);
    if (last?.start === note.start) line.pop(); // of a chord, which is sorted by pitch
    else if (last && last.start + last.length > note.start) {
      line[line.length - 1] = { ...last, length: note.start - last.start };
    }
    line.push(note);
  }
  return line;
}

function meanPitch({ notes }: Voice): number {
  return notes.reduce((sum, { pitch }) => sum + pitch, 0) / notes.length;
}

/** Notes that tell a tune. */
const OPENING = 6;

/** How a melody begins, whatever its key: what harmonisations of one tune have in common. */
export function openingOf(piece: Piece): string {
  const pitches = melodyOf(piece).slice(0, OPENING).map(({ pitch }) => pitch);
  return pitches.slice(1).map((pitch, i) => pitch - pitches[i]).join(" ");
}
