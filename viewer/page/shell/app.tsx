import { useErrorBoundary } from "preact/hooks";
import { DriveView } from "../drive/drive_view.tsx";
import { ModelView } from "../model/model_view.tsx";
import { RunsView } from "../runs/runs_view.tsx";
import { messageOf } from "../state/async_state.ts";
import { type View, view } from "../state/session.ts";
import { Button } from "../ui/controls.tsx";
import { WatchView } from "../watch/watch_view.tsx";
import { welcomeShown } from "../welcome/welcome_state.ts";
import { DropZone } from "./drop_zone.tsx";
import { HelpDialog } from "./help_dialog.tsx";
import { LibraryPanel } from "./library_panel.tsx";
import { NoticeList } from "./notice_list.tsx";
import { PaletteDialog } from "./palette_dialog.tsx";
import { playheadShown } from "./ticker.ts";
import { TopBar, VIEW_TITLES } from "./top_bar.tsx";
import { Transport } from "./transport.tsx";

const SHOWN = { watch: WatchView, drive: DriveView, model: ModelView, runs: RunsView };

/** The page. */
export function App() {
  const name = view.value;
  return (
    <div class="shell">
      <a class="button primary shell-skip" href="#main" onClick={skip}>Skip to the view</a>
      <TopBar />
      <LibraryPanel />
      <main id="main" class="shell-main" tabIndex={-1}>
        <h1 class="hidden-text">Somnium: {VIEW_TITLES[name]}</h1>
        <ShownView key={name} name={name} />
      </main>
      {playheadShown.value && !(name === "watch" && welcomeShown.value) && <Transport />}
      <NoticeList />
      <DropZone />
      <HelpDialog />
      <PaletteDialog />
    </div>
  );
}

/** A view; one that fails says so, and the rest of the page goes on. */
function ShownView({ name }: { name: View }) {
  const [error, tryAgain] = useErrorBoundary();
  const Shown = SHOWN[name];
  if (error === undefined) return <Shown />;
  return (
    <div class="notice error" role="alert">
      <p>The view “{VIEW_TITLES[name]}” failed: {messageOf(error)}</p>
      <Button label="Try again" onClick={tryAgain} />
    </div>
  );
}

/** Moves the focus without touching the address, which belongs to the deep link. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")!.focus();
}
