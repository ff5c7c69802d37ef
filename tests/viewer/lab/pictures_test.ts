import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { decode, encode } from "../../../viewer/lab/ask.ts";
import { encodeFrames } from "../../../worlds/mdn_rnn/encode_frames.ts";
import { FRAME_LENGTH } from "../../../worlds/mdn_rnn/vision.ts";
import { samplePictures } from "../support/sample_pictures.ts";
import { drivenFrames } from "./driven_frames.ts";
import { nativeLab, randomRun } from "./random_run.ts";

const lab = nativeLab();
await lab.backend();
const run = await randomRun();
const { frames } = drivenFrames(70); // more than a block

Deno.test("frames become the latents that the run's vision makes of them, in any number", async () => {
  const { id } = await lab.open(run.files);
  const wanted = await encodeFrames(run.networks.worldModel.vision, { parameters: run.world, frames });
  for (const count of [1, 3, 71]) {
    const { mu, logVar } = await encode(lab, id, frames.slice(0, count * FRAME_LENGTH));
    assertEquals([mu.length, logVar.length], [count * 32, count * 32]);
    mu.forEach((value, i) => assertAlmostEquals(value, wanted.mu[i], 1e-3));
    logVar.forEach((value, i) => assertAlmostEquals(value, wanted.logVar[i], 1e-3));
  }
  assert(Math.max(...wanted.mu) - Math.min(...wanted.mu) > 0.5, "latents that differ");
  await assertRejects(() => encode(lab, id, frames.slice(1)), RangeError, "expected rows of 12288 numbers");
  await lab.close(id);
});

Deno.test("latents become the pictures that the run's vision draws, in any number", async () => {
  const { id } = await lab.open(run.files);
  const latents = Float32Array.from({ length: 19 * 32 }, (_, i) => 2 * Math.sin(i));
  const wanted = tf.tidy(() =>
    run.networks.worldModel.vision.decode(run.world, tf.tensor2d(latents, [19, 32])).mul(255).dataSync()
  );
  for (const count of [1, 5, 19]) {
    const drawn = await decode(lab, id, latents.slice(0, count * 32));
    assertEquals(drawn.length, count * FRAME_LENGTH);
    for (let i = 0; i < drawn.length; i++) assert(Math.abs(drawn[i] - wanted[i]) <= 0.51);
  }
  await assertRejects(() => decode(lab, id, latents.slice(1)), RangeError, "expected rows of 32 numbers");
  await lab.close(id);
});

Deno.test("samples are the same for the same seed, others for another, and closer together when it is cold", async () => {
  const { id } = await lab.open(run.files);
  const first = await samplePictures(lab, id, { count: 3, seed: 4 });
  assertEquals(first.length, 3 * FRAME_LENGTH);
  assertEquals(await samplePictures(lab, id, { count: 3, seed: 4 }), first);
  assertNotEquals(await samplePictures(lab, id, { count: 3, seed: 5 }), first);
  const cold = await samplePictures(lab, id, { count: 2, seed: 4, temperature: 0 });
  assertEquals(cold.slice(0, FRAME_LENGTH), cold.slice(FRAME_LENGTH));
  assertEquals(cold.slice(0, FRAME_LENGTH), await decode(lab, id, new Float32Array(32)));
  await assertRejects(() => samplePictures(lab, id, { count: 0, seed: 4 }), RangeError, "got 0");
  await assertRejects(
    () => samplePictures(lab, id, { count: 9000, seed: 4 }),
    RangeError,
    "got 9000",
  );
  await assertRejects(
    () => samplePictures(lab, id, { count: 1, seed: 4, temperature: 3 }),
    RangeError,
    "got 3",
  );
  await assertRejects(() => samplePictures(lab, id, { count: 1, seed: -1 }), RangeError, "got -1");
  await lab.close(id);
});
