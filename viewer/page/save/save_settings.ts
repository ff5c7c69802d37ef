import { computed, signal } from "@preact/signals";
import { bounds } from "../state/playhead.ts";
import type { FilmPlan } from "./film.ts";
import { savedPanes } from "./panes.ts";

/** What can be saved of an episode. */
export const SAVE_KINDS = ["picture", "gif", "video", "numbers"] as const;
/** One of {@link SAVE_KINDS}. */
export type SaveKind = typeof SAVE_KINDS[number];

/** Height of a pane in what is saved, pixels; 0 is its own size, which films do not have. */
export const SIDES = [0, 192, 384] as const;

/** Whether the dialog for saving is open. */
export const saveOpen = signal(false);
/** The kind that it shows. */
export const saveKind = signal<SaveKind>("picture");
/** Ids of the panes that are left out of what is saved. */
export const leftOut = signal<readonly string[]>([]);
/** One of {@link SIDES}. */
export const side = signal<number>(384);
/** Films show every so many frames. */
export const every = signal(2);
/** Films' speed, times real time. */
export const filmSpeed = signal(1);

/** The panes that are saved, as they stand. */
export const chosenPanes = computed(() => savedPanes.value.filter(({ id }) => !leftOut.value.includes(id)));
/** What a film of now would show. */
export const filmPlan = computed<FilmPlan>(() => ({
  range: bounds.value,
  every: every.value,
  speed: filmSpeed.value,
}));

/** Opens the dialog for saving, for a kind or for the one of last time. */
export function openSaveDialog(kind = saveKind.value): void {
  saveKind.value = kind;
  saveOpen.value = true;
}

/** Takes a pane in, or leaves it out. */
export function togglePaneSaved(id: string): void {
  leftOut.value = leftOut.value.includes(id)
    ? leftOut.value.filter((other) => other !== id)
    : [...leftOut.value, id];
}
