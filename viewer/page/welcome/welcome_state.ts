import { signal } from "@preact/signals";
import type { Highlight } from "../environments/environment_view.ts";

/** Whether the page welcomes a visitor: until the first thing that they do. */
export const welcomeShown = signal(false);
/** The piece of an episode that the welcome shows; undefined while its episode is being loaded. */
export const welcomeCorner = signal<Highlight | undefined>(undefined);
