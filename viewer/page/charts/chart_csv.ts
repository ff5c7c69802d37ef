import { type ChartSeries, isLost, xAt } from "./series.ts";

/** A chart's values as comma-separated text: a row for each x, a column for each line (and its range). */
export function chartCsv(series: readonly ChartSeries[], xName = "x"): string {
  const columns = series.flatMap(({ name, y, band, raw }, line) => [
    { name, values: y, line },
    ...(raw ? [{ name: `${name} (not smoothed)`, values: raw, line }] : []),
    ...(band ? [{ name: `${name} (low)`, values: band.low, line }] : []),
    ...(band ? [{ name: `${name} (high)`, values: band.high, line }] : []),
  ]);
  const rows = new Map<number, string[]>();
  columns.forEach(({ values, line }, column) => {
    for (let i = 0; i < values.length; i++) {
      const x = xAt(series[line], i);
      let row = rows.get(x);
      if (!row) rows.set(x, row = Array(columns.length).fill(""));
      if (!Number.isNaN(values[i]) || isLost(series[line], x)) row[column] = String(values[i]);
    }
  });
  const lines = [...rows].sort(([a], [b]) => a - b).map(([x, row]) => [String(x), ...row]);
  return toCsv([[xName, ...columns.map(({ name }) => name)], ...lines]);
}

/** Rows as comma-separated text (RFC 4180, lines end as Unix lines do). */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(quote).join(",") + "\n").join("");
}

function quote(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
