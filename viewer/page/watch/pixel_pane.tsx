import { useComputed, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { registerPane } from "../save/panes.ts";
import { step } from "../state/playhead.ts";
import { paint } from "../ui/pixel_canvas.tsx";
import { captionAt } from "./captions.ts";
import { missingPicture } from "./missing_picture.ts";
import { dreamPhase, pictureAt } from "./pictures.ts";
import { PICTURE_TITLES, type PictureId } from "./watch_state.ts";

/** One guise of the present frame: its title, its pixels, and what it is in a line. */
export function PixelPane({ id, tools, legend }: {
  id: PictureId;
  /** What can be chosen, at the right of the title. */
  tools?: ComponentChildren;
  /** What stands behind the caption. */
  legend?: ComponentChildren;
}) {
  const figure = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const caption = useComputed(() => captionAt(id, step.value));
  const missing = useComputed(() => missingPicture(id, step.value));
  useSignalEffect(() => {
    const picture = pictureAt(id, step.value);
    if (picture) paint(canvas.current!, picture);
    if (id === "dream") figure.current!.dataset.phase = dreamPhase(step.value);
  });
  useEffect(
    () => registerPane({ id, title: PICTURE_TITLES[id], draw: (step) => pictureAt(id, step) }),
    [id],
  );
  return (
    <figure class={`watch-pane watch-${id}`} ref={figure} data-pane={id}>
      <div class="watch-pane-head">
        <h2>{PICTURE_TITLES[id]}</h2>
        {tools}
      </div>
      <div class="watch-picture">
        <canvas
          ref={canvas}
          class="pixels"
          role="img"
          aria-label={PICTURE_TITLES[id]}
          width={64}
          height={64}
        />
        {missing.value && (
          <p class={`watch-missing ${missing.value.error ? "error" : ""}`} role="status">
            {missing.value.text}
          </p>
        )}
      </div>
      <figcaption>
        <span>{caption}</span>
        {legend}
      </figcaption>
    </figure>
  );
}
