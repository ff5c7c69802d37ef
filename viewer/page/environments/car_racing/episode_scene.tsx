import { useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { registerPane } from "../../save/panes.ts";
import { valueOf } from "../../state/async_state.ts";
import { shownStep } from "../../state/playhead.ts";
import { episode } from "../../state/session.ts";
import { driverAt } from "../../episodes/driver_at.ts";
import { worldOfEpisode } from "./episode_world.ts";
import type { SceneCar } from "./scene_stage.ts";
import { type SceneDrawer, SceneView } from "./scene_view.tsx";

/**
 * The chosen episode as a scene, at the playhead's step; a sentence where it has no states to draw from. While it is
 * shown, it can be saved as the pane `scene`.
 */
export function EpisodeScene() {
  const drawer = useMemo<SceneDrawer & { step?: number }>(() => ({}), []);
  const scene = useComputed(() => {
    const shown = valueOf(episode.value);
    if (!shown) return undefined;
    const world = worldOfEpisode(shown);
    if (!world) return { world, cars: [] };
    const position = () => drawer.step ?? shownStep();
    const car: SceneCar = {
      tape: { states: shown.states, count: shown.steps + 1 },
      position,
      helmet: () => driverAt(shown.header.metadata, position()),
    };
    return { world, cars: [car] };
  });
  const drawn = scene.value?.world !== undefined;
  useEffect(() => {
    if (!drawn) return;
    return registerPane({
      id: "scene",
      title: "Scene",
      draw(step) {
        drawer.step = step;
        try {
          return drawer.draw?.();
        } finally {
          drawer.step = undefined;
        }
      },
    });
  }, [drawn]);
  if (!scene.value) return <p class="notice">Choose an episode to see it drawn.</p>;
  const { world, cars } = scene.value;
  if (!world) {
    return (
      <p class="notice">
        This recording has pictures only: scenes are drawn from states.
      </p>
    );
  }
  return (
    <SceneView
      world={world}
      cars={cars}
      drawer={drawer}
      label="The car on its track, drawn from the simulator's states"
    />
  );
}
