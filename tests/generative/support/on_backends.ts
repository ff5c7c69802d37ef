import * as tf from "@tensorflow/tfjs";
import { backends } from "./finite_differences.ts";

/** Declares a test for each of {@link backends}; afterwards the first is in place again. */
export function onBackends(name: string, body: () => void | Promise<void>): void {
  for (const backend of backends) {
    Deno.test(`${name} (${backend})`, async () => {
      await tf.setBackend(backend);
      try {
        await body();
      } finally {
        await tf.setBackend(backends[0]);
      }
    });
  }
}
