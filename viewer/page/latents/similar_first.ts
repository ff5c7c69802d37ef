import { principalComponents } from "./principal_components.ts";

/**
 * An order in which columns of like values stand together: by their angle on the plane in which the columns differ
 * most (after Friendly's corrgrams of 2002).
 *
 * @param rows `[count, size]` row-major.
 * @returns The columns, `[size]`.
 */
export function similarFirst(rows: Float32Array, size: number): number[] {
  const count = rows.length / size;
  const turned = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) turned[i % size * count + Math.floor(i / size)] = rows[i];
  const { scores: [first, second] } = principalComponents(turned, { size: count, components: 2 });
  const angles = Array.from(first, (x, column) => Math.atan2(second?.[column] ?? 0, x));
  return angles.map((_, column) => column).sort((a, b) => angles[a] - angles[b] || a - b);
}
