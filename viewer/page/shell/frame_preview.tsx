import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Episode } from "../episodes/episode.ts";
import { lastStep, pace } from "../state/playhead.ts";
import { paint } from "../ui/pixel_canvas.tsx";

/** Half of its width, pixels: it stays within the time line. */
const HALF = 60;

/** The picture under the pointer, above the time line. */
export function FramePreview(
  { episode, step, width }: {
    episode: Episode;
    step: ReadonlySignal<number | undefined>;
    width: ReadonlySignal<number>;
  },
) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLSpanElement>(null);
  useSignalEffect(() => {
    const at = step.value;
    box.current!.hidden = at === undefined;
    if (at === undefined) return;
    const { frames, height, width: columns } = episode;
    const size = height * columns * 3;
    paint(canvas.current!, { data: frames.subarray(at * size, (at + 1) * size), height, width: columns });
    text.current!.textContent = `${at} · ${(at / pace.value).toFixed(2)} s`;
    const centre = at / Math.max(lastStep.value, 1) * width.value;
    const kept = Math.min(Math.max(centre, HALF), Math.max(width.value - HALF, HALF));
    box.current!.style.transform = `translateX(${kept - HALF}px)`;
  });
  return (
    <div ref={box} class="shell-preview" aria-hidden="true" hidden>
      <canvas ref={canvas} class="pixels" />
      <span ref={text} />
    </div>
  );
}
