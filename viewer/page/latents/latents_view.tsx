import { useEffect } from "preact/hooks";
import { seesFrames } from "../state/perceive.ts";
import { episode, model, type OpenModel, perception } from "../state/session.ts";
import { Await } from "../ui/panel.tsx";
import { BarsPanel } from "./bars_panel.tsx";
import { InterpolationPanel } from "./interpolation_panel.tsx";
import { belongTo, seen } from "./latents_state.ts";
import { MapPanel } from "./map_panel.tsx";
import { MemoryPanel } from "./memory_panel.tsx";
import { NearestPanel } from "./nearest_panel.tsx";
import { PicturesPanel } from "./pictures_panel.tsx";
import { SamplesPanel } from "./samples_panel.tsx";
import { SlidersPanel } from "./sliders_panel.tsx";
import { TraversalPanel } from "./traversal_panel.tsx";

/** The view "latents": what the model's latents say of the frames, and what pictures they make. */
export function LatentsView() {
  return (
    <Await
      state={model.value}
      empty="Choose a run: this view shows the latents of its model. deno task train-world-model trains one."
    >
      {(opened) => <Inspector opened={opened} />}
    </Await>
  );
}

/** As much as the model can do: by an episode's frames, or by random latents where there are none. */
function Inspector({ opened }: { opened: OpenModel }) {
  const { card } = opened;
  useEffect(() => belongTo(card.name), [card.name]);
  const shown = seen.value;
  const sees = seesFrames(card);
  const coming = sees && [episode, perception].some(({ value }) => value.status === "loading");
  const hasLatents = card.latentSize > 0 && card.can.decode;
  return (
    <div class="latents-view">
      <div class="latents-panels">
        {sees && !shown && (
          <Await
            state={episode.value.status === "loading" ? episode.value : perception.value}
            empty="Choose an episode: this view shows its frames."
          >
            {() => null}
          </Await>
        )}
        {hasLatents && !coming && (
          <>
            <PicturesPanel key={card.name} card={card} />
            {shown && <BarsPanel />}
            <SlidersPanel />
            {shown && <MapPanel key={shown} perception={shown} />}
            <TraversalPanel key={card.name} card={card} />
            <InterpolationPanel key={card.name} card={card} />
            {shown && <NearestPanel key={shown} perception={shown} />}
            {shown?.followed && <MemoryPanel key={shown} perception={shown} />}
          </>
        )}
        {card.can.sample && <SamplesPanel key={card.id} model={opened} />}
        {!hasLatents && !card.can.sample && (
          <p class="notice">{card.name} has no latents and generates no pictures.</p>
        )}
      </div>
    </div>
  );
}
