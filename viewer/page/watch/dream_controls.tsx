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
import { addOtherRun, candidates } from "../state/other_worlds.ts";
import { lastStep } from "../state/playhead.ts";
import { Button, NumberField, Slider, Toggle } from "../ui/controls.tsx";
import { presentDreams } from "./pictures.ts";
import { SmallChoice } from "./small_choice.tsx";

/** What dreams can be asked for. */
export function DreamControls() {
  return (
    <section class="watch-dream-controls" aria-label="Dream">
      <Toggle label="Dream" value={dreamShown} />
      <span class="watch-group">
        <NumberField label="From" value={dreamStart} min={0} max={lastStep.value} />
        <Button label="Here" title="Start the dream at the current frame (B)" onClick={startDreamHere} />
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
      <SmallChoice
        label="Driven by"
        value={dreamDriver.value}
        options={[["recorded", "Recorded actions"], ["agent", "Agent drives"]]}
        onChange={(driver) => dreamDriver.value = driver}
      />
      <NumberField label="Dreams" value={samples} min={1} max={MOST_SAMPLES} />
      <span class="watch-group">
        <NumberField label="Seed" value={dreamSeed} min={0} max={2 ** 31 - 1} />
        <Button label="New" title="Dream with new seeds (R)" onClick={dreamAgain} />
      </span>
    </section>
  );
}

/** Which other runs' dreams stand beside it; nothing where there are none. */
export function WorldChooser() {
  if (candidates.value.length === 0) return null;
  return (
    <SmallChoice
      label="Another run's dream beside it"
      value=""
      options={[["", "Add another world…"], ...candidates.value.map(({ name }) => [name, name] as const)]}
      onChange={addOtherRun}
    />
  );
}

/** How far the dream has come. */
export function DreamProgress() {
  const progress = useComputed(() => {
    const shown = presentDreams();
    if (!dreaming.value) return "";
    return shown && shown.known < shown.length ? `Dreaming ${shown.known} of ${shown.length}…` : "Dreaming…";
  });
  return <output class="watch-progress" aria-live="off">{progress}</output>;
}
