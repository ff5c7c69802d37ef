import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { startBackend } from "../../generative/runtime/mod.ts";
import { DreamEnv } from "../../worlds/dream_env.ts";
import { tinyStarts, tinyWorld } from "./tiny_world.ts";

await startBackend();

/** Rewards and the last picture of a short dream on the present backend. */
function dream() {
  const env = new DreamEnv({ ...tinyWorld(), starts: tinyStarts(), ending: "cut" });
  env.reset({ seed: 4 });
  const rewards: number[] = [];
  for (let t = 0; t < 3; t++) {
    const { reward, terminated } = env.advance([0.3, -0.2 * t]);
    rewards.push(reward);
    if (terminated) break;
  }
  const picture = env.observe();
  env.close();
  return { rewards, picture };
}

Deno.test("a dream is the same on native TensorFlow and on the plain CPU backend", async () => {
  const native = dream();
  const name = tf.getBackend();
  await tf.setBackend("cpu");
  try {
    const plain = dream();
    assertEquals(plain.rewards.length, native.rewards.length);
    plain.rewards.forEach((reward, t) => assertAlmostEquals(reward, native.rewards[t], 1e-4));
    plain.picture.forEach((value, i) => assertAlmostEquals(value, native.picture[i], 1));
  } finally {
    await tf.setBackend(name);
  }
});
