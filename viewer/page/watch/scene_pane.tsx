import type { ComponentType } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect, useErrorBoundary } from "preact/hooks";
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
  const [failure] = useErrorBoundary();
  const sentence = failure === undefined ? problem.value : `Cannot draw the scene: ${messageOf(failure)}`;
  const shown = failure === undefined ? parts.value : undefined;
  return (
    <section class="watch-scene" aria-label="Scene" data-pane="scene">
      {shown
        ? (
          <>
            <shown.Scene />
            <shown.Gauges />
          </>
        )
        : sentence
        ? <p class="notice error" role="alert">{sentence}</p>
        : <p class="notice" role="status" aria-busy="true">Loading the scene…</p>}
    </section>
  );
}
