import type { Track } from "../../envs/car_racing/state.ts";

/** A round track about the origin, driven anticlockwise: `count` points, 3.5 u from one to the next. */
export function ringTrack(count = 180): Track {
  const radius = ringRadius(count);
  return {
    points: Array.from({ length: count }, (_, i) => {
      const angle = 2 * Math.PI * i / count;
      return { alpha: angle, beta: angle, x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
    }),
    border: new Uint8Array(count),
    borderSide: new Int8Array(count),
    attempts: 1,
  };
}

/** The radius of {@link ringTrack}, u. */
export function ringRadius(count = 180): number {
  return 3.5 * count / (2 * Math.PI);
}
