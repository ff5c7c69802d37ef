import { assertEquals, assertThrows } from "@std/assert";
import {
  drawPianoRoll,
  excerpt,
  keyName,
  parseKey,
  parsePitch,
  type Piece,
  pitchName,
  TICKS,
  ticksInBar,
  transposeKey,
  transposePiece,
} from "../../../core/music/mod.ts";

const piece: Piece = {
  name: "two notes",
  voices: [{
    name: "one",
    notes: [{ pitch: 60, start: 0, length: TICKS }, { pitch: 64, start: 2 * TICKS, length: 2 * TICKS }],
  }],
  length: 4 * TICKS,
  metre: { beats: 3, unit: 4 },
  pickup: TICKS,
  tempo: 100,
};

Deno.test("pitches and keys have one name each, and are found by it", () => {
  for (let pitch = 0; pitch < 128; pitch++) assertEquals(parsePitch(pitchName(pitch)), pitch);
  assertEquals([parsePitch("Bb3"), parsePitch("C4"), parsePitch("rest"), parsePitch("H2")], [
    58,
    60,
    undefined,
    undefined,
  ]);
  for (const mode of ["major", "minor"] as const) {
    for (let fifths = -5; fifths <= 6; fifths++) {
      assertEquals(parseKey(keyName({ fifths, mode })), { fifths, mode });
    }
  }
  assertEquals(keyName({ fifths: 1, mode: "major" }), "G:major");
  assertEquals(keyName({ fifths: 0, mode: "minor" }), "A:minor");
});

Deno.test("transposePiece() moves notes and key, and refuses what leaves MIDI's range", () => {
  const moved = transposePiece({ ...piece, key: { fifths: 0, mode: "major" } }, 2);
  assertEquals(moved.voices[0].notes.map(({ pitch }) => pitch), [62, 66]);
  assertEquals(moved.key, { fifths: 2, mode: "major" });
  assertEquals(transposeKey({ fifths: 3, mode: "minor" }, 12), { fifths: 3, mode: "minor" });
  assertThrows(() => transposePiece(piece, 100), RangeError, `Cannot transpose "two notes"`);
});

Deno.test("ticksInBar() counts a pick-up as the end of a bar", () => {
  assertEquals([0, TICKS, 4 * TICKS].map((time) => ticksInBar(piece, time)), [2 * TICKS, 0, 0]);
});

Deno.test("excerpt() cuts notes at its ends and keeps the bars where they are", () => {
  const part = excerpt(piece, 3 * TICKS, TICKS);
  assertEquals(part.voices[0].notes, [{ pitch: 64, start: 0, length: TICKS }]);
  assertEquals([part.length, ticksInBar(part, 0)], [TICKS, 2 * TICKS]);
});

Deno.test("drawPianoRoll() paints a voice's colour where it sounds, higher pitches above", () => {
  const roll = drawPianoRoll(piece, { quarter: 10, halfTone: 2, range: [60, 64] });
  assertEquals([roll.width, roll.height], [40, 10]);
  const at = (x: number, y: number) => [...roll.data.slice(3 * (y * 40 + x), 3 * (y * 40 + x) + 3)];
  const blue = [0, 114, 178];
  assertEquals([at(5, 8), at(25, 0), at(35, 1)], [blue, blue, blue]);
  assertEquals(at(15, 8), [255, 255, 255]);
});
