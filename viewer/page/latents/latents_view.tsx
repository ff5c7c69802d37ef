import { Await } from "../ui/panel.tsx";
import { model, perception } from "../state/session.ts";
import { BarsPanel } from "./bars_panel.tsx";
import { InterpolationPanel } from "./interpolation_panel.tsx";
import { seen } from "./latents_state.ts";
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
      empty="Choose a run: its model's latents are shown here. deno task train-world-model trains one."
    >
      {(opened) => {
        const { card } = opened;
        // A model that sees is waited for; one that only draws shows random latents.
        const waiting = card.can.encode && perception.value.status !== "ready";
        const hasLatents = card.latentSize > 0 && card.can.decode;
        return (
          <div class="latents-view">
            <div class="latents-panels">
              {waiting && (
                <Await state={perception.value} empty="Choose an episode: its frames are looked at here.">
                  {() =>
                    null}
                </Await>
              )}
              {hasLatents && !waiting && (
                <>
                  <PicturesPanel key={card.id} card={card} />
                  {seen.value && <BarsPanel />}
                  <SlidersPanel />
                  {seen.value && <MapPanel key={seen.value} perception={seen.value} />}
                  <TraversalPanel card={card} />
                  <InterpolationPanel card={card} />
                  {seen.value && <NearestPanel key={seen.value} perception={seen.value} />}
                  {seen.value?.followed && <MemoryPanel key={seen.value} perception={seen.value} />}
                </>
              )}
              {card.can.sample && <SamplesPanel key={card.id} model={opened} />}
            </div>
          </div>
        );
      }}
    </Await>
  );
}
