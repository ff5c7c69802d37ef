import { useComputed, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { type ChartColor, cssColor } from "../charts/series.ts";
import { shownSample } from "../state/dream_settings.ts";
import { otherColor, otherRuns, otherWorlds, removeOtherRun } from "../state/other_worlds.ts";
import { step } from "../state/playhead.ts";
import { runName, runs } from "../state/session.ts";
import { IconButton } from "../ui/icon_button.tsx";
import { paint, type RgbPicture } from "../ui/pixel_canvas.tsx";
import { divergenceCaption } from "./captions.ts";
import { type Missing, missingOf, missingPicture } from "./missing_picture.ts";
import { dreamPictureOf, presentDreams, seenPicture } from "./pictures.ts";

/** Dreams of the same moment by several runs' world models, beside what really came. */
export function WorldRow() {
  const others = otherRuns.value.filter((name) => name !== runName.value);
  return (
    <section class="panel watch-worlds" aria-label="Worlds side by side">
      <div class="watch-grid">
        <WorldTile name="Reality" color="real" picture={seenPicture} caption={() => "Ground truth"} />
        <WorldTile
          name={runName.value ?? "Dream"}
          color="dream"
          picture={(step) => dreamPictureOf(presentDreams(), step)}
          caption={(step) => divergenceCaption(presentDreams(), step, shownSample.value)}
          missing={(step) => missingPicture("dream", step)}
        />
        {others.map((name) => <OtherTile key={name} name={name} />)}
      </div>
    </section>
  );
}

function OtherTile({ name }: { name: string }) {
  const dream = () => otherWorlds.value.get(name)?.dream;
  const missing = () => {
    if (!runs.value.some((run) => run.name === name)) {
      return { text: `Cannot find the run "${name}": expected one of the library.`, error: true };
    }
    const world = otherWorlds.value.get(name);
    return dream() ? undefined : missingOf(world?.why ?? { status: "loading", what: `the model of ${name}` });
  };
  return (
    <WorldTile
      name={name}
      color={otherColor(name)}
      picture={(step) => dreamPictureOf(dream(), step, 0)}
      caption={(step) => divergenceCaption(dream(), step, 0)}
      missing={missing}
      onRemove={() => removeOtherRun(name)}
    />
  );
}

function WorldTile({ name, color, picture, caption, missing = () => undefined, onRemove }: {
  name: string;
  color: ChartColor;
  /** What is shown at a step; reads signals, as the next two. */
  picture: (step: number) => RgbPicture | undefined;
  caption: (step: number) => string;
  missing?: (step: number) => Missing | undefined;
  onRemove?: () => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = useComputed(() => caption(step.value));
  const absent = useComputed(() => missing(step.value));
  useSignalEffect(() => {
    const shown = picture(step.value);
    if (shown) paint(canvas.current!, shown);
  });
  return (
    <figure class="watch-world" data-world={name} style={{ "--watch-mark": cssColor(color) }}>
      <div class="watch-pane-head">
        <h2 title={name}>{name}</h2>
        {onRemove && <IconButton icon="clear" label={`Remove ${name}`} onClick={onRemove} />}
      </div>
      <figcaption class="watch-tile-words">{words}</figcaption>
      <div class="watch-world-picture">
        <canvas
          ref={canvas}
          class="pixels"
          role="img"
          aria-label={color === "real" ? "What really came" : `Dream of ${name}`}
          width={64}
          height={64}
        />
        {absent.value && (
          <p class={`watch-missing ${absent.value.error ? "error" : ""}`} role="status">
            {absent.value.text}
          </p>
        )}
      </div>
    </figure>
  );
}
