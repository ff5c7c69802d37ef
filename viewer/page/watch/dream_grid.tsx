import { useComputed, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { dreamSeed, samples, shownSample } from "../state/dream_settings.ts";
import { step } from "../state/playhead.ts";
import { decisionAt } from "../state/session.ts";
import { Panel } from "../ui/panel.tsx";
import { paint } from "../ui/pixel_canvas.tsx";
import { signed } from "../ui/signed.ts";
import { dreamErrorAt } from "./captions.ts";
import { dreamPicture, presentDreams } from "./pictures.ts";

/** Several dreams of the same moment, a seed each; the chosen one stands beside reality. */
export function DreamGrid() {
  return (
    <Panel title={`${samples.value} dreams of the same moment`} class="watch-grid-panel">
      <div class="watch-grid">
        {Array.from({ length: samples.value }, (_, sample) => <DreamTile key={sample} sample={sample} />)}
      </div>
    </Panel>
  );
}

function DreamTile({ sample }: { sample: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const caption = useComputed(() => {
    const error = dreamErrorAt(step.value, sample);
    return error === undefined ? "" : `off by ${error.toFixed(1)}`;
  });
  const reward = useComputed(() => {
    const shown = presentDreams();
    if (!shown || sample >= shown.seeds.length || decisionAt(step.value) <= shown.start) return "";
    const known = Math.min(decisionAt(step.value) - shown.start, shown.known);
    let sum = 0;
    for (let n = 0; n < known; n++) sum += shown.rewards[sample * shown.length + n];
    return `reward ${signed(sum, 1)}`;
  });
  useSignalEffect(() => {
    const picture = dreamPicture(step.value, sample);
    if (picture) paint(canvas.current!, picture);
  });
  const seed = dreamSeed.value + sample;
  return (
    <button
      type="button"
      class="watch-tile"
      aria-pressed={shownSample.value === sample}
      title="Show this dream beside reality"
      onClick={() => shownSample.value = sample}
    >
      <canvas
        ref={canvas}
        class="pixels"
        role="img"
        aria-label={`Dream of seed ${seed}`}
        width={64}
        height={64}
      />
      <span class="watch-tile-seed">Seed {seed}</span>
      <span class="watch-tile-words">{reward}</span>
      <span class="watch-tile-words">{caption}</span>
    </button>
  );
}
