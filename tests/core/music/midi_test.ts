import { assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { decodeMidi, encodeMidi, type Note, type Piece, TICKS } from "../../../core/music/mod.ts";

/** A file of some tracks, each bytes of events. */
function midi(format: number, tracks: number[][], ticks = 96): Uint8Array {
  const number = (value: number, bytes: number) =>
    Array.from({ length: bytes }, (_, i) => (value >> (8 * (bytes - 1 - i))) & 255);
  const chunk = (name: string, bytes: number[]) => [
    ...new TextEncoder().encode(name),
    ...number(bytes.length, 4),
    ...bytes,
  ];
  const end = [0, 0xff, 0x2f, 0];
  return Uint8Array.from([
    ...chunk("MThd", [...number(format, 2), ...number(tracks.length, 2), ...number(ticks, 2)]),
    ...tracks.flatMap((events) => chunk("MTrk", [...events, ...end])),
  ]);
}

/** A piece of several voices without overlaps, drawn at random. */
function randomPiece(seed: number): Piece {
  const random = new RandomStream(seed);
  const voices = Array.from({ length: random.integer(1, 5) }, (_, voice) => {
    const notes: Note[] = [];
    for (let now = random.integer(0, 3) * 60; notes.length < 20;) {
      const length = random.integer(1, 9) * 60;
      notes.push({ pitch: random.integer(30, 90), start: now, length });
      now += length + random.integer(0, 2) * 120;
    }
    return { name: `Voice ${voice + 1}`, notes };
  });
  return {
    name: `piece ${seed}`,
    voices,
    length: 20 * 9 * 60 + 20 * 240,
    metre: { beats: [2, 3, 4, 6][seed % 4], unit: seed % 4 === 3 ? 8 : 4 },
    key: { fifths: seed % 13 - 6, mode: seed % 2 ? "minor" : "major" },
    pickup: seed % 3 === 0 ? 0 : TICKS / (seed % 3),
    tempo: 120,
  };
}

Deno.test("decodeMidi() reads what encodeMidi() writes: notes, metre, key, pick-up, tempo", () => {
  for (let seed = 0; seed < 24; seed++) {
    const piece = randomPiece(seed);
    assertEquals(decodeMidi(encodeMidi(piece), piece.name), piece);
  }
});

Deno.test("decodeMidi() reads running status, and a strike of velocity 0 as an end", () => {
  const track = [0, 0x90, 60, 64, 96, 60, 0, 0, 64, 64, 48, 64, 0]; // no status after the first event
  const { voices: [{ notes }] } = decodeMidi(midi(0, [track]), "running");
  assertEquals(notes, [
    { pitch: 60, start: 0, length: TICKS },
    { pitch: 64, start: TICKS, length: TICKS / 2 },
  ]);
});

Deno.test("decodeMidi() tells channels of format 0 apart, leaves drums out, and ends what is never ended", () => {
  const track = [0, 0x90, 60, 64, 0, 0x91, 48, 64, 0, 0x99, 36, 64, 96, 0x80, 60, 64, 0, 0x89, 36, 0];
  const { voices } = decodeMidi(midi(0, [track]), "channels");
  assertEquals(voices.map(({ notes }) => notes), [
    [{ pitch: 60, start: 0, length: TICKS }],
    [{ pitch: 48, start: 0, length: TICKS }],
  ]);
});

Deno.test("decodeMidi() names files that are damaged, of another kind or silent", () => {
  const refuses = (bytes: Uint8Array, type: typeof SyntaxError | typeof TypeError, text: string) =>
    assertThrows(() => decodeMidi(bytes, "a.mid"), type, text);
  refuses(new Uint8Array(), SyntaxError, `Cannot read "a.mid": expected a MIDI file, got a damaged one`);
  refuses(new TextEncoder().encode("not music at all"), SyntaxError, "damaged one");
  refuses(midi(2, [[]]), SyntaxError, "got format 2");
  refuses(midi(1, [[]]), TypeError, `Cannot use "a.mid": expected a MIDI file with notes`);
  const whole = encodeMidi(randomPiece(1));
  for (let length = 0; length < whole.length; length += 7) {
    refuses(whole.slice(0, length), SyntaxError, "damaged one");
  }
});
