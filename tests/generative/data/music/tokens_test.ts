import { assert, assertEquals, assertThrows } from "@std/assert";
import { decodeMidi, encodeMidi, type Piece, TICKS, transposePiece } from "../../../../core/music/mod.ts";
import { packPieces, unpackPieces } from "../../../../generative/data/music/kept_pieces.ts";
import {
  durationName,
  melodyPiece,
  melodyWords,
  parseDuration,
} from "../../../../generative/data/music/melody_words.ts";
import { gridPiece, voiceGrid } from "../../../../generative/data/music/voice_grid.ts";
import {
  asFourVoices,
  chooseSingers,
  melodyOf,
  openingOf,
} from "../../../../generative/data/music/voices.ts";
import { SHIFTS, transposition } from "../../../../generative/music/transposition.ts";
import { randomChorale } from "./support.ts";

Deno.test("a melody's words, as MIDI and read again, are the same words", () => {
  for (let seed = 0; seed < 10; seed++) {
    const words = melodyWords(randomChorale(seed));
    const piece = melodyPiece(words, { name: "melody", tempo: 120 });
    assertEquals(melodyWords(decodeMidi(encodeMidi(piece), "melody")), words);
  }
});

Deno.test("a grid's words, as MIDI and read again, are the same words", () => {
  for (let seed = 0; seed < 10; seed++) {
    const chorale = randomChorale(seed);
    const grid = voiceGrid(chorale);
    const piece = gridPiece(grid, { ...chorale });
    assertEquals(piece, chorale);
    const again = voiceGrid(asFourVoices(decodeMidi(encodeMidi(piece), chorale.name)));
    assertEquals([again.words, again.beats], [grid.words, grid.beats]);
  }
});

Deno.test("durations have exact names: thirds, thirty-seconds and whole notes", () => {
  assertEquals([60, 160, 480, 1920, 720].map(durationName), ["0.125", "1/3", "1", "4", "1.5"]);
  for (let ticks = 1; ticks <= 2000; ticks++) assertEquals(parseDuration(durationName(ticks)), ticks);
});

Deno.test("transposing words is the same as the words of what was transposed", () => {
  const chorale = randomChorale(3);
  for (const shift of SHIFTS) {
    const moved = transposePiece(chorale, shift);
    const words = [...new Set([chorale, moved].flatMap((piece) => melodyWords(piece).notes))];
    const table = transposition(words, shift);
    const tokens = melodyWords(chorale).notes.map((word) => words.indexOf(word));
    assertEquals(tokens.map((token) => words[table[token]]), melodyWords(moved).notes);
    const grid = voiceGrid(chorale).words;
    const known = [...new Set([...grid, ...voiceGrid(moved).words])];
    const gridTable = transposition(known, shift);
    assertEquals(grid.map((word) => known[gridTable[known.indexOf(word)]]), voiceGrid(moved).words);
  }
});

Deno.test("transposition() marks what would leave the range or has no word", () => {
  const words = ["hold", "C4", "D4", "C:major"];
  assertEquals([...transposition(words, 2)], [0, 2, -1, -1]);
  assertEquals([...transposition(words, 0, [61, 127])], [0, -1, 2, 3]);
});

Deno.test("voiceGrid() names a piece out of its range, or without four voices", () => {
  const high = transposePiece(randomChorale(1), 30);
  assertThrows(
    () => voiceGrid(high),
    RangeError,
    `Cannot use "chorale 1": expected pitches from C2 to A5, got`,
  );
  const two: Piece = { ...randomChorale(1), voices: randomChorale(1).voices.slice(0, 2) };
  assertThrows(() => asFourVoices(two), TypeError, `expected four voices, got 2`);
});

Deno.test("melodyOf() takes the highest voice, and of chords the highest note", () => {
  const note = (pitch: number, start: number, length = TICKS) => ({ pitch, start, length });
  const piece: Piece = {
    ...randomChorale(1),
    voices: [
      { name: "low", notes: [note(40, 0), note(41, TICKS)] },
      { name: "high", notes: [note(60, 0), note(64, 0, 4 * TICKS), note(65, TICKS)] },
    ],
  };
  assertEquals(melodyOf(piece), [note(64, 0), note(65, TICKS)]);
});

Deno.test("chooseSingers() finds the singers among instruments, and refuses what lacks one", () => {
  const chorale = randomChorale(2);
  const [soprano, ...others] = chorale.voices;
  const score = { ...chorale, voices: [{ name: "Horn 1", notes: soprano.notes }, ...others, soprano] };
  assertEquals(chooseSingers(score)?.voices, chorale.voices);
  assertEquals(chooseSingers({ ...chorale, voices: others }), undefined);
  assertEquals(
    chooseSingers({ ...chorale, length: 3 * chorale.length }),
    undefined,
    "silent most of the time",
  );
});

Deno.test("openingOf() knows a tune in any key, and another harmony of it", () => {
  const chorale = randomChorale(5), other = randomChorale(6);
  assertEquals(openingOf(transposePiece(chorale, 4)), openingOf(chorale));
  const harmonised = { ...other, voices: [chorale.voices[0], ...other.voices.slice(1)] };
  assertEquals(openingOf(harmonised), openingOf(chorale));
  assert(openingOf(other) !== openingOf(chorale));
});

Deno.test("pieces survive the cache", () => {
  const pieces = [randomChorale(1), { ...randomChorale(2), key: undefined }].map(({ key, ...piece }) => ({
    ...piece,
    ...key && { key },
  }));
  assertEquals(unpackPieces(packPieces(pieces)), pieces);
});
