import { principalComponents } from "./principal_components.ts";

/**
 * An order in which columns that rise and fall together stand together: by the angle of each column's weights on
 * the first two principal components (Friendly 2002), columns scaled to the same variance.
 *
 * @param rows `[count, size]` row-major.
 * @returns The columns, `[size]`; those that never change last.
 */
export function similarFirst(rows: Float32Array, size: number): number[] {
  const count = rows.length / size;
  const scaled = new Float32Array(rows.length);
  const still = new Set<number>();
  for (let column = 0; column < size; column++) {
    let [sum, squares] = [0, 0];
    for (let at = column; at < rows.length; at += size) {
      sum += rows[at];
      squares += rows[at] ** 2;
    }
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(squares / count - mean ** 2, 0));
    if (!(deviation > 1e-6)) still.add(column);
    else for (let at = column; at < rows.length; at += size) scaled[at] = (rows[at] - mean) / deviation;
  }
  const { directions: [first, second] } = principalComponents(scaled, { size, components: 2 });
  const angle = (column: number) => Math.atan2(second?.[column] ?? 0, first[column]);
  return Array.from({ length: size }, (_, column) => column)
    .sort((a, b) => Number(still.has(a)) - Number(still.has(b)) || angle(a) - angle(b) || a - b);
}
