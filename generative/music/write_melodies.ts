import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { MusicStream } from "../data/dataset.ts";
import { NO_TIME, parseDuration, REST, START } from "../data/music/melody_words.ts";
import { parsePitch } from "../../core/music/piece.ts";
import type { AttentionCache } from "../nn/attention_cache.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { compile, disposeTree, foldSeed, seedTensor } from "../runtime/mod.ts";
import { type DrawOptions, drawTokens } from "../transformers/draw_tokens.ts";
import { durationBias, type MusicTransformer } from "./music_transformer.ts";

/** What {@link writeMelodies} is asked for. */
export interface WriteMelodiesOptions extends Omit<DrawOptions, "forbidden"> {
  /** Number of melodies, written side by side. */
  count: number;
  /** What each begins with, `[events][2]`, one event at least: see {@link readStart}. */
  start: readonly (readonly [note: number, duration: number])[];
  /** Events of the longest melody, the start's among them. */
  events: number;
  /** The words of notes and durations. */
  streams: readonly MusicStream[];
  /** The only source of chance. */
  random: RandomStream;
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
  { count, start, events, streams, random, ...draw }: WriteMelodiesOptions,
): Promise<Int32Array[]> {
  const step = compile(
    (
      { parameters, tokens, cache, position, fits, seed }: {
        parameters: NamedTensors;
        tokens: tf.Tensor;
        cache: AttentionCache[];
        position: tf.Tensor;
        fits: tf.Tensor;
        seed: tf.Tensor;
      },
    ) => {
      const next = model.step(parameters, tokens, cache, position);
      const states = next.states.squeeze([1]);
      const options = { ...draw, forbidden: FORBIDDEN };
      const notes = drawTokens(model.noteLogits(parameters, states), foldSeed(seed, 0), options);
      const logits = model.durationLogits(parameters, states, notes).add(durationBias(notes, fits));
      const durations = drawTokens(logits, foldSeed(seed, 1), options);
      return { drawn: tf.stack([notes, durations], 1), cache: next.cache };
    },
    { name: "next event" },
  );
  const begins = streams[0].words.indexOf(START);
  const melodies = Array.from({ length: count }, () => [...start]);
  const done = Array<boolean>(count).fill(false);
  const fits = durationsThatFit(streams);
  let cache = tf.tidy(() =>
    model.emptyCache(count) as unknown as tf.TensorContainer
  ) as unknown as AttentionCache[];
  try {
    for (let place = 0; place < events - 1 && !done.every(Boolean); place++) {
      const tokens = tf.tensor3d(melodies.flatMap((melody) => melody[place] ?? FORBIDDEN), [
        count,
        1,
        2,
      ], "int32");
      const position = tf.fill([count], place, "int32");
      const seed = seedTensor(random.fork(place).seedPair());
      const next = await step.run({ parameters, tokens, cache, position, fits, seed });
      disposeTree([tokens, position, seed, cache]);
      cache = next.cache;
      const drawn = await next.drawn.data();
      next.drawn.dispose();
      if (place + 1 < start.length) continue; // still reading
      melodies.forEach((melody, i) => {
        done[i] ||= drawn[2 * i] === begins;
        if (!done[i]) melody.push([drawn[2 * i], drawn[2 * i + 1]]);
      });
    }
  } finally {
    disposeTree([cache, fits]);
    step.dispose();
  }
  return melodies.map((melody) => Int32Array.from(melody.flat()));
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
