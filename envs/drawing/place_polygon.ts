/** Where a shape's own origin is, and how far it is turned about it. */
export interface Placement {
  /** To the right. */
  x: number;
  /** Upwards. */
  y: number;
  /** Radians, anticlockwise. */
  angle: number;
}

/**
 * Writes a polygon's corners where its placement puts them.
 *
 * @param polygon `[x0, y0, x1, y1, ...]` about the shape's own origin.
 * @param target Written likewise.
 */
export function placePolygon(
  polygon: ArrayLike<number>,
  { x, y, angle }: Placement,
  target: Float64Array | number[],
): void {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  for (let i = 0; i < polygon.length; i += 2) {
    target[i] = x + cos * polygon[i] - sin * polygon[i + 1];
    target[i + 1] = y + sin * polygon[i] + cos * polygon[i + 1];
  }
}
