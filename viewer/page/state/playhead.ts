import { batch, computed, signal } from "@preact/signals";

/** Simulator steps a second in real time. */
export const STEPS_PER_SECOND = 50;

/** The shown episode's steps a second in real time: fewer where a step is a decision that lasts for several. */
export const pace = signal(STEPS_PER_SECOND);

/** The speeds that `[` and `]` go through; Infinity shows every frame as fast as the screen does. */
export const SPEEDS: readonly number[] = [0.25, 0.5, 1, 2, 4, 8, Infinity];

/** The picture that all panels show, 0 (the reset's) to {@link lastStep}. */
export const step = signal(0);
/** The last picture of the episode. */
export const lastStep = signal(0);
/** Whether it moves by itself. */
export const playing = signal(false);
/** Times real time. */
export const speed = signal(1);
/** Whether it starts again at the end. */
export const looping = signal(false);
/** The steps that looping and exports keep to, both ends included. */
export const range = signal<[from: number, to: number] | undefined>(undefined);
/** Where playing starts and ends. */
export const bounds = computed<[number, number]>(() => range.value ?? [0, lastStep.value]);

/** Goes to a step, rounded and kept within the episode. */
export function seek(target: number): void {
  step.value = Math.round(Math.min(Math.max(target, 0), lastStep.value));
}

/** Goes some steps on (or back). */
export function nudge(steps: number): void {
  seek(step.value + steps);
}

/** Starts or stops; at the end it starts from the beginning. */
export function togglePlaying(): void {
  const [first, last] = bounds.value;
  batch(() => {
    if (!playing.value && step.value >= last) seek(first);
    playing.value = !playing.value;
  });
}

/** The next speed up (1) or down (-1). */
export function changeSpeed(direction: 1 | -1): void {
  const at = SPEEDS.indexOf(speed.value) + direction;
  if (at >= 0 && at < SPEEDS.length) speed.value = SPEEDS[at];
}

let pending = 0;
/** Moves the playhead of a playing episode on. @param seconds Since the last call. */
export function advance(seconds: number): void {
  if (!playing.value) return;
  const [first, last] = bounds.value;
  pending = speed.value === Infinity ? 1 : pending + seconds * pace.value * speed.value;
  const whole = Math.floor(pending);
  if (whole === 0) return;
  pending -= whole;
  const target = step.value + whole;
  if (target <= last) return seek(target);
  batch(() => {
    seek(looping.value ? first : last);
    playing.value = looping.value;
  });
}

/** The step that is shown with the part of the next one that has passed: for views that draw between steps. */
export function shownStep(): number {
  const whole = step.value;
  return playing.value && speed.value !== Infinity ? Math.min(whole + pending, bounds.value[1]) : whole;
}
