import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { registerPane } from "../save/panes.ts";
import { step } from "../state/playhead.ts";
import { paint } from "../ui/pixel_canvas.tsx";
import { missingComparison } from "./missing_picture.ts";
import { comparePicture } from "./pictures.ts";
import { SmallChoice } from "./small_choice.tsx";
import {
  compareMode,
  comparePair,
  comparePosition,
  PICTURE_TITLES,
  type PictureId,
  PICTURES,
} from "./watch_state.ts";

const OPTIONS = PICTURES.map((id) => [id, PICTURE_TITLES[id]] as const);

/** Two pictures in one: side by side at a divider that can be dragged, or one shining through the other. */
export function ComparePane() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const missing = useComputed(() => missingComparison(comparePair.value, step.value));
  useSignalEffect(() => {
    const picture = comparePicture(step.value);
    if (picture) paint(canvas.current!, picture);
  });
  useEffect(() => registerPane({ id: "compare", title: "Compare", draw: comparePicture }), []);
  const wipes = compareMode.value === "wipe";
  const choose = (at: 0 | 1) => (id: PictureId) =>
    comparePair.value = at === 0 ? [id, comparePair.value[1]] : [comparePair.value[0], id];
  const [first, second] = comparePair.value.map((id) => PICTURE_TITLES[id]);
  return (
    <figure class="watch-pane watch-compare" data-pane="compare">
      <div class="watch-pane-head">
        <h2>Compare</h2>
        <SmallChoice
          label="How to compare"
          value={compareMode.value}
          options={[["wipe", "Wipe"], ["onion", "Onion skin"]]}
          onChange={(mode) => compareMode.value = mode}
        />
      </div>
      <div class="watch-picture">
        <canvas
          ref={canvas}
          class="pixels"
          role="img"
          aria-label={wipes ? `${first} left, ${second} right` : `${second} over ${first}`}
          width={64}
          height={64}
        />
        <input
          type="range"
          class={`watch-divider ${compareMode.value}`}
          min={0}
          max={100}
          value={comparePosition.value}
          aria-label={wipes ? "Divider" : `How much of ${second} shows`}
          aria-valuetext={`${comparePosition.value} %`}
          onInput={(event) => comparePosition.value = event.currentTarget.valueAsNumber}
        />
        {missing.value && <p class="watch-missing" role="status">{missing.value.text}</p>}
      </div>
      <figcaption class="watch-pair">
        <SmallChoice
          label={wipes ? "Left" : "Below"}
          value={comparePair.value[0]}
          options={OPTIONS}
          onChange={choose(0)}
        />
        <SmallChoice
          label={wipes ? "Right" : "Above"}
          value={comparePair.value[1]}
          options={OPTIONS}
          onChange={choose(1)}
        />
      </figcaption>
    </figure>
  );
}
