import gifenc from "gifenc";
import { writeFileAtomic } from "../atomic_file.ts";
import { joinArrays } from "../join_arrays.ts";
import { checkRate, enlarge, type FilmRates, type Picture } from "./picture.ts";

/** The options of {@link writeGif}. */
export interface GifOptions {
  /** Pictures a second, in {@link GIF_RATES}. @default 25 */
  fps?: number;
  /** Whole factor by which each picture is enlarged. @default 1 */
  scale?: number;
  /** Colours of the palette that all pictures share, 2 .. 256. @default 256 */
  colors?: number;
}

/** Delays are whole hundredths of a second, of which browsers take less than two for ten. */
export const GIF_RATES: FilmRates = { least: 0.02, most: 50 };

/** Pictures, evenly spread over the film, that the palette is made from. */
const PALETTE_SAMPLES = 16;

/**
 * The bytes of an animated GIF that plays for ever. Each picture begins at the hundredth of a second that is nearest to
 * its time, so that the whole film lasts as long as it should.
 *
 * @throws RangeError without frames, when they differ in size, or for another speed than a GIF can keep.
 */
export function encodeGif(frames: readonly Picture[], options: GifOptions = {}): Uint8Array {
  const { fps = 25, scale = 1, colors = 256 } = options;
  if (frames.length === 0) throw new RangeError("Cannot make a GIF: expected frames, got none");
  checkRate("make a GIF", fps, GIF_RATES);
  const [{ width, height }] = frames;
  const hundredths = (picture: number) => Math.round((100 * picture) / fps);
  const every = Math.ceil(frames.length / PALETTE_SAMPLES);
  const samples = frames.filter((_, i) => i % every === 0).map(toRgba);
  const palette = gifenc.quantize(joinArrays(Uint8Array, samples), colors);
  const encoder = gifenc.GIFEncoder();
  frames.forEach((frame, i) => {
    if (frame.width !== width || frame.height !== height) {
      throw new RangeError(
        `Cannot make a GIF: expected frames of ${width} x ${height}, got ${frame.width} x ${frame.height} at ${i}`,
      );
    }
    const indices = gifenc.applyPalette(toRgba(enlarge(frame, scale)), palette);
    encoder.writeFrame(indices, width * scale, height * scale, {
      palette: i === 0 ? palette : undefined,
      delay: 10 * (hundredths(i + 1) - hundredths(i)),
    });
  });
  encoder.finish();
  return encoder.bytes();
}

/** Writes an animated GIF, whole or not at all. */
export function writeGif(path: string, frames: readonly Picture[], options: GifOptions = {}): void {
  writeFileAtomic(path, encodeGif(frames, options));
}

function toRgba({ width, height, data }: Picture): Uint8Array {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let channel = 0; channel < 3; channel++) rgba[i * 4 + channel] = data[i * 3 + channel];
  }
  return rgba;
}
