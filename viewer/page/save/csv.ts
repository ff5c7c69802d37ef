/** A column of a table: as many values as there are rows, or fewer, which leaves cells empty. */
export interface CsvColumn {
  /** Its heading. */
  name: string;
  /** Its values from the top; NaN and undefined are empty cells. */
  values: ArrayLike<number | string | undefined>;
}

/** A table as comma-separated values (RFC 4180, lines end as Unix lines do), with headings. */
export function toCsv(columns: readonly CsvColumn[]): string {
  const rows = Math.max(0, ...columns.map(({ values }) => values.length));
  const lines = [columns.map(({ name }) => cell(name)).join(",")];
  for (let row = 0; row < rows; row++) {
    lines.push(columns.map(({ values }) => cell(values[row])).join(","));
  }
  return lines.join("\n") + "\n";
}

function cell(value: number | string | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
