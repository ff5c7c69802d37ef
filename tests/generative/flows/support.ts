import * as tf from "@tensorflow/tfjs";

/**
 * log |det df/dx| of each example, by central differences.
 *
 * @param map `[B, ..]` to as many numbers an example; examples do not touch each other.
 * @param x `[B, ..]`.
 */
export function logDeterminants(map: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, step = 1e-2): number[] {
  const count = x.shape[0];
  const size = x.size / count;
  const columns = Array.from({ length: size }, (_, i) => {
    const change = tf.tensor1d(Array.from({ length: size }, (_, j) => j === i ? step : 0)).reshape(
      x.shape.slice(1),
    );
    return map(x.add(change)).sub(map(x.sub(change))).div(2 * step).dataSync();
  });
  return Array.from(
    { length: count },
    (_, n) =>
      logAbsoluteDeterminant(columns.map((column) => Array.from(column.subarray(n * size, (n + 1) * size)))),
  );
}

/** By elimination with pivots. */
function logAbsoluteDeterminant(rows: number[][]): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce(
      (best, row, j) => Math.abs(row[i]) > Math.abs(rows[best][i]) ? i + j : best,
      i,
    );
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    sum += Math.log(Math.abs(rows[i][i]));
    for (let j = i + 1; j < rows.length; j++) {
      const factor = rows[j][i] / rows[i][i];
      rows[j] = rows[j].map((value, k) => value - factor * rows[i][k]);
    }
  }
  return sum;
}
