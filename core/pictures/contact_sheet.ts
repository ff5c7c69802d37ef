import { blankPicture, checkPicture, enlarge, type Picture } from "./picture.ts";

/** The options of {@link contactSheet}. */
export interface ContactSheetOptions {
  /** Whole factor by which each picture is enlarged. @default 1 */
  scale?: number;
  /** Pixels between pictures. @default 2 */
  gap?: number;
  /** What shows between them. @default white */
  background?: readonly [number, number, number];
}

/**
 * Pictures in rows, left to right and top to bottom; the cells are as large as the largest picture.
 *
 * @throws RangeError without pictures or with fewer than one column.
 */
export function contactSheet(
  pictures: readonly Picture[],
  columns: number,
  options: ContactSheetOptions = {},
): Picture {
  const { scale = 1, gap = 2, background = [255, 255, 255] } = options;
  if (pictures.length === 0 || !(columns >= 1)) {
    throw new RangeError(
      `Cannot make a contact sheet: expected pictures and columns, got ${pictures.length} in ${columns} columns`,
    );
  }
  const cells = pictures.map((picture) => enlarge(picture, scale));
  const width = Math.max(...cells.map((cell) => cell.width)) + gap;
  const height = Math.max(...cells.map((cell) => cell.height)) + gap;
  const rows = Math.ceil(cells.length / columns);
  const across = Math.min(columns, cells.length);
  const sheet = blankPicture(across * width - gap, rows * height - gap, background);
  cells.forEach((cell, i) => {
    paste(sheet, cell, { x: i % columns * width, y: Math.floor(i / columns) * height });
  });
  return sheet;
}

/** Copies a picture into a larger one, with its top left corner at a place. */
function paste(target: Picture, source: Picture, { x, y }: { x: number; y: number }): void {
  checkPicture(source);
  for (let row = 0; row < source.height; row++) {
    const line = source.data.subarray(row * source.width * 3, (row + 1) * source.width * 3);
    target.data.set(line, ((y + row) * target.width + x) * 3);
  }
}
