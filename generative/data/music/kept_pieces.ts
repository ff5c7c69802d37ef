import type { Note, Piece } from "../../../core/music/piece.ts";
import type { Safetensors } from "../../train/safetensors.ts";

/** Pieces as arrays, for the cache: all notes in one, the rest as JSON. */
export function packPieces(pieces: readonly Piece[]): Safetensors {
  const notes = pieces.flatMap(({ voices }) => voices.flatMap(({ notes }) => notes));
  const data = new Int32Array(notes.length * 4);
  notes.forEach(({ pitch, start, length, fermata }, i) => {
    data.set([pitch, start, length, Number(fermata ?? false)], 4 * i);
  });
  const headings = pieces.map(({ voices, ...heading }) => ({
    ...heading,
    voices: voices.map(({ name, notes }) => ({ name, count: notes.length })),
  }));
  return {
    arrays: { notes: { shape: [notes.length, 4], data } },
    metadata: { pieces: JSON.stringify(headings) },
  };
}

/** The pieces of {@link packPieces}. */
export function unpackPieces({ arrays, metadata }: Safetensors): Piece[] {
  const { data } = arrays.notes;
  let place = 0;
  const take = (): Note => {
    const [pitch, start, length, fermata] = data.subarray(4 * place, 4 * ++place);
    return { pitch, start, length, ...fermata && { fermata: true } };
  };
  const headings: (Omit<Piece, "voices"> & { voices: { name: string; count: number }[] })[] = JSON.parse(
    metadata.pieces,
  );
  return headings.map(({ voices, ...heading }) => ({
    ...heading,
    voices: voices.map(({ name, count }) => ({ name, notes: Array.from({ length: count }, take) })),
  }));
}
