import * as tf from "@tensorflow/tfjs";
import { type Note, parsePitch, type Piece } from "../../core/music/piece.ts";
import type { MusicData } from "../data/dataset.ts";
import { BEAT_WORDS, GRID_WORDS, HOLD } from "../data/music/voice_grid.ts";
import { STEP, VOICES } from "../data/music/voices.ts";

/** Bars of a picture of music, steps of a bar, pitches and tracks. */
export const BARS = { bars: 2, steps: 16, pitches: 84, tracks: 4 } as const;
/** Steps of all bars. */
const STEPS = BARS.bars * BARS.steps;
/** What stands for silence, as in the book; no chorale reaches it. */
export const SILENCE = 83;
/** Steps after which a note that goes on is struck anew: a quarter. */
const STRIKE = 4;

/**
 * All pairs of whole bars of 4/4 within passages, each once, as the pitches that sound: `[steps, tracks]`,
 * {@link SILENCE} where a voice rests.
 *
 * @throws TypeError when there is none.
 */
export function wholeBars(data: MusicData): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  const width = data.streams.length;
  const steps = data.length / VOICES.length;
  const beats = Array.from({ length: STEPS }, (_, step) => BEAT_WORDS.indexOf(String(step % BARS.steps + 1)));
  for (let n = 0; n < data.count; n++) {
    const passage = data.tokens.subarray(n * data.length * width, (n + 1) * data.length * width);
    const token = (step: number, voice: number, stream: number) =>
      passage[(step * VOICES.length + voice) * width + stream];
    for (let first = 0; first + STEPS <= steps; first++) {
      if (beats.some((beat, step) => token(first + step, 0, 1) !== beat)) continue;
      const bars = soundingPitches((step, voice) => GRID_WORDS[token(first + step, voice, 0)]);
      found.set(String(bars), bars);
    }
  }
  if (found.size > 0) return [...found.values()];
  throw new TypeError(
    `Cannot use "${data.name}": expected two whole bars of 4/4 in one of its passages, got none in ${data.count}`,
  );
}

function soundingPitches(word: (step: number, voice: number) => string): Uint8Array {
  const sounding = new Uint8Array(STEPS * BARS.tracks);
  for (let voice = 0; voice < BARS.tracks; voice++) {
    let pitch: number = SILENCE; // what is held from the bar before is not known
    for (let step = 0; step < STEPS; step++) {
      const told = word(step, voice);
      if (told !== HOLD) pitch = parsePitch(told) ?? SILENCE;
      sounding[step * BARS.tracks + voice] = pitch;
    }
  }
  return sounding;
}

/** Bars as what the networks see: 1 where a pitch sounds, else -1, `[B, steps, pitches, tracks]`. */
export function barsTensor(bars: readonly Uint8Array[]): tf.Tensor4D {
  const { pitches, tracks } = BARS;
  const values = new Float32Array(bars.length * STEPS * pitches * tracks).fill(-1);
  bars.forEach((sounding, n) => {
    sounding.forEach((pitch, i) => {
      const [step, track] = [Math.floor(i / tracks), i % tracks];
      values[((n * STEPS + step) * pitches + pitch) * tracks + track] = 1;
    });
  });
  return tf.tensor4d(values, [bars.length, STEPS, pitches, tracks]);
}

/** The likeliest pitches of what a generator makes. @param pictures `[B, steps, pitches, tracks]`. */
export async function likeliestBars(pictures: tf.Tensor): Promise<Uint8Array[]> {
  const best = tf.tidy(() => pictures.argMax(2));
  const values = await best.data();
  best.dispose();
  const size = STEPS * BARS.tracks;
  return Array.from(
    { length: values.length / size },
    (_, n) => Uint8Array.from(values.subarray(n * size, (n + 1) * size)),
  );
}

/** Bars that can be heard: notes end where the pitch changes, and at each quarter. */
export function barsPiece(bars: Uint8Array, name: string): Piece {
  const voices = VOICES.map((name, track) => {
    const notes: Note[] = [];
    let before = SILENCE;
    for (let step = 0; step < STEPS; step++) {
      const pitch = bars[step * BARS.tracks + track];
      const goesOn = pitch === before && step % STRIKE !== 0;
      const last = notes.at(-1);
      if (pitch !== SILENCE && goesOn && last) {
        notes[notes.length - 1] = { ...last, length: last.length + STEP };
      } else if (pitch !== SILENCE) notes.push({ pitch, start: step * STEP, length: STEP });
      before = pitch;
    }
    return { name, notes };
  });
  return { name, voices, length: STEPS * STEP, metre: { beats: 4, unit: 4 }, pickup: 0, tempo: 66 };
}
