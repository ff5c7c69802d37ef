import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { followRange, returnRange } from "../../agents/return_range.ts";
import { startBackend } from "../../generative/runtime/mod.ts";

await startBackend({ backend: "cpu" });

Deno.test("returnRange() is the distance of the 95th from the 5th percentile, and passes no gradient on", () => {
  const shuffled = Float32Array.from({ length: 101 }, (_, i) => (i * 37) % 101 - 20);
  const returns = tf.tensor1d(shuffled);
  assertEquals(returnRange(returns).dataSync()[0], 90);
  assertEquals(returnRange(tf.fill([7], 3)).dataSync()[0], 0);
  const slopes = tf.grad((x: tf.Tensor) => x.sum().add(returnRange(x)).asScalar())(returns).dataSync();
  assertEquals([...new Set(slopes)], [1]);
});

Deno.test("the running range follows by a hundredth, and small returns are not made larger", () => {
  const first = followRange(tf.scalar(0), tf.scalar(50));
  assertAlmostEquals(first.running.dataSync()[0], 0.5, 1e-6);
  assertEquals(first.divisor.dataSync()[0], 1);
  const later = followRange(tf.scalar(40), tf.scalar(50));
  assertAlmostEquals(later.divisor.dataSync()[0], 40.1, 1e-4);
});
