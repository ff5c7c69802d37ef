import type { Piece } from "../../../core/music/piece.ts";
import type { MusicData, MusicStream } from "../dataset.ts";
import { melodyPiece, START } from "./melody_words.ts";
import {
  BEAT_WORDS,
  FERMATA_WORDS,
  GRID_END,
  GRID_START,
  GRID_WORDS,
  gridPiece,
  type VoiceGrid,
} from "./voice_grid.ts";
import { STEP, VOICES } from "./voices.ts";

/** The streams of {@link voiceGrid}, whatever the pieces. */
export const GRID_STREAMS: readonly MusicStream[] = [
  { name: "words", words: GRID_WORDS },
  { name: "beats", words: BEAT_WORDS },
  { name: "fermatas", words: FERMATA_WORDS },
];

/** A grid as words of its streams, one a voice and step, between a step of START and one of END. */
export function gridColumns({ words, beats, fermatas }: VoiceGrid): string[][] {
  const each = VOICES.map(() => 0);
  const spread = <T>(steps: readonly T[]) => steps.flatMap((step) => each.map(() => step));
  return [
    [...each.map(() => GRID_START), ...words, ...each.map(() => GRID_END)],
    spread(["none", ...beats, "none"]),
    spread(["no", ...fermatas.map((held) => held ? "yes" : "no"), "no"]),
  ];
}

/** What is told of a passage's piece: {@link passagePiece}. */
export interface PassageOptions {
  /** What the piece is called. @default the data's name and the number of the passage */
  name?: string;
  /** Tokens that are taken. @default all */
  length?: number;
}

/** A passage as a piece that can be heard and drawn: up to where the next one begins, if it does. */
export function passagePiece(data: MusicData, index: number, options: PassageOptions = {}): Piece {
  const { name = `${data.name} ${index + 1}`, length = data.length } = options;
  const width = data.streams.length;
  const tokens = data.tokens.subarray(
    index * data.length * width,
    (index * data.length + length) * width,
  );
  return tokensPiece(tokens, data, name);
}

/**
 * Tokens as a piece: up to its end, or the beginning of the next one.
 *
 * @param tokens `[events, streams]`.
 */
export function tokensPiece(
  tokens: ArrayLike<number>,
  { form, streams }: Pick<MusicData, "form" | "streams">,
  name: string,
): Piece {
  const width = streams.length;
  const columns = streams.map(({ words }, s) =>
    Array.from({ length: tokens.length / width }, (_, i) => words[tokens[i * width + s]] ?? "")
  );
  const ends = form === "melody" ? [START, ""] : [GRID_START, GRID_END, ""];
  const first = columns[0].findIndex((word) => !ends.includes(word));
  const begin = Math.max(0, first);
  const found = columns[0].findIndex((word, i) => i > begin && ends.includes(word));
  const cut = columns.map((column) => column.slice(begin, found < 0 ? undefined : found));
  if (form === "melody") return melodyPiece({ notes: cut[0], durations: cut[1] }, { name });
  return gridPassage(cut, name);
}

function gridPassage([words, beats, fermatas]: string[][], name: string): Piece {
  const steps = Math.floor(words.length / VOICES.length);
  const ofSteps = (column: readonly string[]) =>
    Array.from({ length: steps }, (_, step) => column[VOICES.length * step]);
  const places = ofSteps(beats).map(Number).filter((place) => place > 0);
  const bar = Math.max(4, ...places);
  const firstBar = Math.max(0, ofSteps(beats).indexOf("1"));
  return gridPiece(
    {
      words: words.slice(0, steps * VOICES.length),
      fermatas: ofSteps(fermatas).map((word) => word === "yes"),
    },
    { name, metre: { beats: Math.ceil(bar / 4), unit: 4 }, pickup: firstBar * STEP, tempo: 80 },
  );
}
