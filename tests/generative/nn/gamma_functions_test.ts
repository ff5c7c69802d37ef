import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { digamma, logGamma } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

await startBackend();

/** Published: Abramowitz and Stegun, tables 6.1 and 6.2; ln 9! and psi(1) = -Euler's constant. */
const KNOWN: [x: number, logGamma: number, digamma: number][] = [
  [0.5, 0.5723649429, -1.9635100260],
  [1, 0, -0.5772156649],
  [1.5, -0.1207822376, 0.0364899740],
  [2, 0, 0.4227843351],
  [10, 12.8018274801, 2.2517525891],
  [100, 359.1342053696, 4.6001618527],
];

Deno.test("logGamma() and digamma() have their tabulated values", () => {
  for (const [x, wanted, slope] of KNOWN) {
    const [value] = tf.tidy(() => logGamma(tf.tensor1d([x]))).dataSync();
    assertAlmostEquals(value, wanted, 2e-6 * Math.max(1, Math.abs(wanted)));
    const [derivative] = tf.tidy(() => digamma(tf.tensor1d([x]))).dataSync();
    assertAlmostEquals(derivative, slope, 2e-6);
  }
});

Deno.test("the gradient of logGamma() is digamma(), and that of digamma() its difference quotient", () => {
  tf.tidy(() => {
    const x = tf.tensor1d(KNOWN.map(([x]) => x));
    const slopes = tf.grad((x) => logGamma(x).sum())(x).dataSync();
    KNOWN.forEach(([, , wanted], i) => assertAlmostEquals(slopes[i], wanted, 1e-5));
    const curvature = tf.grad((x) => digamma(x).sum())(tf.tensor1d([1, 4])).dataSync();
    assertAlmostEquals(curvature[0], Math.PI ** 2 / 6, 1e-5);
    assertAlmostEquals(curvature[1], Math.PI ** 2 / 6 - 1 - 1 / 4 - 1 / 9, 1e-5);
  });
});
