import type { RandomStream } from "../../core/random_stream.ts";
import { type NamedTensors, parameter } from "../nn/mod.ts";

/** Log densities are no less than this: no single point outside makes a mean infinite. */
export const LOWEST = Math.log(1e-12);

/** A density of points in the plane that is the same all over each cell of a grid. */
export interface BoxDensity {
  /** Smallest x and y. */
  low: readonly [number, number];
  /** Largest x and y. */
  high: readonly [number, number];
  /** Cells on each side of the grid; 1 is the box itself. */
  cells: number;
  /** The log density in each cell, `[cells, cells]`: rows by rising y. -Infinity where it is 0. */
  logDensity: Float32Array;
}

/**
 * The density of maximum likelihood: the smallest box that holds all points, and in each cell the share of points that
 * fell into it, by the cell's area. With one cell the likelihood of N points is area^-N, so that no smaller box could
 * be more likely, and no larger one.
 *
 * @param points `[N, 2]`, two different ones at least in x and in y.
 * @throws RangeError when the box has no area.
 */
export function fitBox(points: Float32Array, cells: number): BoxDensity {
  const [low, high] = [[Infinity, Infinity], [-Infinity, -Infinity]];
  points.forEach((value, i) => {
    low[i % 2] = Math.min(low[i % 2], value);
    high[i % 2] = Math.max(high[i % 2], value);
  });
  const area = (high[0] - low[0]) * (high[1] - low[1]);
  if (!(area > 0 && area < Infinity)) {
    throw new RangeError(
      `Cannot fit a box: expected points that differ in x and in y, got x ${low[0]} to ${high[0]}, y ${
        low[1]
      } to ${high[1]}`,
    );
  }
  const box = { low: [low[0], low[1]] as const, high: [high[0], high[1]] as const, cells };
  const counts = new Float32Array(cells * cells);
  for (let i = 0; i < points.length; i += 2) counts[cellOf(box, points[i], points[i + 1])]++;
  const scale = cells * cells / (area * points.length / 2);
  return { ...box, logDensity: counts.map((count) => Math.log(count * scale)) };
}

/** Which cell a place is in, an index of `logDensity`; -1 outside. */
function cellOf(
  { low, high, cells }: Pick<BoxDensity, "low" | "high" | "cells">,
  x: number,
  y: number,
): number {
  const place = (value: number, axis: 0 | 1) =>
    Math.min(cells - 1, Math.floor(cells * (value - low[axis]) / (high[axis] - low[axis])));
  const inside = x >= low[0] && x <= high[0] && y >= low[1] && y <= high[1];
  return inside ? place(y, 1) * cells + place(x, 0) : -1;
}

/** The log density at each of some points `[N, 2]`; -Infinity where it is 0. */
export function logDensityAt(box: BoxDensity, points: Float32Array): Float32Array {
  return Float32Array.from({ length: points.length / 2 }, (_, n) => {
    const cell = cellOf(box, points[2 * n], points[2 * n + 1]);
    return cell < 0 ? -Infinity : box.logDensity[cell];
  });
}

/** The mean log density of points, none counted as less than `log 1e-12`. */
export function logLikelihood(box: BoxDensity, points: Float32Array): number {
  const values = logDensityAt(box, points);
  return values.reduce((sum, value) => sum + Math.max(value, LOWEST), 0) / values.length;
}

/** Draws points: a cell by its share, then any place in it. @returns `[count, 2]`. */
export function sampleBox({ low, high, cells, logDensity }: BoxDensity, count: number, random: RandomStream) {
  const weights = Array.from(logDensity, Math.exp);
  const points = new Float32Array(count * 2);
  for (let n = 0; n < count; n++) {
    const cell = random.pick(weights);
    const share = [cell % cells, Math.floor(cell / cells)].map((place) => (place + random.uniform()) / cells);
    points.set(share.map((value, axis) => low[axis] + value * (high[axis] - low[axis])), 2 * n);
  }
  return points;
}

/** The density that parameters stand for. */
export function readBox(parameters: NamedTensors): BoxDensity {
  const [low, high] = ["low", "high"].map((name) =>
    Array.from(parameter(parameters, `box/${name}`).dataSync())
  );
  const logDensity = parameter(parameters, "box/logDensity");
  return {
    low: [low[0], low[1]],
    high: [high[0], high[1]],
    cells: logDensity.shape[0]!,
    logDensity: logDensity.dataSync() as Float32Array,
  };
}
