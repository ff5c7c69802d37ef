import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { valueOf } from "../state/async_state.ts";
import { shownStep } from "../state/playhead.ts";
import { episode } from "../state/session.ts";
import { driverAt } from "./driver_at.ts";
import { worldOfEpisode } from "./episode_world.ts";
import type { SceneCar } from "./scene_stage.ts";
import { SceneView } from "./scene_view.tsx";

/** The chosen episode as a scene, at the playhead's step; a sentence where it has no states to draw from. */
export function EpisodeScene({ children }: { children?: ComponentChildren }) {
  const scene = useComputed(() => {
    const shown = valueOf(episode.value);
    if (!shown) return undefined;
    const world = worldOfEpisode(shown);
    if (!world) return { world, cars: [] };
    const car: SceneCar = {
      tape: { states: shown.states, count: shown.steps + 1 },
      position: shownStep,
      helmet: () => driverAt(shown.header.metadata, shownStep()),
    };
    return { world, cars: [car] };
  });
  if (!scene.value) return <p class="notice">Choose an episode to see its car on the track.</p>;
  const { world, cars } = scene.value;
  if (!world) {
    return (
      <p class="notice">This recording holds pictures alone: a scene is drawn from the simulator's states.</p>
    );
  }
  return (
    <SceneView world={world} cars={cars} label="The car on its track, drawn from the simulator's states">
      {children}
    </SceneView>
  );
}
