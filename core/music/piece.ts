/** Ticks of a quarter note: all times in a {@link Piece} are whole numbers of them. */
export const TICKS = 480;

/** A note of a voice. */
export interface Note {
  /** MIDI's number, 0 .. 127; 60 is the middle C. */
  pitch: number;
  /** Where it begins, in ticks. */
  start: number;
  /** How long it sounds, in ticks, 1 or more. */
  length: number;
  /** Whether it is held: the end of a phrase in a chorale. @default false */
  fermata?: boolean;
}

/** Notes that belong together: what one singer, hand or instrument has. */
export interface Voice {
  /** What it is called: "Soprano". */
  name: string;
  /** Sorted by their start, then by pitch. */
  notes: readonly Note[];
}

/** How bars are counted. */
export interface Metre {
  /** Beats in a bar: 3 of 3/4. */
  beats: number;
  /** The note value of a beat: 4 of 3/4, a power of 2. */
  unit: number;
}

/** What a piece is in. */
export interface Key {
  /** Sharps of its signature; flats are negative, -7 .. 7. */
  fifths: number;
  /** Major or minor. */
  mode: "major" | "minor";
}

/** A piece of music, as notes with their times. */
export interface Piece {
  /** What it is called. */
  name: string;
  /** From the highest to the lowest where that can be told. */
  voices: readonly Voice[];
  /** Where it ends, in ticks. */
  length: number;
  /** The metre that it begins in. */
  metre: Metre;
  /** The key that it begins in, where it is known. */
  key?: Key;
  /** Ticks before the first whole bar. */
  pickup: number;
  /** Quarter notes a minute. */
  tempo: number;
}

/** The ticks of a whole bar. */
export function barTicks({ beats, unit }: Metre): number {
  return beats * 4 * TICKS / unit;
}

/** How far into its bar a time is, in ticks; what comes before the first whole bar is the end of one. */
export function ticksInBar({ metre, pickup }: Pick<Piece, "metre" | "pickup">, time: number): number {
  const bar = barTicks(metre);
  return (((time - pickup) % bar) + bar) % bar;
}

/** Where the last note of some voices ends, in ticks. */
export function endOf(voices: readonly Voice[]): number {
  let end = 0;
  for (const { notes } of voices) for (const { start, length } of notes) end = Math.max(end, start + length);
  return end;
}

/** Notes in the order of a {@link Voice}. */
export function inOrder(notes: readonly Note[]): Note[] {
  return notes.toSorted((a, b) => a.start - b.start || a.pitch - b.pitch);
}

/**
 * A piece so many half-tones higher, its key as well.
 *
 * @throws RangeError when a note leaves MIDI's range.
 */
export function transposePiece(piece: Piece, halfTones: number): Piece {
  const move = (note: Note): Note => {
    const pitch = note.pitch + halfTones;
    if (pitch >= 0 && pitch <= 127) return { ...note, pitch };
    throw new RangeError(`Cannot transpose "${piece.name}": expected pitches in 0 .. 127, got ${pitch}`);
  };
  return {
    ...piece,
    voices: piece.voices.map(({ name, notes }) => ({ name, notes: notes.map(move) })),
    ...piece.key && { key: transposeKey(piece.key, halfTones) },
  };
}

/** A key so many half-tones higher, with five flats to six sharps. */
export function transposeKey({ fifths, mode }: Key, halfTones: number): Key {
  const turned = fifths + 7 * halfTones; // a half-tone is seven fifths, less octaves
  return { fifths: ((turned + 5) % 12 + 12) % 12 - 5, mode };
}

const LETTERS = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

/** A pitch by its name with octave: 60 is "C4". */
export function pitchName(pitch: number): string {
  return `${LETTERS[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/** The pitch of a name: "C4" is 60, "Bb3" and "A#3" are 58. @returns Nothing for a text that names none. */
export function parsePitch(name: string): number | undefined {
  const [, letter, accidental, octave] = /^([A-Ga-g])([#b]?)(-?\d)$/.exec(name) ?? [];
  if (letter === undefined) return undefined;
  const shift = accidental === "#" ? 1 : accidental === "b" ? -1 : 0;
  const pitch = LETTERS.indexOf(letter.toUpperCase()) + shift + 12 * (Number(octave) + 1);
  return pitch >= 0 && pitch <= 127 ? pitch : undefined;
}

/** A key by its tonic and mode: "G:major", "F#:minor". */
export function keyName({ fifths, mode }: Key): string {
  const tonic = 7 * fifths + (mode === "minor" ? 9 : 0);
  return `${LETTERS[(tonic % 12 + 12) % 12]}:${mode}`;
}

/** The key of a {@link keyName}. @returns Nothing for a text that names none. */
export function parseKey(name: string): Key | undefined {
  const [tonic, mode] = name.split(":");
  const place = LETTERS.indexOf(tonic);
  if (place < 0 || (mode !== "major" && mode !== "minor")) return undefined;
  return transposeKey({ fifths: mode === "minor" ? -3 : 0, mode }, place); // C
}
