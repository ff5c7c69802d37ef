import type { Piece } from "./piece.ts";
import { durationOf, tonesOf } from "./tones.ts";

/** Samples a second of {@link synthesise}. */
export const SAMPLE_RATE = 22_050;

/** Loudness of a tone's harmonics, the fundamental first. */
const HARMONICS = [1, 0.45, 0.25, 0.12];
/** Seconds in which a tone rises, fades once it is over, and loses all but 1/e of its loudness while it sounds. */
const [ATTACK, RELEASE, DECAY] = [0.01, 0.08, 1.5];
/** The loudest sample, 1 being the most that a file holds. */
const PEAK = 0.9;

/**
 * How a piece sounds: each note as a few harmonics that rise softly and decay.
 *
 * @returns Samples at {@link SAMPLE_RATE}, mono, within -0.9 .. 0.9; as long as the piece, and the last fading.
 */
export function synthesise(piece: Piece): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.ceil((durationOf(piece) + RELEASE) * SAMPLE_RATE));
  for (const { frequency, from, seconds } of tonesOf(piece)) {
    const first = Math.round(from * SAMPLE_RATE);
    const count = Math.min(Math.round((seconds + RELEASE) * SAMPLE_RATE), samples.length - first);
    const turn = 2 * Math.PI * frequency / SAMPLE_RATE;
    const harmonics = HARMONICS.filter((_, n) => (n + 1) * turn < Math.PI); // a file holds none above
    for (let i = 0; i < count; i++) {
      const time = i / SAMPLE_RATE;
      const edges = Math.min(1, time / ATTACK, (seconds + RELEASE - time) / RELEASE);
      const cosine = 2 * Math.cos(turn * i);
      let [before, sine, sum] = [0, Math.sin(turn * i), 0];
      for (const loudness of harmonics) {
        sum += loudness * sine;
        [before, sine] = [sine, cosine * sine - before]; // sin (n + 1) x = 2 cos x sin n x - sin (n - 1) x
      }
      samples[first + i] += edges * Math.exp(-time / DECAY) * sum;
    }
  }
  const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return loudest > 0 ? samples.map((value) => value * PEAK / loudest) : samples;
}

/** Bytes of a WAV file before its samples. */
const HEADER = 44;

/** A piece as a WAV file: 22,050 Hz, mono, 16 bits (RIFF, uncompressed), as {@link synthesise} lets it sound. */
export function encodeWav(piece: Piece): Uint8Array<ArrayBuffer> {
  const samples = synthesise(piece);
  const size = 2 * samples.length;
  const view = new DataView(new ArrayBuffer(HEADER + size));
  const tell = (at: number, text: string) =>
    [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  tell(0, "RIFF");
  view.setUint32(4, HEADER - 8 + size, true);
  tell(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // bytes of the format
  view.setUint16(20, 1, true); // uncompressed
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, 2 * SAMPLE_RATE, true); // bytes a second
  view.setUint16(32, 2, true); // bytes of a sample
  view.setUint16(34, 16, true); // bits of a sample
  tell(36, "data");
  view.setUint32(40, size, true);
  samples.forEach((value, i) => view.setInt16(HEADER + 2 * i, Math.round(32_767 * value), true));
  return new Uint8Array(view.buffer);
}
