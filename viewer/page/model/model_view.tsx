import { useEffect } from "preact/hooks";
import { can } from "../../lab/ask.ts";
import { BarsPanel } from "../latents/bars_panel.tsx";
import { InterpolationPanel } from "../latents/interpolation_panel.tsx";
import { belongTo, seen } from "../latents/latents_state.ts";
import { MapPanel } from "../latents/map_panel.tsx";
import { MemoryPanel } from "../latents/memory_panel.tsx";
import { NearestPanel } from "../latents/nearest_panel.tsx";
import { PicturesPanel } from "../latents/pictures_panel.tsx";
import { SlidersPanel } from "../latents/sliders_panel.tsx";
import { TraversalPanel } from "../latents/traversal_panel.tsx";
import type { AsyncState } from "../state/async_state.ts";
import { encodesFrames } from "../state/perceive.ts";
import { encoding, episode, model, type OpenModel, perception } from "../state/session.ts";
import { Await } from "../ui/panel.tsx";
import { AbilityPanel } from "./ability_panel.tsx";
import { canBeAsked } from "./input_form.tsx";

/** Abilities without a panel of their own: panels of latents and of texts ask for them. */
const WITHIN_OTHERS: readonly string[] = ["encode", "decode", "attention"];

/** The view "model": all that the chosen run's model can do. */
export function ModelView() {
  return (
    <Await
      state={model.value}
      empty="Choose a run: this view shows what its model can do. deno task train-world-model trains one."
    >
      {(opened) => <Abilities opened={opened} />}
    </Await>
  );
}

/** Its latents, by an episode's frames or by random latents where there are none; then a panel for each other ability. */
function Abilities({ opened }: { opened: OpenModel }) {
  const { card } = opened;
  useEffect(() => belongTo(card.name), [card.name]);
  const shown = seen.value;
  const sees = encodesFrames(card);
  const hasLatents = card.latentSize > 0 && can(card, "decode");
  const states: AsyncState<unknown>[] = [episode.value, perception.value, encoding.value];
  const coming = sees && states.some(({ status }) => status === "loading");
  const others = card.abilities.filter((ability) =>
    !WITHIN_OTHERS.includes(ability.id) && canBeAsked(ability)
  );
  return (
    <div class="latents-view">
      <div class="latents-panels">
        {sees && !shown && (
          <Await<unknown>
            state={states.find(({ status }) => status !== "ready") ?? encoding.value}
            empty="Choose an episode: this view shows its frames."
          >
            {() => null}
          </Await>
        )}
        {hasLatents && !coming && (
          <>
            <PicturesPanel key={card.name} opened={opened} />
            {shown && <BarsPanel />}
            <SlidersPanel />
            {shown && <MapPanel key={shown} perception={shown} />}
            <TraversalPanel key={card.name} card={card} />
            <InterpolationPanel key={card.name} card={card} />
            {shown && <NearestPanel key={shown} perception={shown} />}
            {shown && card.world?.expects && shown.followed.rewards.length > 0 && (
              <MemoryPanel key={shown} perception={shown} />
            )}
          </>
        )}
        {others.map((ability) => (
          <AbilityPanel key={`${card.id} ${ability.id}`} model={opened} ability={ability} />
        ))}
        {!hasLatents && others.length === 0 && (
          <p class="notice">
            {card.name} has no latents to look at{card.world
              ? ": Watch and Drive show its dreams."
              : " and makes nothing to show."}
          </p>
        )}
      </div>
    </div>
  );
}
