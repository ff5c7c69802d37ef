import type { ReadonlySignal, Signal } from "@preact/signals";

/** How far a drive is. */
export type DriveStatus = "ready" | "running" | "paused" | "over";

/** A drive that can be begun, paused and begun anew, in reality or in a dream. */
export interface DriveSession {
  /** How far it is. */
  readonly status: Signal<DriveStatus>;
  /** Counts frames of the screen while it runs: what shows it, hears of this. */
  readonly tick: ReadonlySignal<number>;
  /** Puts everything to the start, and waits. */
  prepare(): void;
  /** Starts; what runs or has ended starts anew. */
  begin(): void;
  /** Pauses, or goes on. */
  togglePause(): void;
  /** A frame of the screen. @param seconds Since the last one. */
  frame(seconds: number): void;
}

/** Calls a session once a frame of the screen, while the page can be seen. @returns What stops it, and pauses the drive. */
export function runFrames(session: () => DriveSession): () => void {
  let last = performance.now();
  let frame = requestAnimationFrame(function next(now) {
    const seconds = Math.min(Math.max(now - last, 0) / 1000, 0.25);
    last = now;
    session().frame(seconds);
    frame = requestAnimationFrame(next);
  });
  const pause = () => {
    if (session().status.peek() === "running") session().togglePause();
  };
  const hide = () => document.hidden && pause();
  document.addEventListener("visibilitychange", hide);
  return () => {
    cancelAnimationFrame(frame);
    document.removeEventListener("visibilitychange", hide);
    pause();
  };
}
