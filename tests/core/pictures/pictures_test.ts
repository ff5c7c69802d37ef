import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  blankPicture,
  contactSheet,
  encodeGif,
  encodePng,
  lineChart,
  type Picture,
  readPng,
  writeGif,
  writePng,
} from "../../../core/pictures/mod.ts";

/** A picture whose bytes tell its pixels apart. */
function ramp(width: number, height: number, offset = 0): Picture {
  const picture = blankPicture(width, height);
  picture.data.forEach((_, i) => picture.data[i] = (i * 7 + offset) % 256);
  return picture;
}

const pixel = ({ width, data }: Picture, x: number, y: number) => [
  ...data.slice((y * width + x) * 3, (y * width + x) * 3 + 3),
];

Deno.test("writePng() and readPng() give the same pixels back", () => {
  const folder = Deno.makeTempDirSync();
  const picture = ramp(5, 3);
  writePng(`${folder}/a/b.png`, picture);
  const { width, height, data } = readPng(`${folder}/a/b.png`);
  assertEquals([width, height, [...data]], [5, 3, [...picture.data]]);
  Deno.writeTextFileSync(`${folder}/no.png`, "no picture");
  assertThrows(() => readPng(`${folder}/no.png`), SyntaxError, `Cannot read "${folder}/no.png"`);
  assertThrows(() => readPng(`${folder}/none.png`), Error, "no such file");
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("encodePng() refuses bytes that do not fill the picture", () => {
  assertThrows(
    () => encodePng({ width: 2, height: 2, data: new Uint8Array(16) }),
    RangeError,
    "expected 12 bytes of RGB, got 16",
  );
});

Deno.test("contactSheet() lays pictures out in rows, enlarged, with a gap between", () => {
  const pictures = [ramp(2, 3), ramp(2, 3, 50), ramp(2, 3, 90)];
  const sheet = contactSheet(pictures, 2, { scale: 2, gap: 1, background: [9, 8, 7] });
  assertEquals([sheet.width, sheet.height], [2 * 4 + 1, 2 * 6 + 1]);
  assertEquals(pixel(sheet, 3, 5), pixel(pictures[0], 1, 2));
  assertEquals(pixel(sheet, 4, 0), [9, 8, 7]);
  assertEquals(pixel(sheet, 5, 1), pixel(pictures[1], 0, 0));
  assertEquals(pixel(sheet, 0, 7), pixel(pictures[2], 0, 0));
  assertEquals(pixel(sheet, 5, 7), [9, 8, 7]);
  assertThrows(() => contactSheet([], 2), RangeError, "got 0 in 2 columns");
});

Deno.test("encodeGif() makes a film of the right size, length and speed", () => {
  const frames = [ramp(6, 4), ramp(6, 4, 3), ramp(6, 4, 6)];
  const bytes = encodeGif(frames, { fps: 20, scale: 2 });
  assertEquals(new TextDecoder().decode(bytes.slice(0, 6)), "GIF89a");
  assertEquals([bytes[6], bytes[8]], [12, 8]);
  // Graphic control extensions: 21 f9 04, flags, delay in hundredths of a second.
  const delays = [...bytes.keys()].filter((i) => bytes[i] === 0x21 && bytes[i + 1] === 0xf9).map((i) =>
    bytes[i + 4]
  );
  assertEquals(delays, [5, 5, 5]);
  assertEquals(encodeGif(frames, { fps: 20, scale: 2 }), bytes);
  for (const fps of [0.02, 0.5, 12.5, 29.97, 30, 50]) {
    const film = encodeGif(Array.from({ length: 10 }, () => ramp(2, 2)), { fps });
    let hundredths = 0;
    film.forEach((byte, i) => {
      if (byte === 0x21 && film[i + 1] === 0xf9) hundredths += film[i + 4] + 256 * film[i + 5];
    });
    assertEquals(hundredths, Math.round(1000 / fps), `${fps} pictures a second`);
  }
  for (const fps of [0, NaN, Infinity, 0.01, 51]) {
    assertThrows(() => encodeGif(frames, { fps }), RangeError, `0.02 .. 50, got ${fps}`);
  }
  assertThrows(() => encodeGif([]), RangeError, "got none");
  assertThrows(() => encodeGif([ramp(2, 2), ramp(2, 3)]), RangeError, "got 2 x 3 at 1");
  const path = Deno.makeTempFileSync();
  writeGif(path, frames);
  assert(Deno.readFileSync(path).length > 100);
  Deno.removeSync(path);
});

Deno.test("lineChart() draws each curve in its place and escapes what it is told", () => {
  const chart = lineChart({
    title: "Loss & more",
    xLabel: "steps",
    yLabel: "loss <nats>",
    series: [{ name: "vision", points: [[0, 0], [10, 1]] }, { name: "memory", points: [[0, 1], [10, 0]] }],
    width: 496,
    height: 292,
  });
  assertStringIncludes(chart, "Loss &amp; more");
  assertStringIncludes(chart, "loss &lt;nats&gt;");
  assertStringIncludes(chart, 'class="curve s0" d="M72,244L472,44"');
  assertStringIncludes(chart, 'class="curve s1" d="M72,44L472,244"');
  assertStringIncludes(chart, ">vision<");
  assertStringIncludes(chart, "prefers-color-scheme:dark");
});

Deno.test("lineChart() leaves gaps for what cannot be drawn, and stands empty data", () => {
  const points: [number, number][] = [[0, 1], [1, NaN], [2, 100], [3, 0], [4, 10]];
  const chart = lineChart({ title: "", xLabel: "", yLabel: "", logY: true, series: [{ name: "a", points }] });
  assertEquals(/class="curve s0" d="([^"]*)"/.exec(chart)?.[1].match(/M/g)?.length, 3);
  assert(!/NaN|Infinity/.test(chart));
  const empty = lineChart({ title: "", xLabel: "", yLabel: "", series: [{ name: "a", points: [] }] });
  assert(!/NaN|Infinity|null/.test(empty));
});
