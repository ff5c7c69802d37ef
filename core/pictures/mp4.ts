import { checkPicture, checkRate, enlarge, type FilmRates, type Picture } from "./picture.ts";

/** What players take; the file itself could keep others. */
export const MP4_RATES: FilmRates = { least: 0.02, most: 1000 };

/** Pixels across or down that the encoder takes; it breaks down on longer sides. */
const LONGEST_SIDE = 4096;
/** What the encoder is told, which knows whole numbers only: {@link setTimes} writes the right times. */
const ENCODED_RATE = 25;

/** The options of {@link encodeMp4}. */
export interface Mp4Options {
  /** Pictures a second, in {@link MP4_RATES}. @default 25 */
  fps?: number;
  /** Whole factor by which each picture is enlarged. @default 1 */
  scale?: number;
  /** H.264's quantization parameter, 10 (best) .. 51 (smallest). @default 20 */
  quantization?: number;
}

/**
 * The bytes of an MP4 file with H.264 video (Baseline, 4:2:0), which every browser and player shows; encoded in
 * WebAssembly, in Deno or in a browser. Since H.264 codes colours by squares of 2 x 2 pixels, an odd width or
 * height grows by one, a copy of its last row or column.
 *
 * @throws RangeError without frames, when they differ in size or are longer than 4,096 pixels at a side, and for a speed
 * or a quantization out of its range.
 */
export async function encodeMp4(frames: readonly Picture[], options: Mp4Options = {}): Promise<Uint8Array> {
  const { fps = 25, scale = 1, quantization = 20 } = options;
  if (frames.length === 0) throw new RangeError("Cannot make an MP4: expected frames, got none");
  if (!Number.isInteger(quantization) || quantization < 10 || quantization > 51) {
    throw new RangeError(`Cannot make an MP4: expected a quantization of 10 .. 51, got ${quantization}`);
  }
  checkRate("make an MP4", fps, MP4_RATES);
  const [{ width, height }] = frames;
  if (Math.max(width, height) * scale > LONGEST_SIDE) {
    throw new RangeError(
      `Cannot make an MP4: expected sides of at most ${LONGEST_SIDE} pixels, got ${width * scale} x ${
        height * scale
      }`,
    );
  }
  frames.forEach((frame, i) => {
    checkPicture(frame);
    if (frame.width === width && frame.height === height) return;
    throw new RangeError(
      `Cannot make an MP4: expected frames of ${width} x ${height}, got ${frame.width} x ${frame.height} at ${i}`,
    );
  });
  const { default: { createH264MP4Encoder } } = await import("h264-mp4-encoder");
  const encoder = await createH264MP4Encoder();
  try {
    encoder.width = evenUp(width * scale);
    encoder.height = evenUp(height * scale);
    encoder.frameRate = ENCODED_RATE;
    encoder.quantizationParameter = quantization;
    encoder.initialize();
    for (const frame of frames) encoder.addFrameRgba(toEvenRgba(enlarge(frame, scale)));
    encoder.finalize();
    // All encoders share one file system in memory: nothing waits between finalize and unlink.
    const bytes = encoder.FS.readFile(encoder.outputFilename);
    encoder.FS.unlink(encoder.outputFilename);
    setTimes(bytes, frames.length, fps);
    return bytes;
  } finally {
    encoder.delete();
  }
}

/** Boxes that hold boxes, and those that begin with version, flags, and the times of creation and modification. */
const CONTAINERS = ["moov", "trak", "mdia", "minf", "stbl"];
const TIMED = ["mvhd", "tkhd", "mdhd"];

/**
 * Writes the times of an MP4 file (ISO 14496-12): how long each picture is shown and the film lasts, at any speed, and
 * no date ("unknown", 8.2.2), so that the same film is the same file.
 */
function setTimes(bytes: Uint8Array, count: number, fps: number): void {
  const ticks = fps < 1 ? 1000 : 90_000; // a second; a long film of slow pictures would overflow its 32 bits
  const shown = Math.round(ticks / fps);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start + 8 <= bytes.length;) {
    const size = view.getUint32(start);
    const kind = new TextDecoder().decode(bytes.subarray(start + 4, start + 8));
    if (TIMED.includes(kind)) {
      bytes.fill(0, start + 12, start + 20);
      if (kind !== "tkhd") view.setUint32(start + 20, ticks);
      view.setUint32(start + (kind === "tkhd" ? 28 : 24), count * shown);
    } else if (kind === "stts") {
      view.setUint32(start + 12, 1);
      view.setUint32(start + 16, count);
      view.setUint32(start + 20, shown);
    }
    if (!CONTAINERS.includes(kind) && size < 8) return; // to the end of the file, or longer than 32 bits tell
    start += CONTAINERS.includes(kind) ? 8 : size;
  }
}

function evenUp(length: number): number {
  return length + length % 2;
}

function toEvenRgba({ width, height, data }: Picture): Uint8Array {
  const columns = evenUp(width);
  const rgba = new Uint8Array(columns * evenUp(height) * 4);
  for (let to = 0; to < rgba.length; to += 4) {
    const x = Math.min(to / 4 % columns, width - 1);
    const y = Math.min(Math.floor(to / 4 / columns), height - 1);
    for (let channel = 0; channel < 3; channel++) rgba[to + channel] = data[(y * width + x) * 3 + channel];
  }
  return rgba;
}
