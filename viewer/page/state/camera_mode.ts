import { type Signal, signal } from "@preact/signals";

/** How scenes are looked at: from behind what moves, from above with north up, or all of it at once. */
export const CAMERA_MODES = ["chase", "follow", "whole"] as const;
/** One of {@link CAMERA_MODES}. */
export type CameraMode = typeof CAMERA_MODES[number];

/** Whether the system asks for less motion. */
export const wantsLessMotion = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** How all scenes are looked at, until the reader chooses. */
export const cameraMode: Signal<CameraMode> = signal(
  globalThis.matchMedia !== undefined && wantsLessMotion() ? "whole" : "chase",
);

/** The next way to look at a scene. */
export function nextMode(mode: CameraMode): CameraMode {
  return CAMERA_MODES[(CAMERA_MODES.indexOf(mode) + 1) % CAMERA_MODES.length];
}
