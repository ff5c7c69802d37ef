import { signal } from "@preact/signals";

/** Whether dreams are computed and shown. */
export const dreamShown = signal(true);
/** The step of the episode that dreams start at; the decision in force there counts. */
export const dreamStart = signal(0);
/** Decisions that dreams last at most. */
export const horizon = signal(50);
/** Sharpness of dreams: 0 without noise, 1 as learned. */
export const temperature = signal(1);
/** Dreams side by side, 1 .. 16. */
export const samples = signal(1);
/** Seed of the first dream; the others count up from it. */
export const dreamSeed = signal(0);
/** Who acts in the dream: the recorded actions, or the run's controller by itself. */
export const dreamDriver = signal<"recorded" | "agent">("recorded");
