import { decode as decodePng, type DecodedPng } from "fast-png";
import jpeg from "jpeg-js";
import type { Pixels } from "./fit_pictures.ts";

/** Endings of files that {@link decodePicture} reads. */
export const PICTURE_FILES = /\.(png|jpe?g)$/i;

/**
 * The pixels of a PNG or JPEG file, told apart by their first bytes. What is transparent shows white.
 *
 * @returns Three channels.
 * @throws SyntaxError saying what is wrong with the bytes.
 */
export function decodePicture(bytes: Uint8Array): Pixels {
  try {
    if (bytes[0] === 0x89 && bytes[1] === 0x50) return onWhite(decodePng(bytes, { checkCrc: true }));
    if (bytes[0] === 0xff && bytes[1] === 0xd8) {
      const { width, height, data } = jpeg.decode(bytes, { useTArray: true, formatAsRGBA: false });
      return { width, height, channels: 3, data };
    }
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  throw new SyntaxError("expected a PNG or JPEG file, got something else");
}

/** Any PNG (palette, grey, 1 to 16 bits, with or without transparency) as eight bits of red, green and blue. */
function onWhite(png: DecodedPng): Pixels {
  const { width, height, channels, depth, palette, transparency } = png;
  const samples = unpack(png);
  const top = 2 ** depth - 1;
  const colors = channels < 3 ? 1 : 3;
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const entry = palette?.[samples[i]];
    if (palette && !entry) throw new RangeError(`expected a colour of ${palette.length}, got ${samples[i]}`);
    let alpha = entry ? (entry[3] ?? 255) / 255 : 1;
    if (!entry && channels > colors) alpha = samples[i * channels + colors] / top;
    else if (!entry && transparency?.length) { // one colour stands for nothing
      let same = true;
      for (let c = 0; c < colors; c++) same &&= samples[i * channels + c] === transparency[c];
      if (same) alpha = 0;
    }
    for (let c = 0; c < 3; c++) {
      const value = entry ? entry[c] : samples[i * channels + (colors === 1 ? 0 : c)] * 255 / top;
      pixels[i * 3 + c] = Math.round(255 + (value - 255) * alpha);
    }
  }
  return { width, height, channels: 3, data: pixels };
}

/** One number for each sample: those of fewer than eight bits come packed, each row beginning with a new byte. */
function unpack({ width, height, channels, depth, data }: DecodedPng): DecodedPng["data"] {
  if (depth >= 8) return data;
  const samples = new Uint8Array(width * height * channels);
  const perRow = width * channels;
  const bytesPerRow = Math.ceil(perRow * depth / 8);
  for (let i = 0; i < samples.length; i++) {
    const bit = i % perRow * depth;
    const byte = data[Math.floor(i / perRow) * bytesPerRow + (bit >> 3)];
    samples[i] = byte >> (8 - depth - (bit & 7)) & (2 ** depth - 1);
  }
  return samples;
}
