import { view, VIEWS } from "../state/session.ts";
import { DriveView } from "../drive/drive_view.tsx";
import { LatentsView } from "../latents/latents_view.tsx";
import { RunsView } from "../runs/runs_view.tsx";
import { WatchView } from "../watch/watch_view.tsx";

const SHOWN = { watch: WatchView, drive: DriveView, latents: LatentsView, runs: RunsView };

/** The page. */
export function App() {
  const Shown = SHOWN[view.value];
  return (
    <>
      <nav>
        {VIEWS.map((name) => <button type="button" onClick={() => view.value = name}>{name}</button>)}
      </nav>
      <main>
        <Shown />
      </main>
    </>
  );
}
