import {
  keyName,
  parseKey,
  parsePitch,
  type Piece,
  pitchName,
  transposeKey,
} from "../../../core/music/piece.ts";
import type { MusicData, MusicStream } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { contentDigest } from "../split_by_content.ts";
import { UNKNOWN } from "../text/vocabulary.ts";
import { melodyWords, parseDuration, parseMetre, REST, START } from "./melody_words.ts";
import { GRID_STREAMS, gridColumns } from "./passages.ts";
import { voiceGrid } from "./voice_grid.ts";
import { VOICES } from "./voices.ts";

/** Tokens of a passage where nobody asks for another number: the book's 50 and the one that follows, or four bars. */
const LENGTHS = { melody: 51, voices: 256 };
/** Tokens between the beginnings of passages to learn from: each event, or each quarter note of four voices. */
const STRIDES = { melody: 1, voices: 16 };
/** Passages to learn from, at most: in larger sets they begin further apart. */
const MOST_PASSAGES = 50_000;

/** The pieces of either side. */
export interface MusicSides {
  /** Those to learn from. */
  learned: readonly Piece[];
  /** Those held out. */
  held: readonly Piece[];
}

/**
 * Pieces as passages of tokens. The pieces of a side stand one after the other in an order that their content gives, and
 * passages are cut from all of it, across the ends of pieces as in the book: those to learn from overlap, those held out
 * do not. The vocabulary is that of the pieces to learn from, so that it depends neither on the split nor on the limit.
 *
 * @param sides With `voices: 4`, pieces for four voices, from the highest to the lowest.
 * @throws TypeError when a side has no piece, RangeError for a length that is too small, or of four voices no whole number
 * of steps; what `voiceGrid` throws.
 */
export function musicData(
  name: string,
  sides: MusicSides,
  { split, limit, length: asked, voices }: ResolvedLoadOptions,
): MusicData {
  const form = voices === VOICES.length ? "voices" : "melody";
  const length = asked || LENGTHS[form];
  if (length < 8 || form === "voices" && length % VOICES.length !== 0) {
    throw new RangeError(
      `Cannot load "${name}": expected a length of 8 tokens or more${
        form === "voices" ? ", four for each step," : ""
      } got ${length}`,
    );
  }
  if (sides.learned.length === 0 || sides.held.length === 0) {
    throw new TypeError(
      `Cannot load "${name}": expected at least two different pieces, one to train on and one to hold out, got ${
        sides.learned.length + sides.held.length
      }`,
    );
  }
  const streams = form === "voices" ? GRID_STREAMS : melodyStreams(sides.learned);
  const pieces = inOrder(split === "train" ? sides.learned : sides.held);
  const sequence = encode(pieces, streams);
  const events = sequence.length / streams.length;
  const starts = passageStarts(events, { length, form, split });
  const taken = evenly(starts, limit);
  const tokens = new Int32Array(taken.length * length * streams.length);
  taken.forEach((start, n) => {
    const passage = sequence.subarray(start * streams.length, (start + length) * streams.length);
    tokens.set(passage, n * length * streams.length);
  });
  return { kind: "music", name, form, count: taken.length, length, tokens, streams };
}

/** The words of melodies; of pitches and keys, those as well that a transposition leads to. */
function melodyStreams(pieces: readonly Piece[]): MusicStream[] {
  const seen = pieces.map(melodyWords);
  const notes = new Set(seen.flatMap(({ notes }) => notes));
  const durations = new Set(seen.flatMap(({ durations }) => durations));
  const pitches = [...notes].flatMap((word) => parsePitch(word) ?? []);
  const [lowest, highest] = [Math.min(...pitches), Math.max(...pitches)];
  const modes = new Set([...notes].flatMap((word) => parseKey(word)?.mode ?? []));
  const keys = [...modes].sort().flatMap((mode) =>
    Array.from({ length: 12 }, (_, i) => keyName(transposeKey({ fifths: 0, mode }, i)))
  );
  const metres = [...notes].filter(parseMetre).sort();
  const sounding = Array.from({ length: highest - lowest + 1 }, (_, i) => pitchName(lowest + i));
  const times = [...durations].sort((a, b) => parseDuration(a) - parseDuration(b) || (a < b ? -1 : 1));
  return [
    { name: "notes", words: ["", "[UNK]", START, REST, ...keys, ...metres, ...sounding] },
    { name: "durations", words: ["", "[UNK]", ...times] },
  ];
}

/** Pieces mixed, each at the place that its content gives it. */
function inOrder(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece) => ({ piece, digest: contentDigest(JSON.stringify(piece.voices)) }))
    .sort((a, b) => a.digest < b.digest ? -1 : 1).map(({ piece }) => piece);
}

/** All pieces one after the other, `[events, streams]`. */
function encode(pieces: readonly Piece[], streams: readonly MusicStream[]): Int32Array {
  const indices = streams.map(({ words }) => new Map(words.map((word, i) => [word, i])));
  const columns = pieces.map((piece) =>
    streams === GRID_STREAMS ? gridColumns(voiceGrid(piece)) : Object.values(melodyWords(piece))
  );
  const events = columns.reduce((sum, [first]) => sum + first.length, 0);
  const tokens = new Int32Array(events * streams.length);
  let place = 0;
  for (const words of columns) {
    for (let event = 0; event < words[0].length; event++) {
      for (const [s, index] of indices.entries()) tokens[place++] = index.get(words[s][event]) ?? UNKNOWN;
    }
  }
  return tokens;
}

function passageStarts(
  events: number,
  { length, form, split }: Pick<MusicData, "length" | "form"> & { split: "train" | "test" },
): number[] {
  const unit = STRIDES[form];
  const last = events - length;
  const apart = form === "voices" ? length - VOICES.length : length - 1; // each event is foreseen once
  const stride = split === "test" ? apart : unit * Math.max(1, Math.ceil(last / unit / MOST_PASSAGES));
  const count = Math.max(1, Math.floor(last / stride) + 1); // a side that fills no passage is filled up
  return Array.from({ length: count }, (_, i) => i * stride);
}

/** So many of them, from all over. */
function evenly(starts: readonly number[], limit: number): number[] {
  const count = limit ? Math.min(limit, starts.length) : starts.length;
  return Array.from({ length: count }, (_, i) => starts[Math.floor(i * starts.length / count)]);
}
