import { computed, effect } from "@preact/signals";
import { blind } from "../state/perceive.ts";
import { advance, playing } from "../state/playhead.ts";
import { type View, view } from "../state/session.ts";

/** The views that show the playhead. */
export const PLAYHEAD_VIEWS: readonly View[] = ["watch", "model"];
/** Whether the playhead is shown: a model that sees no episode has nothing that it could move. */
export const playheadShown = computed(() =>
  PLAYHEAD_VIEWS.includes(view.value) && !(view.value === "model" && blind.value)
);
/** The longest time that one frame stands for, seconds: after a halt the playhead goes on, it does not leap. */
const LONGEST_TICK = 0.25;

/** The page's one clock: moves the playhead on while it plays and is seen. @returns What stops it. */
export function startTicker(): () => void {
  let frame = 0;
  let last = 0;
  const tick = (now: number) => {
    frame = requestAnimationFrame(tick);
    const seconds = Math.max(now - last, 0) / 1000; // a frame may have begun before playing did
    advance(Math.min(seconds, LONGEST_TICK));
    last = now;
  };
  const stopTicking = () => {
    cancelAnimationFrame(frame);
    frame = 0;
  };
  const follow = () => {
    if (!playing.peek() || document.hidden) return stopTicking();
    if (frame !== 0) return;
    last = performance.now();
    frame = requestAnimationFrame(tick);
  };
  document.addEventListener("visibilitychange", follow);
  const stops = [
    effect(() => {
      if (!playheadShown.value) playing.value = false;
    }),
    effect(() => {
      playing.value; // starts and stops with it
      follow();
    }),
  ];
  return () => {
    document.removeEventListener("visibilitychange", follow);
    stops.forEach((stop) => stop());
    stopTicking();
  };
}
