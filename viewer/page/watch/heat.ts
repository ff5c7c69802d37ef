import type { RgbPicture } from "../ui/pixel_canvas.tsx";
import { interpolateInferno, rgb } from "../charts/d3.ts";

/** The difference, in grey levels, that the brightest colour stands for; greater ones look the same. */
export const HEAT_TOP = 128;

/**
 * Colours of differences from 0 to {@link HEAT_TOP}, `[256, 3]`: matplotlib's inferno, whose lightness alone tells
 * the order, whatever colours the reader sees.
 */
export const HEAT: Uint8Array = Uint8Array.from(
  { length: 256 * 3 },
  (_, i) => rgb(interpolateInferno(Math.floor(i / 3) / 255))["rgb"[i % 3] as "r" | "g" | "b"],
);

/**
 * Draws how far two pictures lie apart: the mean over the channels of the absolute differences.
 *
 * @param out What to draw into, `[H, W, 3]`.
 * @returns The mean over the picture, grey levels.
 */
export function drawHeat(a: RgbPicture, b: RgbPicture, out: RgbPicture): number {
  let sum = 0;
  for (let at = 0; at < out.data.length; at += 3) {
    const apart = Math.abs(a.data[at] - b.data[at]) + Math.abs(a.data[at + 1] - b.data[at + 1]) +
      Math.abs(a.data[at + 2] - b.data[at + 2]);
    sum += apart;
    const color = Math.min(255, Math.round(apart / 3 * 255 / HEAT_TOP)) * 3;
    out.data[at] = HEAT[color];
    out.data[at + 1] = HEAT[color + 1];
    out.data[at + 2] = HEAT[color + 2];
  }
  return sum / out.data.length;
}

/** The mean absolute difference of two runs of bytes of one length, grey levels. */
export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}

/** All colours from the least to the greatest, as a picture one pixel high. */
export const HEAT_LEGEND: RgbPicture = { data: HEAT, height: 1, width: 256 };
