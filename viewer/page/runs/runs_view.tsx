import { useEffect } from "preact/hooks";
import { library, runs } from "../state/session.ts";
import { CurvesPart } from "./curves_part.tsx";
import { PicturesPart } from "./pictures_part.tsx";
import { startReadingRuns } from "./run_files.ts";
import { RunList } from "./run_list.tsx";
import { RUNS_PARTS, type RunsPart, runsPart, shownRuns } from "./runs_state.ts";
import { SettingsPart } from "./settings_part.tsx";
import { ValuesPart } from "./values_part.tsx";

const PARTS: Record<RunsPart, { title: string; show: () => ReturnType<typeof CurvesPart> }> = {
  curves: { title: "Curves", show: CurvesPart },
  values: { title: "Last values", show: ValuesPart },
  settings: { title: "Settings", show: SettingsPart },
  pictures: { title: "Pictures", show: PicturesPart },
};

/** Runs beside each other: what was measured, what they were set to, and the pictures that they left. */
export function RunsView() {
  useEffect(startReadingRuns, []);
  if (library.value.status === "loading") {
    return <p class="notice" role="status" aria-busy="true">Loading runs…</p>;
  }
  if (runs.value.length === 0) return <NoRuns />;
  const Shown = PARTS[runsPart.value].show;
  return (
    <div class="runs">
      <RunList />
      <div class="runs-main">
        <PartTabs />
        <div role="tabpanel" id="runs-part" aria-labelledby={`runs-tab-${runsPart.value}`} class="runs-part">
          {shownRuns.value.length === 0
            ? <p class="notice">No run is selected: tick one in the list.</p>
            : <Shown />}
        </div>
      </div>
    </div>
  );
}

function PartTabs() {
  const move = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const count = RUNS_PARTS.length;
    runsPart.value = RUNS_PARTS[(RUNS_PARTS.indexOf(runsPart.value) + by + count) % count];
    document.getElementById(`runs-tab-${runsPart.value}`)?.focus();
  };
  return (
    <div class="runs-tabs" role="tablist" aria-label="Parts of the comparison" onKeyDown={move}>
      {RUNS_PARTS.map((part) => (
        <button
          key={part}
          type="button"
          role="tab"
          id={`runs-tab-${part}`}
          class="runs-tab"
          aria-selected={runsPart.value === part}
          aria-controls="runs-part"
          tabIndex={runsPart.value === part ? 0 : -1}
          onClick={() => runsPart.value = part}
        >
          {PARTS[part].title}
        </button>
      ))}
    </div>
  );
}

function NoRuns() {
  const state = library.value;
  return (
    <section class="panel runs-none" aria-label="No runs yet">
      <div class="panel-body">
        {state.status === "error" && <p class="notice error" role="alert">{state.message}</p>}
        <h2>No runs yet</h2>
        <p>
          A run is a folder with the results of a training: settings, metrics, pictures and drives. This
          command makes one; <code>--preset smoke</code> makes a tiny one to try things out:
        </p>
        <pre class="runs-command"><code>deno task train-world-model</code></pre>
        <p>
          It appears here as soon as it starts, and its curves grow while it trains. You can also drop a run
          folder onto the page.
        </p>
      </div>
    </section>
  );
}
