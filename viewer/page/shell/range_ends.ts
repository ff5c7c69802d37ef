import { lastStep, range } from "../state/playhead.ts";

const withinEpisode = (step: number) => Math.round(Math.min(Math.max(step, 0), lastStep.value));

/** Lets the range start at a step; its end moves along where it must. */
export function setRangeStart(step: number): void {
  const from = withinEpisode(step);
  range.value = [from, Math.max(range.value?.[1] ?? lastStep.value, from)];
}

/** Lets the range end at a step; its start moves along where it must. */
export function setRangeEnd(step: number): void {
  const to = withinEpisode(step);
  range.value = [Math.min(range.value?.[0] ?? 0, to), to];
}
