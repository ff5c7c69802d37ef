import type { Run } from "../state/session.ts";
import { blind } from "../state/perceive.ts";
import { library, runName, runs, view } from "../state/session.ts";
import { selectRun } from "../state/select.ts";
import { Await } from "../ui/panel.tsx";
import { IconButton } from "../ui/icon_button.tsx";
import { useInSight } from "../ui/use_in_sight.ts";
import { EpisodeTable } from "./episode_table.tsx";
import { severalEnvironments } from "./shown_episodes.ts";
import { libraryOpen } from "./shell_state.ts";
import { timeSince } from "./time_since.ts";

/** Runs and episodes: a column of the page, a drawer where it is narrow. */
export function LibraryPanel() {
  const own = runs.value.filter(({ example }) => !example);
  const examples = runs.value.filter(({ example }) => example);
  return (
    <>
      <div class="shell-scrim" hidden={!libraryOpen.value} onClick={() => libraryOpen.value = false} />
      <aside
        class={`shell-library ${libraryOpen.value ? "open" : ""} ${severalEnvironments.value ? "wide" : ""}`}
        aria-label="Library"
        onKeyDown={(event) => event.key === "Escape" && (libraryOpen.value = false)}
      >
        <div class="shell-section-head">
          <h2>Runs</h2>
          <span class="dim small">{own.length > 0 && own.length}</span>
          <IconButton
            icon="clear"
            label="Close the library"
            class="shell-close"
            onClick={() => libraryOpen.value = false}
          />
        </div>
        <Await state={library.value} empty="The library is empty.">
          {() => own.length > 0 ? <RunList runs={own} /> : <NoRuns examples={examples.length > 0} />}
        </Await>
        {examples.length > 0 && (
          <>
            <div class="shell-section-head">
              <h2>Examples</h2>
            </div>
            <RunList runs={examples} />
          </>
        )}
        {(view.value !== "model" || !blind.value) && <EpisodeTable />}
      </aside>
    </>
  );
}

function RunList({ runs }: { runs: readonly Run[] }) {
  return (
    <ul class="shell-runs">
      {runs.map((run) => <RunRow key={run.name} run={run} />)}
    </ul>
  );
}

function RunRow({ run }: { run: Run }) {
  const { name, kind, example, modified, training, episodes, problem } = run;
  const count = `${episodes.length} ${episodes.length === 1 ? "episode" : "episodes"}`;
  const chosen = runName.value === name;
  return (
    <li ref={useInSight(chosen)}>
      <button
        type="button"
        aria-current={chosen}
        title={problem ?? `${kind} · changed ${new Date(modified).toLocaleString()}`}
        onClick={() => selectRun(name)}
      >
        <span class="shell-run-name">{name}</span>
        <span class="shell-run-detail">
          {training && <span class="shell-badge">training</span>}
          {problem && <span class="shell-badge error">unreadable</span>}
          {[kind.replaceAll("-", " "), episodes.length > 0 && count, !example && timeSince(modified)].filter(
            Boolean,
          ).join(" · ")}
        </span>
      </button>
    </li>
  );
}

function NoRuns({ examples }: { examples: boolean }) {
  return (
    <p class="notice small">
      {examples ? "No run of your own yet. " : "No run yet: this is the scripted driver. "}
      <code>deno task train-world-model</code>{" "}
      {examples ? "trains one" : "adds dreams"}; or drop a run folder here.
    </p>
  );
}
