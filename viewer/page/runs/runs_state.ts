import { computed, signal } from "@preact/signals";
import { type Run, run, runs } from "../state/session.ts";

/** What the horizontal axis of curves holds. */
export type XAxis = "step" | "elapsed" | "clock";
/** The parts of the view. */
export const RUNS_PARTS = ["curves", "values", "settings", "pictures"] as const;
/** One of {@link RUNS_PARTS}. */
export type RunsPart = typeof RUNS_PARTS[number];
/** How many runs are shown before any is ticked. */
const FIRST = 4;

/** The part that is shown. */
export const runsPart = signal<RunsPart>("curves");
/** Names of the runs that were ticked; undefined for the chosen run and the newest few of its kind. */
export const chosenRuns = signal<readonly string[] | undefined>(undefined);
/** What the names of listed runs must contain. */
export const runFilter = signal("");
/** What the names of shown measurements must contain. */
export const metricFilter = signal("");
/** How much curves are smoothed, 0 to 0.99. */
export const smoothing = signal(0);
/** What the horizontal axis holds. */
export const xAxis = signal<XAxis>("step");
/** Whether the vertical axes are logarithmic. */
export const logY = signal(false);
/** Whether runs that differ by their seeds alone become their mean and range. */
export const joinSeeds = signal(false);
/** Whether settings that are the same in all runs are listed too. */
export const allSettings = signal(false);

/** The runs that are shown, in the order of the list. */
export const shownRuns = computed(() => {
  const names = chosenRuns.value;
  return names ? runs.value.filter(({ name }) => names.includes(name)) : firstRuns();
});

/** The page's run and the newest others that can be compared with it; without one, those like the newest. */
function firstRuns(): Run[] {
  const first = run.value ?? runs.value[0];
  const others = runs.value.filter((other) => other !== first && other.kind === first?.kind);
  const shown = others.slice(0, FIRST - 1);
  return runs.value.filter((each) => each === first || shown.includes(each));
}

/** Shows a run, or hides it. */
export function toggleRun(name: string): void {
  const names = shownRuns.value.map((run) => run.name);
  chosenRuns.value = names.includes(name) ? names.filter((each) => each !== name) : [...names, name];
}

const places = new Map<string, number>();
/** A run's place among the colours: the same for as long as the page is open. */
export function runColor(name: string): number {
  for (const run of runs.value.map((each) => each.name).sort()) {
    if (!places.has(run)) places.set(run, places.size);
  }
  if (!places.has(name)) places.set(name, places.size);
  return places.get(name)!;
}
