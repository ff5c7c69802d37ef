import { useComputed } from "@preact/signals";
import { dreaming } from "../state/dream.ts";
import {
  dreamAgain,
  dreamDriver,
  dreamSeed,
  dreamShown,
  dreamStart,
  HIGHEST_TEMPERATURE,
  horizon,
  LONGEST_HORIZON,
  MOST_SAMPLES,
  samples,
  startDreamHere,
  temperature,
} from "../state/dream_settings.ts";
import { lastStep } from "../state/playhead.ts";
import { dreamRate } from "../state/session.ts";
import { Button, Choice, NumberField, Slider, Toggle } from "../ui/controls.tsx";
import { presentDreams } from "./pictures.ts";

/** What dreams can be asked for. */
export function DreamControls() {
  const progress = useComputed(() => {
    const shown = presentDreams();
    if (!dreaming.value) return dreamRate.value > 0 ? `${Math.round(dreamRate.value)} steps/s` : "";
    return shown && shown.known < shown.length ? `Dreaming ${shown.known} of ${shown.length}…` : "Dreaming…";
  });
  return (
    <section class="watch-dream-controls" aria-label="Dream">
      <Toggle label="Dream" value={dreamShown} />
      <span class="watch-group">
        <NumberField label="From frame" value={dreamStart} min={0} max={lastStep.value} />
        <Button
          label="Start here"
          title="Start the dream at the present frame (B)"
          onClick={startDreamHere}
        />
      </span>
      <NumberField label="Decisions" value={horizon} min={1} max={LONGEST_HORIZON} />
      <Slider
        label="Temperature"
        value={temperature}
        min={0}
        max={HIGHEST_TEMPERATURE}
        step={0.05}
        format={(value) => value.toFixed(2)}
        onReset={() => temperature.value = 1}
      />
      <Choice
        label="Driven by"
        value={dreamDriver.value}
        options={[["recorded", "Recorded actions"], ["agent", "The agent"]]}
        onChange={(driver) => dreamDriver.value = driver}
      />
      <NumberField label="Dreams" value={samples} min={1} max={MOST_SAMPLES} />
      <span class="watch-group">
        <NumberField label="Seed" value={dreamSeed} min={0} max={2 ** 31} />
        <Button label="New" title="Dream with new seeds (R)" onClick={dreamAgain} />
      </span>
      <output class="watch-progress" aria-live="off">{progress}</output>
    </section>
  );
}
