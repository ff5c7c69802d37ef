import { signal } from "@preact/signals";

/** The panes of the Watch view, in the order in which they stand; the last two below the others, see `state/explanation.ts`. */
export const PANES = [
  "scene",
  "real",
  "reconstruction",
  "dream",
  "difference",
  "compare",
  "making",
  "attention",
] as const;
/** One of {@link PANES}. */
export type PaneId = typeof PANES[number];

/** What is shown before the reader chooses. */
export const DEFAULT_PANES: readonly PaneId[] = ["scene", "real", "reconstruction", "dream", "difference"];

/** The panes that are shown, in the order of {@link PANES}. */
export const panes = signal<readonly PaneId[]>(DEFAULT_PANES);

/** Shows a pane, or takes it away. */
export function togglePane(id: PaneId): void {
  panes.value = PANES.filter((pane) => panes.value.includes(pane) !== (pane === id));
}
