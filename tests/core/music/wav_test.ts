import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  durationOf,
  encodeWav,
  type Note,
  type Piece,
  SAMPLE_RATE,
  synthesise,
  tonesOf,
} from "../../../core/music/mod.ts";

const pieceOf = (...voices: Note[][]): Piece => ({
  name: "A piece",
  voices: voices.map((notes, i) => ({ name: `Voice ${i + 1}`, notes })),
  length: 960,
  metre: { beats: 2, unit: 4 },
  pickup: 0,
  tempo: 120,
});
const A4: Note = { pitch: 69, start: 0, length: 480 };

/** How loud a frequency is in the first half second. */
function loudnessAt(samples: Float32Array, frequency: number): number {
  let [real, imaginary] = [0, 0];
  samples.subarray(0, SAMPLE_RATE / 2).forEach((value, i) => {
    const angle = 2 * Math.PI * frequency * i / SAMPLE_RATE;
    real += value * Math.cos(angle);
    imaginary += value * Math.sin(angle);
  });
  return Math.hypot(real, imaginary);
}

Deno.test("notes sound in equal temperament at their tempo", () => {
  const piece = pieceOf([A4, { pitch: 57, start: 480, length: 240 }]);
  assertEquals(tonesOf(piece), [
    { frequency: 440, from: 0, seconds: 0.5 },
    { frequency: 220, from: 0.5, seconds: 0.25 },
  ]);
  assertEquals(durationOf(piece), 1);
});

Deno.test("an A is loudest at 440 Hz, has harmonics and nothing between them", () => {
  const samples = synthesise(pieceOf([A4]));
  const at = (frequency: number) => loudnessAt(samples, frequency);
  const loudest = Array.from({ length: 100 }, (_, i) => 100 + 20 * i)
    .reduce((best, frequency) => at(frequency) > at(best) ? frequency : best);
  assertEquals(loudest, 440);
  for (const [n, share] of [[2, 0.45], [3, 0.25], [4, 0.12]]) {
    assertAlmostEquals(at(440 * n) / at(440), share, 0.02);
  }
  assert(at(660) < 0.02 * at(440));
});

Deno.test("what sounds rises softly, ends softly, is still before and after, and never clips", () => {
  const chord = [60, 64, 67, 72, 76].map((pitch) => [{ pitch, start: 240, length: 240 }]);
  const samples = synthesise(pieceOf(...chord));
  assertEquals(samples.length, Math.ceil(1.08 * SAMPLE_RATE), "the piece, and the last tone fading");
  assertAlmostEquals(samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0), 0.9, 1e-6);
  const quarter = SAMPLE_RATE / 4;
  assert(samples.subarray(0, Math.floor(quarter)).every((value) => value === 0));
  assert(samples.subarray(Math.ceil(0.59 * SAMPLE_RATE)).every((value) => value === 0));
  const alone = synthesise(pieceOf([A4]));
  const begins = alone.subarray(0, 20).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  assert(begins < 0.1, "a tone does not click");
  assert(synthesise(pieceOf([])).every((value) => value === 0), "without notes there is silence");
});

Deno.test("what a file cannot hold is left out: a high note has fewer harmonics and no false ones", () => {
  const samples = synthesise(pieceOf([{ ...A4, pitch: 117 }])); // 7040 Hz: the second harmonic is above 11,025
  assert(loudnessAt(samples, SAMPLE_RATE - 2 * 7040) < 0.02 * loudnessAt(samples, 7040));
});

Deno.test("encodeWav() writes 16 bits mono at 22,050 Hz", () => {
  const piece = pieceOf([A4]);
  const samples = synthesise(piece);
  const bytes = encodeWav(piece);
  const view = new DataView(bytes.buffer);
  const text = (from: number) => new TextDecoder().decode(bytes.subarray(from, from + 4));
  assertEquals([0, 8, 12, 36].map(text), ["RIFF", "WAVE", "fmt ", "data"]);
  assertEquals(bytes.length, 44 + 2 * samples.length);
  assertEquals([view.getUint32(4, true), view.getUint32(40, true)], [bytes.length - 8, bytes.length - 44]);
  const format = [20, 22, 32, 34].map((at) => view.getUint16(at, true));
  assertEquals(format, [1, 1, 2, 16], "uncompressed, one channel, two bytes a sample of 16 bits");
  assertEquals([24, 28].map((at) => view.getUint32(at, true)), [22_050, 44_100]);
  for (const i of [0, 100, 5000]) {
    assertAlmostEquals(view.getInt16(44 + 2 * i, true) / 32_767, samples[i], 1e-4);
  }
});
