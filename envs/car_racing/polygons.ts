/** The convex hull of points, anticlockwise, `[x0, y0, x1, y1, ...]` (Andrew's monotone chain). */
export function convexHull(points: readonly (readonly [number, number])[]): Float64Array {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (order: readonly (readonly [number, number])[]) => {
    const chain: (readonly [number, number])[] = [];
    for (const point of order) {
      while (chain.length > 1) {
        const a = chain[chain.length - 2];
        const b = chain[chain.length - 1];
        if ((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return Float64Array.from([...half(sorted), ...half(sorted.reverse())].flat());
}

/**
 * Whether two convex polygons come as near as `skin`, u.
 *
 * @param a Corners `[x0, y0, ...]` in order; the turn does not matter.
 * @param b Likewise.
 */
export function polygonsTouch(a: Float64Array, b: Float64Array, skin: number): boolean {
  const gap = Math.max(widestGap(a, b), widestGap(b, a));
  // No edge separates them: they overlap. Beyond the skin none can touch. Between, two corners may face each other.
  return gap <= 0 || (gap <= skin && Math.min(nearest(a, b), nearest(b, a)) <= skin);
}

/** How far `b` lies outside `a` along the normal of one of `a`'s edges, at most; negative where they overlap. */
function widestGap(a: Float64Array, b: Float64Array): number {
  let widest = -Infinity;
  const turn = Math.sign(area(a));
  for (let i = 0, last = a.length - 2; i < a.length; last = i, i += 2) {
    const dx = a[i] - a[last];
    const dy = a[i + 1] - a[last + 1];
    const length = turn * Math.sqrt(dx * dx + dy * dy);
    if (length === 0) continue;
    let gap = Infinity;
    for (let j = 0; j < b.length; j += 2) {
      gap = Math.min(gap, (dy * (b[j] - a[last]) - dx * (b[j + 1] - a[last + 1])) / length);
    }
    widest = Math.max(widest, gap);
  }
  return widest;
}

/** Twice the area that the corners go round, positive anticlockwise. */
function area(polygon: Float64Array): number {
  let sum = 0;
  for (let i = 0, last = polygon.length - 2; i < polygon.length; last = i, i += 2) {
    sum += polygon[last] * polygon[i + 1] - polygon[i] * polygon[last + 1];
  }
  return sum;
}

/** Distance from `a`'s nearest corner to `b`'s outline. */
function nearest(a: Float64Array, b: Float64Array): number {
  let best = Infinity;
  for (let i = 0; i < a.length; i += 2) {
    for (let j = 0, last = b.length - 2; j < b.length; last = j, j += 2) {
      const dx = b[j] - b[last];
      const dy = b[j + 1] - b[last + 1];
      const along = ((a[i] - b[last]) * dx + (a[i + 1] - b[last + 1]) * dy) / (dx * dx + dy * dy || 1);
      const t = Math.min(1, Math.max(0, along));
      best = Math.min(best, Math.hypot(a[i] - b[last] - t * dx, a[i + 1] - b[last + 1] - t * dy));
    }
  }
  return best;
}
