import { signal } from "@preact/signals";

/** Whether the library is open where the page is too narrow to show it always. */
export const libraryOpen = signal(false);
/** Whether the list of keys is open. */
export const helpOpen = signal(false);
/** Whether the list of commands is open. */
export const paletteOpen = signal(false);
