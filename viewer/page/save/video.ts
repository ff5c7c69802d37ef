import type { ExportOptions, Film, VideoFile } from "./film.ts";
import { recordInRealTime } from "./record_in_real_time.ts";

/** Codecs by how many players know them. */
const CODECS = ["avc", "vp9", "vp8", "av1"] as const;

/**
 * A film as a video: through WebCodecs as fast as the browser encodes or, where pages may not use those (an address
 * that is neither https nor this machine's own), recorded in real time.
 *
 * @throws Error of one sentence when the browser can do neither.
 */
export async function makeVideo(film: Film, options: ExportOptions): Promise<VideoFile> {
  if (typeof VideoEncoder === "undefined") return recordInRealTime(film, options);
  const { getFirstEncodableVideoCodec, ...media } = await import("mediabunny");
  const { width, height } = film;
  const quality = media.QUALITY_HIGH;
  const codec = await getFirstEncodableVideoCodec([...CODECS], { width, height, quality });
  if (codec === null) return recordInRealTime(film, options);

  const ending = codec === "avc" ? "mp4" : "webm";
  const format = ending === "mp4" ? new media.Mp4OutputFormat() : new media.WebMOutputFormat();
  const target = new media.BufferTarget();
  const output = new media.Output({ format, target });
  const source = new media.CanvasSource(film.draw(0), { codec, quality });
  output.addVideoTrack(source, { frameRate: 1 / film.secondsPerFrame });
  await output.start();
  try {
    for (let frame = 0; frame < film.count; frame++) {
      options.signal.throwIfAborted();
      film.draw(frame);
      await source.add(frame * film.secondsPerFrame, film.secondsPerFrame);
      options.onProgress((frame + 1) / film.count);
      await nextTask(); // the page draws between two frames
    }
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
  return { blob: new Blob([target.buffer!], { type: await output.getMimeType() }), ending };
}

/** Lets the browser do what else it has to do. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel(); // unlike setTimeout, it does not wait 4 ms nor slow down when hidden
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
