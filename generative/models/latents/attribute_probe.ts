import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { Picture } from "../../../core/pictures/picture.ts";
import type { PictureData } from "../../data/dataset.ts";
import { pictureOf } from "./exploration.ts";

/** Tells from pixels which attributes a picture has. */
export interface AttributeProbe {
  /** What it was taught, in the order of the data. */
  attributes: readonly string[];
  /** Whether a picture has each of them. */
  tell(picture: Picture): boolean[];
}

/** Side of the grid that pictures are averaged to before they are looked at. */
const SIDE = 16;
/** Added to the diagonal for each example: pixels of 0 .. 1 with weights that stay small. */
const RIDGE = 1e-3;

/**
 * A linear probe for every attribute: the plane of least squares (ridge regression on the colours of 16x16 cells), at the
 * height halfway between the means of those with and without the attribute.
 *
 * @param limit Pictures to learn from at most.
 */
export function fitProbe(data: PictureData, { limit = 4000 } = {}): AttributeProbe {
  const count = Math.min(limit, data.count);
  const taught = Object.entries(data.attributes ?? {}).filter(([, has]) => {
    const share = has.subarray(0, count).reduce((sum, value) => sum + value, 0);
    return share > 0 && share < count;
  });
  const rows = Matrix.zeros(count, features(pictureOf(data, 0)).length);
  for (let n = 0; n < count; n++) rows.setRow(n, features(pictureOf(data, n)));
  const mean = rows.mean("column");
  rows.subRowVector(mean);
  const targets = Matrix.zeros(count, taught.length);
  taught.forEach(([, has], column) => {
    for (let n = 0; n < count; n++) targets.set(n, column, has[n]);
  });
  const transposed = rows.transpose();
  const products = transposed.mmul(rows).add(Matrix.eye(rows.columns, rows.columns, RIDGE * count));
  const weights = new CholeskyDecomposition(products).solve(transposed.mmul(targets));
  const scores = rows.mmul(weights);
  const heights = taught.map(([, has], column) => {
    const sums = [0, 0];
    const counts = [0, 0];
    for (let n = 0; n < count; n++) {
      sums[has[n]] += scores.get(n, column);
      counts[has[n]]++;
    }
    return (sums[0] / counts[0] + sums[1] / counts[1]) / 2;
  });
  return {
    attributes: taught.map(([name]) => name),
    tell(picture) {
      const row = Matrix.rowVector(features(picture)).subRowVector(mean).mmul(weights);
      return heights.map((height, column) => row.get(0, column) > height);
    },
  };
}

/**
 * How often a probe is right about pictures that it did not learn from: the mean of its shares of right answers with and
 * without the attribute, 0.5 for guessing, for each attribute (0 where one of the two does not occur).
 */
export function probeAccuracy(
  { attributes, tell }: AttributeProbe,
  data: PictureData,
  { limit = 1000 } = {},
): number[] {
  const right = attributes.map(() => [0, 0]);
  const counts = attributes.map(() => [0, 0]);
  for (let n = 0; n < Math.min(limit, data.count); n++) {
    tell(pictureOf(data, n)).forEach((told, i) => {
      const has = data.attributes![attributes[i]][n];
      counts[i][has]++;
      if (told === (has === 1)) right[i][has]++;
    });
  }
  return right.map(([without, with_], i) => {
    const [negatives, positives] = counts[i];
    return negatives && positives ? (without / negatives + with_ / positives) / 2 : 0;
  });
}

/** The mean colours, 0 .. 1, of at most 16x16 cells of a picture. */
function features({ width, height, data }: Picture): number[] {
  const [columns, rows] = [Math.min(SIDE, width), Math.min(SIDE, height)];
  const sums = new Array<number>(columns * rows * 3).fill(0);
  const counts = new Array<number>(columns * rows).fill(0);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y * rows / height);
    for (let x = 0; x < width; x++) {
      const cell = row * columns + Math.floor(x * columns / width);
      counts[cell]++;
      for (let c = 0; c < 3; c++) sums[3 * cell + c] += data[3 * (y * width + x) + c] / 255;
    }
  }
  return sums.map((sum, i) => sum / counts[Math.floor(i / 3)]);
}
