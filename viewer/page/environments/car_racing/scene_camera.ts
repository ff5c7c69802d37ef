import { AT, MOTION_SIZE, motionAt, type StateTape } from "./state_tape.ts";
import type { Bounds } from "./track_shapes.ts";

/** Where a camera looks. */
export interface CameraPose {
  /** The place of the world that it looks at, u. */
  x: number;
  /** That place's other coordinate, u. */
  y: number;
  /** The direction that is up on the screen, rad anticlockwise from north. */
  angle: number;
  /** CSS pixels for a unit of the world. */
  zoom: number;
  /** How far down the screen the place lies, 0 top .. 1 bottom. */
  anchor: number;
}

/** A pane, CSS pixels. */
export interface Viewport {
  width: number;
  height: number;
}

/** What the reader did to the camera's own choice. */
export interface Adjustment {
  /** What the zoom is multiplied by. */
  zoom: number;
  /** CSS pixels to the right. */
  panX: number;
  /** CSS pixels down. */
  panY: number;
}

/** No adjustment. */
export function unadjusted(): Adjustment {
  return { zoom: 1, panX: 0, panY: 0 };
}

/** A camera that looks nowhere yet. */
export function blankPose(): CameraPose {
  return { x: 0, y: 0, angle: 0, zoom: 1, anchor: 0.5 };
}

/** Steps of the past that the chase camera takes its heading and speed from. */
const PAST = 16;
const SAMPLES = 8;
const motion = new Float64Array(MOTION_SIZE);

/**
 * Behind the car, which points up; looks further ahead with speed. Its heading is a mean over the last third of a
 * second: a function of the tape alone, so that scrubbing shows at once what playing shows.
 *
 * @param steady Without the mean and the zoom by speed: for readers who want less motion.
 */
export function chasePose(
  tape: StateTape,
  { position, viewport, steady }: { position: number; viewport: Viewport; steady: boolean },
  target: CameraPose,
): CameraPose {
  let angle = 0, vx = 0, vy = 0, whole = 0;
  const samples = steady ? 1 : SAMPLES;
  for (let i = 0; i < samples; i++) {
    const weight = samples - i;
    motionAt(tape, position - i * PAST / SAMPLES, motion);
    angle += weight * motion[AT.angle];
    vx += weight * motion[AT.vx];
    vy += weight * motion[AT.vy];
    whole += weight;
  }
  angle /= whole;
  const speed = steady ? 40 : Math.hypot(vx, vy) / whole;
  const ahead = steady ? 0 : 0.08;
  motionAt(tape, position, motion);
  target.x = motion[AT.x] + ahead * vx / whole;
  target.y = motion[AT.y] + ahead * vy / whole;
  target.angle = angle;
  target.zoom = Math.min(viewport.height / (33 + 0.22 * speed), viewport.width / (26 + 0.14 * speed));
  target.anchor = 0.7;
  return target;
}

/** From above, north up, the car in the middle. */
export function followPose(
  tape: StateTape,
  { position, viewport }: { position: number; viewport: Viewport },
  target: CameraPose,
): CameraPose {
  motionAt(tape, position, motion);
  target.x = motion[AT.x];
  target.y = motion[AT.y];
  target.angle = 0;
  target.zoom = Math.min(viewport.width, viewport.height) / 95;
  target.anchor = 0.5;
  return target;
}

/** All of a rectangle, north up. */
export function wholePose(bounds: Bounds, viewport: Viewport, target: CameraPose): CameraPose {
  target.x = (bounds.left + bounds.right) / 2;
  target.y = (bounds.bottom + bounds.top) / 2;
  target.angle = 0;
  target.zoom = Math.min(
    viewport.width / (bounds.right - bounds.left),
    viewport.height / (bounds.top - bounds.bottom),
  );
  target.anchor = 0.5;
  return target;
}

/** A pose between two: zooms by its ratio, and turns the shorter way. */
export function blendPoses(from: CameraPose, to: CameraPose, part: number, target: CameraPose): CameraPose {
  const turn = Math.atan2(Math.sin(to.angle - from.angle), Math.cos(to.angle - from.angle));
  target.x = from.x + part * (to.x - from.x);
  target.y = from.y + part * (to.y - from.y);
  target.angle = to.angle - (1 - part) * turn;
  target.zoom = from.zoom * (to.zoom / from.zoom) ** part;
  target.anchor = from.anchor + part * (to.anchor - from.anchor);
  return target;
}

/** Slow, fast, slow: 0 .. 1 to 0 .. 1. */
export function ease(part: number): number {
  return part * part * (3 - 2 * part);
}

/** Zooms so that what lies under a point of the pane stays there. @param point From the anchor, CSS pixels. */
export function zoomAbout(
  adjustment: Adjustment,
  factor: number,
  point: { x: number; y: number },
): Adjustment {
  const zoom = Math.min(Math.max(adjustment.zoom * factor, 0.15), 12);
  const ratio = zoom / adjustment.zoom;
  return {
    zoom,
    panX: point.x - ratio * (point.x - adjustment.panX),
    panY: point.y - ratio * (point.y - adjustment.panY),
  };
}
