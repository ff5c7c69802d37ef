import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { chooseRows, predictionOf } from "../../../agents/offline/action_prediction.ts";
import { Box, Discrete } from "../../../envs/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

await startBackend();

Deno.test("integers are predicted by logits: their cross-entropy, one-hots, and the likeliest", () => {
  const prediction = predictionOf(new Discrete(3));
  tf.tidy(() => {
    const logits = tf.tensor2d([[0, 0, 0], [Math.log(2), 0, 0]]), actions = tf.tensor2d([[2], [0]]);
    const [first, second] = prediction.loss(logits, actions).dataSync();
    assertAlmostEquals(first, Math.log(3), 1e-6);
    assertAlmostEquals(second, Math.log(2), 1e-6);
    assertEquals([...prediction.encode(actions).dataSync()], [0, 0, 1, 1, 0, 0]);
  });
  assertEquals([...chooseRows(prediction, Float32Array.of(0, 3, 1, 2, 0, 1))], [1, 0]);
});

Deno.test("numbers are predicted through a tanh: their mean squared error, and what is put out", () => {
  const prediction = predictionOf(new Box(-1, 1, { shape: [2] }));
  tf.tidy(() => {
    const outputs = tf.tensor2d([[0, 100]]), actions = tf.tensor2d([[0.5, -1]]);
    assertAlmostEquals(prediction.loss(outputs, actions).dataSync()[0], (0.25 + 4) / 2, 1e-6);
  });
  const [a, b] = chooseRows(prediction, Float32Array.of(0.5, -100));
  assertAlmostEquals(a, Math.tanh(0.5), 1e-6);
  assertEquals(b, -1);
});

Deno.test("actions of another range are refused", () => {
  assertThrows(
    () => predictionOf(new Box(0, 1, { shape: [2] })),
    TypeError,
    "expected integers 0 .. K - 1 or floats",
  );
});
