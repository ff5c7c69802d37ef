import { CholeskyDecomposition, Matrix } from "ml-matrix";
import * as tf from "@tensorflow/tfjs";
import type { TextData } from "../data/dataset.ts";
import { PAD } from "../data/text/vocabulary.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { compile } from "../runtime/mod.ts";
import type { MaskedWords } from "./masked_words.ts";

/** Texts as rows of numbers, and the class of each. */
export interface ProbeData {
  /** `[N][F]`. */
  features: readonly ArrayLike<number>[];
  /** What each text is. */
  classes: readonly string[];
}

/** Added to the diagonal for each example, for features of variance 1. */
const RIDGE = 0.1;

/**
 * A linear probe: for each class a plane of least squares (ridge regression on standardised features), the highest of
 * which tells the class.
 *
 * @returns The share of texts that it tells right among those that it did not learn from.
 */
export function probe(learned: ProbeData, held: ProbeData): number {
  const names = [...new Set(learned.classes)];
  const rows = new Matrix(learned.features.map((row) => Array.from(row)));
  const mean = rows.mean("column");
  const scale = rows.standardDeviation("column").map((value) => value || 1);
  const standardise = (matrix: Matrix) => matrix.subRowVector(mean).divRowVector(scale);
  standardise(rows);
  const targets = Matrix.zeros(rows.rows, names.length);
  learned.classes.forEach((name, n) => targets.set(n, names.indexOf(name), 1));
  const shares = targets.mean("column");
  targets.subRowVector(shares);
  const transposed = rows.transpose();
  const products = transposed.mmul(rows).add(Matrix.eye(rows.columns, rows.columns, RIDGE * rows.rows));
  const weights = new CholeskyDecomposition(products).solve(transposed.mmul(targets));
  const scores = standardise(new Matrix(held.features.map((row) => Array.from(row)))).mmul(weights)
    .addRowVector(shares);
  const right = held.classes.filter((name, n) => names[scores.maxRowIndex(n)[1]] === name).length;
  return right / held.classes.length;
}

/** What texts tell behind their headings, `[N, T]` of tokens, the rest filled up. */
export function bodiesOf({ tokens, length, given }: TextData, indices: readonly number[]): Int32Array[] {
  return indices.map((n) => {
    const body = new Int32Array(length).fill(PAD);
    body.set(tokens.subarray(n * length + (given?.[n] ?? 0), (n + 1) * length));
    return body;
  });
}

/** How often each of the first `size` tokens comes in each text: what a probe can be compared with. */
export function tokenCounts(bodies: readonly Int32Array[], size: number): Float32Array[] {
  return bodies.map((body) => {
    const counts = new Float32Array(size);
    for (const token of body) if (token > PAD && token < size) counts[token]++;
    return counts;
  });
}

/** The mean state of each text's tokens, `[N][C]`. */
export async function meanStates(
  model: MaskedWords,
  parameters: NamedTensors,
  bodies: readonly Int32Array[],
  batchSize = 50,
): Promise<Float32Array[]> {
  const { context, width } = model.options;
  const encode = compile((parameters: NamedTensors, tokens: tf.Tensor) => {
    const words = tokens.notEqual(PAD).toFloat().expandDims(2);
    return model.encode(parameters, tokens).mul(words).sum(1).div(words.sum(1).maximum(1));
  }, { name: "mean state" });
  const states: Float32Array[] = [];
  for (let first = 0; first < bodies.length; first += batchSize) {
    const some = bodies.slice(first, first + batchSize);
    const rows = new Int32Array(batchSize * context);
    some.forEach((body, n) => rows.set(body, n * context));
    const tokens = tf.tensor2d(rows, [batchSize, context], "int32");
    const encoded = await encode.run(parameters, tokens);
    const values = await encoded.data();
    some.forEach((_, n) => states.push(Float32Array.from(values.subarray(n * width, (n + 1) * width))));
    tf.dispose([tokens, encoded]);
  }
  encode.dispose();
  return states;
}
