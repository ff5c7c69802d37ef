import { cssColor } from "../charts/series.ts";
import { selectRun } from "../state/select.ts";
import { type Run, runName, runs, view } from "../state/session.ts";
import { Button } from "../ui/controls.tsx";
import { useInSight } from "../ui/use_in_sight.ts";
import { chosenRuns, runColor, runFilter, shownRuns, toggleRun } from "./runs_state.ts";
import { runFiles } from "./run_files.ts";

/** Up to this width the list is folded away at first. */
const NARROW = 900;

/** What to call kinds of runs, where their names are a task's. */
const KINDS: Record<string, string> = { "train-world-model": "world model" };

/** The runs that there are, to choose from. */
export function RunList() {
  const wanted = runFilter.value.trim().toLowerCase();
  const listed = runs.value.filter(({ name, kind }) => `${name} ${kind}`.toLowerCase().includes(wanted));
  const names = listed.map(({ name }) => name);
  const shown = shownRuns.value.map(({ name }) => name);
  return (
    <details class="panel runs-list" open={innerWidth > NARROW}>
      <summary class="runs-list-head">
        <h2>Runs</h2>
        <span class="dim small">{shown.length} of {runs.value.length} shown</span>
      </summary>
      <div class="runs-list-body">
        <input
          type="search"
          class="runs-search"
          placeholder="Filter runs"
          aria-label="Filter runs"
          value={runFilter.value}
          onInput={(event) => runFilter.value = event.currentTarget.value}
        />
        <div class="runs-list-actions">
          <Button label="All" onClick={() => chosenRuns.value = [...new Set([...shown, ...names])]} />
          <Button
            label="None"
            onClick={() => chosenRuns.value = shown.filter((name) => !names.includes(name))}
          />
        </div>
        {listed.length === 0 && <p class="notice">No run matches “{runFilter.value}”.</p>}
        <ul>
          {listed.map((run) => <RunRow key={run.name} run={run} checked={shown.includes(run.name)} />)}
        </ul>
      </div>
    </details>
  );
}

function RunRow({ run, checked }: { run: Run; checked: boolean }) {
  const { name, kind, training, episodes, problem } = run;
  const metrics = runFiles.value.get(name)?.metrics;
  const broken = metrics?.status === "ready" ? metrics.value.broken : undefined;
  return (
    <li class="runs-row" ref={useInSight(runName.value === name)}>
      <label>
        <input type="checkbox" checked={checked} onChange={() => toggleRun(name)} />
        <span class="runs-swatch" style={{ color: cssColor(runColor(name)) }} data-dashed={isDashed(name)} />
        <span class="runs-name">{name}</span>
        {training && <span class="runs-badge">training</span>}
      </label>
      <p class="dim small">
        {[KINDS[kind] ?? kind, agoOf(run.modified), episodes.length && `${episodes.length} drives`].filter(
          Boolean,
        ).join(
          " · ",
        )}
      </p>
      {problem && <p class="runs-problem small">{problem}</p>}
      {checked && metrics?.status === "error" && <p class="runs-problem small">{metrics.message}</p>}
      {checked && broken && broken.count > 0 && (
        <p class="runs-problem small">
          Skipped {broken.count === 1 ? "a line" : `${broken.count} lines`} of metrics.jsonl: {broken.first}
        </p>
      )}
      <button
        type="button"
        class="button quiet runs-watch"
        onClick={() => {
          selectRun(name);
          view.value = "watch";
        }}
      >
        Watch<span class="hidden-text">{name}</span>
      </button>
    </li>
  );
}

/** Runs beyond the eighth share colours, and are told apart by dashes. */
export function isDashed(name: string): boolean {
  return Math.floor(runColor(name) / 8) % 2 === 1;
}

function agoOf(modified: number): string {
  const minutes = Math.max(0, Math.round((Date.now() - modified) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h ago`;
  return new Date(modified).toLocaleDateString();
}
