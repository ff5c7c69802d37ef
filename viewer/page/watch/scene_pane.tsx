import { useComputed } from "@preact/signals";
import { useErrorBoundary } from "preact/hooks";
import type { EnvironmentScene } from "../environments/environment_view.ts";
import { environmentView } from "../environments/environment_views.ts";
import { useScene } from "../environments/use_scene.ts";
import { actionParts } from "../episodes/action_parts.ts";
import { messageOf, valueOf } from "../state/async_state.ts";
import { step } from "../state/playhead.ts";
import { decisionAt, episode, perception } from "../state/session.ts";
import { type GaugeReading, Gauges } from "../ui/gauges.tsx";
import { Await } from "../ui/panel.tsx";

/** The chosen episode as people like to see it, and its instruments. */
export function ScenePane() {
  const shown = valueOf(episode.value);
  const state = useScene(shown && environmentView(shown.header.env).scene);
  const [failure] = useErrorBoundary();
  return (
    <section class="watch-scene" aria-label="Scene" data-pane="scene">
      {failure === undefined
        ? <Await state={state} empty="">{(scene) => <Scene scene={scene} />}</Await>
        : <p class="notice error" role="alert">Cannot draw the scene: {messageOf(failure)}</p>}
    </section>
  );
}

function Scene({ scene }: { scene: EnvironmentScene }) {
  const shown = valueOf(episode.value);
  const reading = useComputed((): GaugeReading | undefined => {
    const shown = valueOf(episode.value);
    if (!shown) return undefined;
    const at = Math.min(step.value, shown.steps);
    const size = shown.header.actionSize;
    const action = Math.max(0, Math.min(at, shown.steps - 1)) * size;
    const seen = valueOf(perception.value);
    const known = seen?.episode === shown ? seen.followed.values : undefined;
    return {
      action: shown.actions.subarray(action, action + size),
      reward: at > 0 ? shown.rewards[at - 1] : 0,
      total: shown.returns[at],
      value: known && known.length > 0 ? known[Math.min(decisionAt(at), known.length - 1)] : undefined,
    };
  });
  return (
    <>
      <scene.Episode />
      {shown && (
        <Gauges parts={actionParts(shown.header)} reading={reading}>
          <scene.EpisodeGauges />
        </Gauges>
      )}
    </>
  );
}
