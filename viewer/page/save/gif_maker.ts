// The package names a CommonJS file for Deno and another one for browsers, which differ in their default export.
import * as gifenc from "gifenc/dist/gifenc.esm.js";

/** What {@link GifMaker} must know before the first frame. */
export interface GifHeader {
  width: number;
  height: number;
  /** How long a frame stands, in GIF's hundredths of a second. */
  delay: number;
  /** Some frames, RGBA bytes one after the other, that the palette is made from: all frames share it. */
  sample: Uint8Array;
}

/** Makes one GIF, a frame at a time. */
export class GifMaker {
  #encoder = gifenc.GIFEncoder();
  #header?: GifHeader;
  #palette: number[][] = [];
  #frames = 0;

  /** Chooses the palette. */
  begin(header: GifHeader): void {
    this.#header = header;
    this.#palette = gifenc.quantize(header.sample, 256);
  }

  /** Adds a frame, `[height, width, 4]` RGBA bytes. */
  add(rgba: Uint8Array): void {
    const { width, height, delay } = this.#header!;
    this.#encoder.writeFrame(gifenc.applyPalette(rgba, this.#palette), width, height, {
      palette: this.#frames++ === 0 ? this.#palette : undefined,
      delay: delay * 10,
    });
  }

  /** The file. */
  end(): Uint8Array {
    this.#encoder.finish();
    return this.#encoder.bytes();
  }
}

/** Its methods: those and no others can be called from afar. */
export const GIF_METHODS = ["begin", "add", "end"] as const;

/** A {@link GifMaker} in a worker. */
export interface FarGifMaker {
  begin(header: GifHeader): Promise<void>;
  add(rgba: Uint8Array): Promise<void>;
  end(): Promise<Uint8Array>;
}
