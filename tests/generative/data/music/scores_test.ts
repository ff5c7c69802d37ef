import { assertEquals, assertThrows } from "@std/assert";
import { strToU8, zipSync } from "fflate";
import { TICKS } from "../../../../core/music/mod.ts";
import { readAbc } from "../../../../generative/data/music/abc.ts";
import { readCompressedMusicXml, readMusicXml } from "../../../../generative/data/music/music_xml.ts";

const note = (pitch: string, duration: number, more = "") =>
  `<note><pitch><step>${pitch[0]}</step>${pitch.includes("#") ? "<alter>1</alter>" : ""}<octave>${
    pitch.at(-1)
  }</octave></pitch><duration>${duration}</duration>${more}</note>`;
const tie = (type: string) => `<tie type="${type}"/>`;

/** Two parts in 3/4 with a pick-up; ties over a bar line, changed divisions, a grace note, a chord and a second voice. */
const SCORE = `<?xml version="1.0"?>
<score-partwise><part-list><score-part id="P1"><part-name>Soprano</part-name></score-part>
<score-part id="P2"><part-name>Bass</part-name></score-part></part-list>
<part id="P1"><measure implicit="yes"><attributes><divisions>2</divisions><key><fifths>-1</fifths>
<mode>minor</mode></key><time><beats>3</beats><beat-type>4</beat-type></time></attributes>${
  note("D5", 2)
}</measure>
<measure>${note("E5", 2)}<note><grace/><pitch><step>A</step><octave>5</octave></pitch></note>${
  note("F#5", 4, tie("start"))
}</measure>
<measure><attributes><divisions>4</divisions></attributes>${note("F#5", 4, tie("stop"))}${
  note("G5", 8, "<notations><fermata/></notations>")
}</measure></part>
<part id="P2"><measure><attributes><divisions>1</divisions></attributes><note><rest/><duration>1</duration></note></measure>
<measure>${note("C3", 3)}${
  note("E3", 3).replace("<pitch>", "<chord/><pitch>")
}<backup><duration>3</duration></backup>
<forward><duration>1</duration></forward>${note("G3", 2)}</measure>
<measure>${note("C3", 3)}</measure></part></score-partwise>`;

Deno.test("readMusicXml() joins ties, reads pick-up, key and fermatas, and goes back for chords and voices", () => {
  const piece = readMusicXml(SCORE, "score");
  const notes = piece.voices.map(({ notes }) =>
    notes.map((n) => [n.pitch, n.start / TICKS, n.length / TICKS])
  );
  assertEquals(notes, [
    [[74, 0, 1], [76, 1, 1], [78, 2, 3], [79, 5, 2]],
    [[48, 1, 3], [52, 1, 3], [55, 2, 2], [48, 4, 3]],
  ]);
  assertEquals(piece.voices[0].notes.map(({ fermata }) => fermata ?? false), [false, false, false, true]);
  const { metre, key, pickup, length } = piece;
  assertEquals({ metre, key, pickup, length }, {
    metre: { beats: 3, unit: 4 },
    key: { fifths: -1, mode: "minor" },
    pickup: TICKS,
    length: 7 * TICKS,
  });
});

Deno.test("readCompressedMusicXml() opens the score that the container names, and names what is damaged", () => {
  const container = `<container><rootfiles><rootfile full-path="a/score.xml"/></rootfiles></container>`;
  const zip = zipSync({ "META-INF/container.xml": strToU8(container), "a/score.xml": strToU8(SCORE) });
  assertEquals(readCompressedMusicXml(zip, "score"), readMusicXml(SCORE, "score"));
  const refuses = (bytes: Uint8Array, text: string) =>
    assertThrows(() => readCompressedMusicXml(bytes, "a.mxl"), SyntaxError, text);
  refuses(zip.slice(0, 40), `Cannot read "a.mxl"`);
  refuses(zipSync({ "other.xml": strToU8(SCORE) }), "expected a score that META-INF/container.xml names");
  assertThrows(() => readMusicXml("<score-timewise/>", "b.xml"), SyntaxError, "got <score-timewise>");
  assertThrows(() => readMusicXml("<a><b></a>", "b.xml"), SyntaxError, `Cannot read "b.xml": expected XML`);
  assertThrows(() => readMusicXml("", "b.xml"), SyntaxError, "expected XML");
});

/** Pitches and quarters of a tune. */
const tune = (body: string, head = "M:4/4\nL:1/4\nK:C") => {
  const [piece] = readAbc(`X:1\nT:Tune\n${head}\n${body}`, "tunes");
  return piece.voices[0].notes.map(({ pitch, start, length }) => [pitch, start / TICKS, length / TICKS]);
};

Deno.test("readAbc() reads keys, accidentals that last for a bar, octaves and lengths", () => {
  assertEquals(tune("F ^C C c'|C2 C/ C3/2|", "M:4/4\nL:1/4\nK:G"), [
    [66, 0, 1],
    [61, 1, 1],
    [61, 2, 1],
    [84, 3, 1],
    [60, 4, 2],
    [60, 6, 0.5],
    [60, 6.5, 1.5],
  ]);
  assertEquals(tune("B,, _B,", "M:4/4\nL:1/8\nK:Em").map(([pitch]) => pitch), [47, 58]);
  assertEquals(tune("F B", "M:4/4\nK:Ador").map(([pitch]) => pitch), [66, 71], "A dorian has F sharp");
});

Deno.test("readAbc() reads ties, broken rhythms, tuplets, chords and rests; ornaments and words are left out", () => {
  assertEquals(tune(`"Am"~C2-|C c>d {g}(e<f)`), [
    [60, 0, 3],
    [72, 3, 1.5],
    [74, 4.5, 0.5],
    [76, 5, 0.5],
    [77, 5.5, 1.5],
  ]);
  assertEquals(tune("(3CDE z [CEG]2 !trill!F"), [
    [60, 0, 2 / 3],
    [62, 2 / 3, 2 / 3],
    [64, 4 / 3, 2 / 3],
    [67, 3, 2],
    [65, 5, 1],
  ]);
});

Deno.test("readAbc() finds the pick-up, and separates tunes", () => {
  const tunes = readAbc(
    "X:1\nT:One\nM:3/4\nL:1/4\nK:G\nD|GAB|\n\nX:2\nT:Two\nL:1/4\nK:C\nCDEF|\n\nX:3\nT:Silent\nK:C\nz4|",
    "t",
  );
  assertEquals(tunes.map(({ name, pickup, metre }) => [name, pickup, metre.beats]), [
    ["One", TICKS, 3],
    ["Two", 0, 4],
  ]);
});
