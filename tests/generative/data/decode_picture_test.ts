import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { encode } from "fast-png";
import jpeg from "jpeg-js";
import { zlibSync } from "fflate";
import { decodePicture } from "../../../generative/data/decode_picture.ts";

/** A PNG of whatever bits, by hand: the encoder knows no palettes. */
function rawPng(
  { width, height, depth, type, rows, chunks = [] }: {
    width: number;
    height: number;
    depth: number;
    type: number;
    rows: number[][];
    chunks?: [string, number[]][];
  },
): Uint8Array {
  const scanlines = Uint8Array.from(rows.flatMap((row) => [0, ...row]));
  const number = (value: number) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
  const parts: [string, number[]][] = [
    ["IHDR", [...number(width), ...number(height), depth, type, 0, 0, 0]],
    ...chunks,
    ["IDAT", [...zlibSync(scanlines)]],
    ["IEND", []],
  ];
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
    ...parts.flatMap(([name, content]) => {
      const body = [...new TextEncoder().encode(name), ...content];
      return [...number(content.length), ...body, ...number(crc32(body))];
    }),
  ]);
}

function crc32(data: number[]): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

Deno.test("decodePicture reads PNGs of eight and sixteen bits, grey and colour, on white where they are transparent", () => {
  const read = (channels: number, data: Uint8Array | Uint16Array, depth: 8 | 16 = 8) => {
    const { width, height, data: pixels } = decodePicture(
      encode({ width: 2, height: 1, channels, data, depth }),
    );
    assertEquals([width, height], [2, 1]);
    return [...pixels];
  };
  assertEquals(read(1, Uint8Array.of(7, 200)), [7, 7, 7, 200, 200, 200]);
  assertEquals(read(2, Uint8Array.of(7, 255, 0, 51)), [7, 7, 7, 204, 204, 204]);
  assertEquals(read(3, Uint8Array.of(1, 2, 3, 4, 5, 6)), [1, 2, 3, 4, 5, 6]);
  assertEquals(read(4, Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0)), [1, 2, 3, 255, 255, 255]);
  assertEquals(read(1, Uint16Array.of(257 * 9, 65535), 16), [9, 9, 9, 255, 255, 255]);
});

Deno.test("decodePicture reads PNGs with palettes and few bits, row by row", () => {
  const palette = rawPng({
    width: 3,
    height: 2,
    depth: 2,
    type: 3,
    rows: [[0b00011000], [0b10000100]],
    chunks: [["PLTE", [10, 20, 30, 40, 50, 60, 70, 80, 90]], ["tRNS", [255, 0]]],
  });
  const [a, white, c] = [[10, 20, 30], [255, 255, 255], [70, 80, 90]];
  assertEquals([...decodePicture(palette).data], [a, white, c, c, a, white].flat());
  const bits = rawPng({ width: 3, height: 1, depth: 1, type: 0, rows: [[0b10100000]] });
  assertEquals([...decodePicture(bits).data], [255, 255, 255, 0, 0, 0, 255, 255, 255]);
  const keyed = rawPng({
    width: 2,
    height: 1,
    depth: 8,
    type: 0,
    rows: [[5, 6]],
    chunks: [["tRNS", [0, 5]]],
  });
  assertEquals([...decodePicture(keyed).data], [255, 255, 255, 6, 6, 6]);
});

Deno.test("decodePicture reads JPEGs", () => {
  const data = new Uint8Array(16 * 16 * 4);
  for (let i = 0; i < data.length; i += 4) data.set([200, 100, 50, 255], i);
  const read = decodePicture(jpeg.encode({ width: 16, height: 16, data }, 95).data);
  assertEquals([read.width, read.height, read.channels, read.data.length], [16, 16, 3, 768]);
  read.data.forEach((value, i) => assertLess(Math.abs(value - [200, 100, 50][i % 3]), 6));
});

Deno.test("decodePicture says what is wrong with damaged files", () => {
  const whole = encode({ width: 8, height: 8, channels: 1, data: new Uint8Array(64) });
  const damaged = Uint8Array.from(whole);
  damaged[whole.length - 20] ^= 255;
  assertThrows(() => decodePicture(damaged), SyntaxError);
  assertThrows(() => decodePicture(whole.subarray(0, 30)), SyntaxError);
  assertThrows(() => decodePicture(Uint8Array.of(0xff, 0xd8, 0xff)), SyntaxError);
  const photo = jpeg.encode({ width: 32, height: 32, data: new Uint8Array(4096).fill(99) }, 90).data;
  assertThrows(() => decodePicture(photo.subarray(0, photo.length - 20)), SyntaxError);
  assertThrows(
    () => decodePicture(new Uint8Array()),
    SyntaxError,
    "expected a PNG or JPEG file, got something else",
  );
});
