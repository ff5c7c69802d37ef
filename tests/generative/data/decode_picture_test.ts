import { MagickFormat, MagickImage } from "@imagemagick/magick-wasm";
import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { encode } from "fast-png";
import { zlibSync } from "fflate";
import { decodePicture } from "../../../generative/data/decode_picture.ts";
import { pictureFormat } from "../../../generative/data/picture_format.ts";

/** A PNG of whatever bits, by hand: the encoder knows no palettes. */
function rawPng(
  { width, height, depth, type, rows, chunks = [], interlaced = 0 }: {
    width: number;
    height: number;
    depth: number;
    type: number;
    rows: number[][];
    chunks?: [string, number[]][];
    interlaced?: number;
  },
): Uint8Array {
  const scanlines = Uint8Array.from(rows.flatMap((row) => [0, ...row]));
  const number = (value: number) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
  const parts: [string, number[]][] = [
    ["IHDR", [...number(width), ...number(height), depth, type, 0, 0, interlaced]],
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

/** A file of this format, by ImageMagick. */
async function written(format: MagickFormat, width = 2, height = 3): Promise<Uint8Array> {
  const png = encode({ width, height, channels: 3, data: numbered(width * height) });
  await decodePicture(png); // starts ImageMagick
  const image = MagickImage.create(png);
  image.quality = 90;
  try {
    return image.write(format, (data) => new Uint8Array(data));
  } finally {
    image.dispose();
  }
}

/** Pixels that can be told apart: 40, 80, ... in all channels. */
const numbered = (count: number) =>
  Uint8Array.from({ length: count * 3 }, (_, i) => 40 * (1 + Math.floor(i / 3)));

/** The first channel of each pixel as 1, 2, ..., row by row. */
async function numbers(bytes: Uint8Array): Promise<number[][]> {
  const { width, height, data } = await decodePicture(bytes);
  return Array.from(
    { length: height },
    (_, y) => Array.from({ length: width }, (_, x) => Math.round(data[3 * (y * width + x)] / 40)),
  );
}

Deno.test("decodePicture reads PNGs of eight and sixteen bits, grey and colour, on white where they are transparent", async () => {
  const read = async (channels: number, data: Uint8Array | Uint16Array, depth: 8 | 16 = 8) => {
    const png = encode({ width: 2, height: 1, channels, data, depth });
    const { width, height, data: pixels } = await decodePicture(png);
    assertEquals([width, height], [2, 1]);
    return [...pixels];
  };
  assertEquals(await read(1, Uint8Array.of(7, 200)), [7, 7, 7, 200, 200, 200]);
  assertEquals(await read(2, Uint8Array.of(7, 255, 0, 51)), [7, 7, 7, 204, 204, 204]);
  assertEquals(await read(3, Uint8Array.of(1, 2, 3, 4, 5, 6)), [1, 2, 3, 4, 5, 6]);
  assertEquals(await read(4, Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0)), [1, 2, 3, 255, 255, 255]);
  assertEquals(await read(1, Uint16Array.of(257 * 9, 65535), 16), [9, 9, 9, 255, 255, 255]);
});

Deno.test("decodePicture reads PNGs with palettes and few bits, row by row or interlaced", async () => {
  const palette = rawPng({
    width: 3,
    height: 2,
    depth: 2,
    type: 3,
    rows: [[0b00011000], [0b10000100]],
    chunks: [["PLTE", [10, 20, 30, 40, 50, 60, 70, 80, 90]], ["tRNS", [255, 0]]],
  });
  const [a, white, c] = [[10, 20, 30], [255, 255, 255], [70, 80, 90]];
  assertEquals([...(await decodePicture(palette)).data], [a, white, c, c, a, white].flat());
  const bits = rawPng({ width: 3, height: 1, depth: 1, type: 0, rows: [[0b10100000]] });
  assertEquals([...(await decodePicture(bits)).data], [255, 255, 255, 0, 0, 0, 255, 255, 255]);
  const keyed = rawPng({
    width: 2,
    height: 1,
    depth: 8,
    type: 0,
    rows: [[5, 6]],
    chunks: [["tRNS", [0, 5]]],
  });
  assertEquals([...(await decodePicture(keyed)).data], [255, 255, 255, 6, 6, 6]);
  // 3 x 3 pixels in Adam7's passes: the corner; right of it; below both; between; then the odd row
  for (const [depth, passes] of [[2, [[0x40], [0x80], [0x90], [0xc0], [0x40], [0b11100100]]]] as const) {
    const rows = passes.map((row) => [...row]);
    const interlaced = rawPng({ width: 3, height: 3, depth, type: 0, rows, interlaced: 1 });
    const { data } = await decodePicture(interlaced);
    const levels = Array.from({ length: 9 }, (_, i) => data[3 * i] / 85);
    assertEquals(levels, [1, 3, 2, 3, 2, 1, 2, 1, 1]);
  }
});

Deno.test("decodePicture tells formats by their bytes and reads them all", async () => {
  const rows = [[1, 2], [3, 4], [5, 6]];
  const { Png, Gif, Bmp, Tiff, WebP, Jxl, Avif } = MagickFormat;
  for (const [name, format] of Object.entries({ PNG: Png, GIF: Gif, BMP: Bmp, TIFF: Tiff })) {
    const bytes = await written(format);
    assertEquals([pictureFormat(bytes), await numbers(bytes)], [name, rows]);
  }
  for (
    const [name, format] of Object.entries({ WebP, "JPEG XL": Jxl, AVIF: Avif, JPEG: MagickFormat.Jpeg })
  ) {
    const bytes = await written(format, 8, 8);
    const { width, height, channels } = await decodePicture(bytes);
    assertEquals([pictureFormat(bytes), width, height, channels], [name, 8, 8, 3]);
  }
  assertEquals(pictureFormat(new TextEncoder().encode("\0\0\0\x18ftypheic\0\0\0\0mif1heic")), "HEIC");
  assertEquals(pictureFormat(new TextEncoder().encode("<svg xmlns='...'>")), undefined);
});

Deno.test("decodePicture turns pictures upright, whichever of the eight EXIF orientations they have", async () => {
  const upright = [[1, 2], [3, 4], [5, 6]];
  const stored = [ // what the camera wrote, by orientation 1 .. 8
    upright,
    [[2, 1], [4, 3], [6, 5]],
    [[6, 5], [4, 3], [2, 1]],
    [[5, 6], [3, 4], [1, 2]],
    [[1, 3, 5], [2, 4, 6]],
    [[2, 4, 6], [1, 3, 5]],
    [[6, 4, 2], [5, 3, 1]],
    [[5, 3, 1], [6, 4, 2]],
  ];
  const exif = (orientation: number) => [
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1],
    ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
  ];
  for (const [i, rows] of stored.entries()) {
    const chunks: [string, number[]][] = [["eXIf", exif(i + 1)]];
    const [height, width] = [rows.length, rows[0].length];
    const shades = rows.map((row) => row.map((value) => 40 * value));
    const png = rawPng({ width, height, depth: 8, type: 0, rows: shades, chunks });
    assertEquals(await numbers(png), upright, `PNG, orientation ${i + 1}`);

    const image = MagickImage.create(rawPng({ width, height, depth: 8, type: 0, rows: shades }));
    image.quality = 100;
    const [jpeg, webp] = [MagickFormat.Jpeg, MagickFormat.WebP].map((format) =>
      image.write(format, (data) => [...data])
    );
    image.dispose();
    const segment = [...new TextEncoder().encode("Exif\0\0"), ...exif(i + 1)];
    const photo = [...jpeg.slice(0, 2), 0xff, 0xe1, 0, segment.length + 2, ...segment, ...jpeg.slice(2)];
    assertEquals(await numbers(Uint8Array.from(photo)), upright, `JPEG, orientation ${i + 1}`);

    const text = (letters: string) => [...new TextEncoder().encode(letters)];
    const size = (value: number) => [value & 255, value >> 8 & 255, 0, 0];
    const extended = [...text("VP8X"), ...size(10), 8, 0, 0, 0, width - 1, 0, 0, height - 1, 0, 0];
    const body = [
      ...text("WEBP"),
      ...extended,
      ...webp.slice(12),
      ...text("EXIF"),
      ...size(26),
      ...exif(i + 1),
    ];
    const { width: w, height: h } = await decodePicture(
      Uint8Array.from([...text("RIFF"), ...size(body.length), ...body]),
    );
    assertEquals([w, h], [2, 3], `WebP, orientation ${i + 1}`);
  }
});

Deno.test("decodePicture reads JPEGs", async () => {
  const data = new Uint8Array(16 * 16 * 3);
  for (let i = 0; i < data.length; i += 3) data.set([200, 100, 50], i);
  const image = MagickImage.create(encode({ width: 16, height: 16, channels: 3, data }));
  const read = await decodePicture(image.write(MagickFormat.Jpeg, (bytes) => new Uint8Array(bytes)));
  image.dispose();
  assertEquals([read.width, read.height, read.channels, read.data.length], [16, 16, 3, 768]);
  read.data.forEach((value, i) => assertLess(Math.abs(value - [200, 100, 50][i % 3]), 6));
});

Deno.test("decodePicture says what is wrong with damaged files, and with what memory cannot hold", async () => {
  const whole = encode({ width: 8, height: 8, channels: 1, data: new Uint8Array(64) });
  const damaged = Uint8Array.from(whole);
  damaged[whole.length - 20] ^= 255;
  const photo = await written(MagickFormat.Jpeg, 64, 64);
  const cut = [
    damaged,
    whole.subarray(0, 30),
    Uint8Array.of(0xff, 0xd8, 0xff),
    photo.subarray(0, photo.length - 40),
  ];
  for (const bytes of cut) await assertRejects(() => decodePicture(bytes), SyntaxError, "damaged ");
  await assertRejects(
    () => decodePicture(new Uint8Array()),
    SyntaxError,
    "expected a picture (PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, HEIC, JPEG XL), got something else",
  );
  const frame = photo.findIndex((byte, i) => byte === 0xff && photo[i + 1] === 0xc0);
  photo.set([0xea, 0x60, 0xea, 0x60], frame + 5);
  await assertRejects(
    () => decodePicture(photo),
    RangeError,
    "expected at most 250 million pixels, got 60000 x 60000",
  );
});
