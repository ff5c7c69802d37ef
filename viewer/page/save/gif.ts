import { connect, workerLine } from "../../rpc.ts";
import type { ExportOptions, Film } from "./film.ts";
import { type FarGifMaker, GIF_METHODS } from "./gif_maker.ts";

/** Frames, evenly spread over the film, that the palette is made from. */
const PALETTE_SAMPLES = 8;

/** How long each frame of a film stands as a GIF, in hundredths of a second: browsers take 2 or more. */
export function gifDelay(secondsPerFrame: number): number {
  return Math.max(2, Math.round(secondsPerFrame * 100));
}

/** An animated GIF that plays for ever. @throws Error when the worker breaks; the signal's reason when it stops it. */
export async function makeGif(film: Film, { signal, onProgress }: ExportOptions): Promise<Blob> {
  const worker = new Worker(new URL("gif_worker.js", document.baseURI), { type: "module" });
  try {
    const maker = connect<FarGifMaker>(GIF_METHODS, workerLine(worker));
    const { width, height, count } = film;
    const samples = Math.min(PALETTE_SAMPLES, count);
    const sample = new Uint8Array(samples * width * height * 4);
    for (let i = 0; i < samples; i++) {
      sample.set(readFrame(film, Math.floor(i * count / samples)), i * width * height * 4);
    }
    await maker.begin({ width, height, delay: gifDelay(film.secondsPerFrame), sample });
    for (let frame = 0; frame < count; frame++) {
      signal.throwIfAborted();
      await maker.add(readFrame(film, frame)); // one at a time: a page that draws faster than that would fill memory
      onProgress((frame + 1) / count);
    }
    return new Blob([await maker.end() as Uint8Array<ArrayBuffer>], { type: "image/gif" });
  } finally {
    worker.terminate();
  }
}

function readFrame(film: Film, frame: number): Uint8Array {
  const context = film.draw(frame).getContext("2d")!;
  return new Uint8Array(context.getImageData(0, 0, film.width, film.height).data.buffer);
}
