import { useEffect } from "preact/hooks";
import { environmentView } from "../environments/environment_views.ts";
import { startDreaming } from "../state/dream.ts";
import { samples } from "../state/dream_settings.ts";
import { canExplain, type ExplainingPane, isExplaining, startExplaining } from "../state/explanation.ts";
import { otherRuns, startOtherWorlds } from "../state/other_worlds.ts";
import { type PaneId, PANES, panes } from "../state/panes.ts";
import { episode, model, unseen } from "../state/session.ts";
import { Await } from "../ui/panel.tsx";
import { Welcome } from "../welcome/welcome.tsx";
import { welcomeShown } from "../welcome/welcome_state.ts";
import { CurvesPanel } from "./curves_panel.tsx";
import { DreamControls, DreamProgress, WorldChooser } from "./dream_controls.tsx";
import { DreamGrid } from "./dream_grid.tsx";
import { AttentionPanel, MakingPanel } from "./explanation_panels.tsx";
import { PaneChooser } from "./pane_chooser.tsx";
import { Stage } from "./stage.tsx";
import { WorldRow } from "./world_row.tsx";

/** Reality, reconstruction, dream and difference of an episode in lock-step, and its curves. */
export function WatchView() {
  useEffect(startDreaming, []);
  useEffect(startOtherWorlds, []);
  useEffect(startExplaining, []);
  if (welcomeShown.value) return <Welcome />;
  return (
    <Await state={episode.value} empty="Choose an episode from the list, or drop a recording onto the page.">
      {(shown) => (
        <div class="watch">
          <Toolbar scene={environmentView(shown.header.env).scene?.has(shown) ?? false} />
          <CurvesPanel />
        </div>
      )}
    </Await>
  );
}

/** All but the curves: what is shown depends on what the episode and the model can do. */
function Toolbar({ scene }: { scene: boolean }) {
  const { status } = model.value;
  const seeing = (status === "ready" || status === "loading") && unseen.value === undefined;
  const world = model.value.status === "ready" ? model.value.value.card.world : undefined;
  const dreams = seeing && world !== undefined;
  const sees = (id: PaneId) => seeing && (!isExplaining(id) || canExplain(id, world));
  const among = PANES.filter((id) => id === "real" || (id === "scene" ? scene : sees(id)));
  const explains = (id: ExplainingPane) => among.includes(id) && panes.value.includes(id);
  return (
    <>
      <div class="watch-bar">
        <div class="watch-choosing">
          <PaneChooser among={among} />
          {dreams && <WorldChooser />}
          {dreams && <DreamProgress />}
          {unseen.value !== undefined ? <p class="watch-hint">{unseen}</p> : !seeing && <NoModel />}
        </div>
        {dreams && <DreamControls />}
      </div>
      <Stage among={among} />
      {explains("making") && <MakingPanel />}
      {explains("attention") && <AttentionPanel />}
      {dreams && otherRuns.value.length > 0 && <WorldRow />}
      {dreams && samples.value > 1 && <DreamGrid />}
    </>
  );
}

function NoModel() {
  const state = model.value;
  if (state.status === "error") return <p class="watch-hint error" role="alert">{state.message}</p>;
  return (
    <p class="watch-hint">
      {state.status === "empty" && state.why || (
        <>
          Reconstruction, dream and difference need a world model: <code>deno task train-world-model</code>
          {" "}
          trains one, and it appears in the list during training.
        </>
      )}
    </p>
  );
}
