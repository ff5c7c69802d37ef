import * as tf from "@tensorflow/tfjs";
import type { MusicStream } from "../data/dataset.ts";
import { NO_TIME, parseDuration, REST, START } from "../data/music/melody_words.ts";
import { parsePitch } from "../../core/music/piece.ts";
import { type DrawOptions, drawTokens } from "../models/draw_tokens.ts";
import { type BlockWriter, type WriteInBlocksOptions, writeSequences } from "../models/write_in_blocks.ts";
import type { AttentionCache } from "../nn/attention_cache.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { foldSeed } from "../runtime/random.ts";
import { durationBias, type MusicTransformer } from "./music_transformer.ts";

/** What {@link writeMelodies} is asked for. */
export interface WriteMelodiesOptions
  extends Omit<DrawOptions, "forbidden">, Pick<WriteInBlocksOptions, "count" | "random" | "block"> {
  /** What each begins with, `[events][2]`, one event at least: see {@link readStart}. */
  start: readonly (readonly [note: number, duration: number])[];
  /** Events of the longest melody, the start's among them. */
  events: number;
  /** The words of notes and durations. */
  streams: readonly MusicStream[];
}

/** Tokens of padding and of what is not known, which are never drawn. */
const FORBIDDEN = [0, 1];

/**
 * Writes melodies event by event: each costs one step, because keys and values of those before it are kept. A melody ends
 * where another one would start. What sounds gets a duration above 0.
 *
 * @returns Tokens `[events, 2]` of each.
 */
export async function writeMelodies(
  model: MusicTransformer,
  parameters: NamedTensors,
  { count, start, events, streams, random, block, ...draw }: WriteMelodiesOptions,
): Promise<Int32Array[]> {
  const drawing = { ...draw, forbidden: FORBIDDEN };
  const fits = durationsThatFit(streams);
  const writer: BlockWriter<AttentionCache[]> = {
    begin: (count) => model.emptyCache(count),
    next(token, cache, { position, seed }) {
      const next = model.step(parameters, token.expandDims(1), cache, position);
      const states = next.states.squeeze([1]);
      const notes = drawTokens(model.noteLogits(parameters, states), foldSeed(seed, 0), drawing);
      const logits = model.durationLogits(parameters, states, notes).add(durationBias(notes, fits));
      const durations = drawTokens(logits, foldSeed(seed, 1), drawing);
      return { token: tf.stack([notes, durations], 1), state: next.cache };
    },
  };
  const begins = streams[0].words.indexOf(START);
  const ends = ([note]: readonly number[]) => note === begins;
  try {
    const options = { count, given: start, length: events, ends, random, block };
    const melodies = await writeSequences(writer, options);
    return melodies.map((melody) => {
      const last = melody.length > start.length && ends(melody.at(-1)!) ? -1 : undefined;
      return Int32Array.from(melody.slice(0, last).flat());
    });
  } finally {
    fits.dispose();
  }
}

/** Which durations go with which notes, `[notes, durations]`; the caller's. */
export function durationsThatFit([notes, durations]: readonly MusicStream[]): tf.Tensor2D {
  const rows = notes.words.map((note) => {
    const sounds = isSounding(note);
    return durations.words.map((duration) =>
      Number(sounds ? parseDuration(duration) > 0 : duration === NO_TIME)
    );
  });
  return tf.tensor2d(rows);
}

const isSounding = (word: string) => word === REST || parsePitch(word) !== undefined;

/**
 * The beginning of a melody in words: `G:major 3/4TS D4=0.5 rest=1 G4`, durations in quarter notes, 1 where none is told.
 * START is put in front.
 *
 * @throws RangeError naming the word that is not known.
 */
export function readStart(text: string, streams: readonly MusicStream[]): [note: number, duration: number][] {
  const [notes, durations] = streams.map(({ words }) => new Map(words.map((word, i) => [word, i])));
  const words = [START, ...text.trim().split(/\s+/).filter((word) => word !== "" && word !== START)];
  return words.map((word) => {
    const [name, told = isSounding(name) ? "1" : NO_TIME] = word.split("=");
    const [note, duration] = [notes.get(name), durations.get(told)];
    if (note !== undefined && duration !== undefined && note > 1 && duration > 1) return [note, duration];
    const wanted = note === undefined ? [...notes.keys()] : [...durations.keys()];
    throw new RangeError(
      `Cannot begin with "${word}": expected ${
        note === undefined ? "notes" : "durations"
      } of the training data, such as ${wanted.slice(2).slice(-6).join(", ")}`,
    );
  });
}
