/**
 * How tasks write tables and numbers.
 *
 * @module
 */

/** Rows as aligned columns: the first to the left, the others to the right. The first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ").trimEnd();
  return [line(rows[0]), widths.map((width) => "-".repeat(width)).join("  "), ...rows.slice(1).map(line)]
    .join("\n");
}

/** Names in lines of a terminal's width. */
export function wrapNames(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < 100) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(`    ${name}`);
  }
  return lines.join("\n");
}

/** A whole number with commas: 19,200. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** Mean and standard deviation: 826 ± 132, or with more digits. */
export function formatScore(mean: number, deviation: number, digits = 0): string {
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}

/** A share as a percentage: 1.5 %. */
export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "-";
}

/** A duration as people say it: 40 s, 3 min 20 s, 2 h 5 min. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
