import { signal } from "@preact/signals";
import type { Corner } from "./find_corner.ts";

/** Whether the page welcomes a visitor: until the first thing that they do. */
export const welcomeShown = signal(false);
/** The corner that the welcome shows; undefined while its episode is being loaded. */
export const welcomeCorner = signal<Corner | undefined>(undefined);
