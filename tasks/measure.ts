import * as tf from "@tensorflow/tfjs";
import { compile } from "../generative/runtime/mod.ts";

/** The median duration of a call in milliseconds, over at least five calls and about `seconds`, after two to warm up. */
export async function milliseconds(call: () => unknown, seconds = 1): Promise<number> {
  await call();
  await call();
  const durations: number[] = [];
  for (let total = 0; durations.length < 5 || total < 1000 * seconds;) {
    const start = performance.now();
    await call();
    durations.push(performance.now() - start);
    total += durations.at(-1)!;
  }
  durations.sort((a, b) => a - b);
  return durations[durations.length >> 1];
}

/** Billions of floating-point operations a second in a product of two square matrices. */
export async function matmulGflops(size: number, seconds = 1): Promise<number> {
  const [a, b] = [tf.ones([size, size]), tf.ones([size, size])];
  const multiply = compile((a: tf.Tensor, b: tf.Tensor) => a.matMul(b), { name: "matmul" });
  const duration = await milliseconds(async () => {
    const product = multiply(a, b);
    const corner = product.slice([0, 0], [1, 1]); // WebGPU computes when something is read
    await corner.data();
    tf.dispose([product, corner]);
  }, seconds);
  multiply.dispose();
  tf.dispose([a, b]);
  return 2 * size ** 3 / duration / 1e6;
}
