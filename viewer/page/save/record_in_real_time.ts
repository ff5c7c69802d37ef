import type { ExportOptions, Film, VideoFile } from "./film.ts";

/** Formats by how many players know them. */
const FORMATS = ["video/mp4;codecs=avc1.42001f", "video/webm;codecs=vp9", "video/webm"];

/**
 * A film as a video through MediaRecorder, which stamps frames with the time when they were drawn: it lasts as long as
 * the film does.
 *
 * @throws Error of one sentence when the browser cannot record.
 */
export async function recordInRealTime(
  film: Film,
  { signal, onProgress }: ExportOptions,
): Promise<VideoFile> {
  const canRecord = typeof MediaRecorder !== "undefined" &&
    typeof HTMLCanvasElement.prototype.captureStream === "function";
  const mimeType = canRecord ? FORMATS.find((type) => MediaRecorder.isTypeSupported(type)) : undefined;
  if (mimeType === undefined) {
    throw new Error(
      "Cannot make a video: this browser does not encode video for this page; open it at 127.0.0.1 or over https, or save a GIF",
    );
  }
  const stream = film.draw(0).captureStream(0); // frames are taken when they are asked for
  const [track] = stream.getVideoTracks() as CanvasCaptureMediaStreamTrack[];
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: 5e6 });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise<void>((resolve, reject) => {
    recorder.onstop = () => resolve();
    recorder.onerror = () => reject(new Error("Cannot make a video: the browser's recorder failed"));
  });
  recorder.start();
  const start = performance.now();
  try {
    for (let frame = 0; frame < film.count; frame++) {
      signal.throwIfAborted();
      film.draw(frame);
      track.requestFrame();
      onProgress((frame + 1) / film.count);
      await until(start + (frame + 1) * film.secondsPerFrame * 1000);
    }
  } finally {
    recorder.stop();
    await stopped;
    track.stop();
  }
  return {
    blob: new Blob(parts, { type: mimeType }),
    ending: mimeType.startsWith("video/mp4") ? "mp4" : "webm",
  };
}

/** Waits for a moment of `performance.now()`. */
function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));
}
