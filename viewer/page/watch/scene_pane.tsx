import type { ComponentType } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { messageOf } from "../state/async_state.ts";

/** The car on its track, for people; Pixi is fetched when it is first wanted. */
export function ScenePane() {
  const parts = useSignal<{ Scene: ComponentType; Gauges: ComponentType } | undefined>(undefined);
  const problem = useSignal("");
  useEffect(() => {
    Promise.all([import("../scene/episode_scene.tsx"), import("../scene/gauges.tsx")]).then(
      ([{ EpisodeScene }, { EpisodeGauges }]) => parts.value = { Scene: EpisodeScene, Gauges: EpisodeGauges },
      (error) => problem.value = `Cannot load the scene: ${messageOf(error)}`,
    );
  }, []);
  const shown = parts.value;
  return (
    <section class="watch-scene" aria-label="Scene" data-pane="scene">
      {shown
        ? (
          <>
            <shown.Scene />
            <shown.Gauges />
          </>
        )
        : problem.value
        ? <p class="notice error" role="alert">{problem}</p>
        : <p class="notice" role="status" aria-busy="true">Loading the scene…</p>}
    </section>
  );
}
