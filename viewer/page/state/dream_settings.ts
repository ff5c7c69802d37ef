import { signal } from "@preact/signals";
import { step } from "./playhead.ts";

/** The most dreams side by side. */
export const MOST_SAMPLES = 16;
/** Worlds beside the chosen run's, at most. */
export const MOST_OTHERS = 5;
/** The longest horizon that can be asked for, decisions. */
export const LONGEST_HORIZON = 250;
/** The highest temperature that can be asked for. */
export const HIGHEST_TEMPERATURE = 1.5;

/** Whether dreams are computed and shown. */
export const dreamShown = signal(true);
/** The step of the episode that dreams start at; the decision in force there counts. */
export const dreamStart = signal(0);
/** Decisions that dreams last at most. */
export const horizon = signal(50);
/** Sharpness of dreams: 0 without noise, 1 as learned. */
export const temperature = signal(1);
/** Dreams side by side, 1 .. {@link MOST_SAMPLES}. */
export const samples = signal(1);
/** Seed of the first dream; the others count up from it. */
export const dreamSeed = signal(0);
/** Who acts in the dream: the recorded actions, or the run's controller by itself. */
export const dreamDriver = signal<"recorded" | "agent">("recorded");
/** Which of the dreams stands beside reality, 0 .. {@link samples} - 1. */
export const shownSample = signal(0);

/** Lets dreams start at the present frame. */
export function startDreamHere(): void {
  dreamStart.value = step.value;
}

/** Takes seeds that were not in use yet. */
export function dreamAgain(): void {
  dreamSeed.value += samples.value;
}
