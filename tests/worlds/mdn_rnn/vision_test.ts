import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { countParameters, initialiseParameters } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { adamW } from "../../../generative/train/adamw.ts";
import { disposeTrainState } from "../../../generative/train/model.ts";
import { createTrainStep, initialiseTrainState } from "../../../generative/train/train_step.ts";
import { encodeFrames } from "../../../worlds/mdn_rnn/encode_frames.ts";
import { FRAME_LENGTH, PAPER_VISION, SMALL_VISION, Vision } from "../../../worlds/mdn_rnn/vision.ts";
import { reparameterise } from "../../../generative/nn/mod.ts";
import { checkGradients } from "../gradient_check.ts";
import { TINY_VISION } from "../tiny_world.ts";

await startBackend();

Deno.test("the paper's vision has 4,348,547 parameters", () => {
  assertEquals(countParameters(new Vision(PAPER_VISION).parameters), 4_348_547);
});

Deno.test("vision maps frames to latents and back", () => {
  for (const config of [PAPER_VISION, SMALL_VISION, TINY_VISION]) {
    tf.tidy(() => {
      const vision = new Vision(config);
      const parameters = initialiseParameters(vision.parameters, new RandomStream(1));
      const { mu, logVar } = vision.encode(parameters, tf.randomUniform([2, 64, 64, 3], 0, 1, "float32", 1));
      assertEquals([mu.shape, logVar.shape], [[2, config.latentSize], [2, config.latentSize]]);
      const frames = vision.decode(parameters, mu);
      assertEquals(frames.shape, [2, 64, 64, 3]);
      assertLess(0, frames.min().dataSync()[0]);
      assertLess(frames.max().dataSync()[0], 1);
    });
  }
});

Deno.test("a config that does not lead back to 64x64x3 is refused", () => {
  const decoderLayers = TINY_VISION.decoderLayers.with(-1, { filters: 3, kernelSize: 4 });
  assertThrows(() => new Vision({ ...TINY_VISION, decoderLayers }), RangeError, "got 62x62x3");
});

Deno.test("vision's loss is the squared error summed over a frame plus the divergence", () => {
  tf.tidy(() => {
    const vision = new Vision(TINY_VISION);
    const zeros = tf.tidy(() => initialiseParameters(vision.parameters, new RandomStream(1)));
    const parameters = Object.fromEntries(
      Object.entries(zeros).map(([name, value]) => [name, tf.zerosLike(value)]),
    );
    // All zeros: mu = logVar = 0, so no divergence, and every decoded pixel is sigmoid(0).
    const losses = vision.loss(parameters, { frames: tf.fill([2, 64, 64, 3], 0.75) }, seedTensor([1, 2]));
    assertAlmostEquals(losses.kl.dataSync()[0], 0, 1e-6);
    assertAlmostEquals(losses.reconstruction.dataSync()[0], FRAME_LENGTH / 16, 1e-2);
    assertAlmostEquals(losses.loss.dataSync()[0], 2 * FRAME_LENGTH / 16, 2e-2);
    // mu = 1, logVar = log 4: 0.5 (4 + 1 - 1 - log 4) nats a dimension.
    parameters["vision/mu/bias"] = tf.ones([3]);
    parameters["vision/logVar/bias"] = tf.fill([3], Math.log(4));
    const moved = vision.loss(parameters, { frames: tf.fill([2, 64, 64, 3], 0.5) }, seedTensor([1, 2]));
    assertAlmostEquals(moved.kl.dataSync()[0], 3 * 0.5 * (4 - Math.log(4)), 1e-4);
    assertAlmostEquals(moved.loss.dataSync()[0], 3 * 0.5 * (4 - Math.log(4)), 1e-4);
  });
});

Deno.test("the divergence costs at least klTolerance nats a dimension", () => {
  tf.tidy(() => {
    const vision = new Vision({ ...TINY_VISION, klTolerance: 0.5 });
    const parameters = initialiseParameters(vision.parameters, new RandomStream(1));
    for (const name of Object.keys(parameters)) parameters[name] = tf.zerosLike(parameters[name]);
    const losses = vision.loss(parameters, { frames: tf.fill([2, 64, 64, 3], 0.5) }, seedTensor([1, 2]));
    assertAlmostEquals(losses.loss.dataSync()[0], 1.5, 1e-5);
    assertAlmostEquals(losses.kl.dataSync()[0], 0, 1e-5);
  });
});

Deno.test("frames in 0 .. 255 as int32 are the same frames", () => {
  tf.tidy(() => {
    const vision = new Vision(TINY_VISION);
    const parameters = initialiseParameters(vision.parameters, new RandomStream(1));
    const bytes = tf.randomUniform([1, 64, 64, 3], 0, 256, "int32", 4);
    const a = vision.encode(parameters, bytes).mu.dataSync();
    const b = vision.encode(parameters, bytes.cast("float32").div(255)).mu.dataSync();
    assertEquals(a, b);
  });
});

Deno.test("vision's gradients agree with finite differences", () => {
  const vision = new Vision(TINY_VISION);
  const parameters = initialiseParameters(vision.parameters, new RandomStream(2));
  for (const [name, value] of Object.entries(parameters)) { // biases of 0 would put ReLUs at their kink
    if (name.endsWith("bias")) parameters[name] = tf.fill(value.shape, 0.2);
  }
  const frames = tf.randomUniform([2, 64, 64, 3], 0, 1, "float32", 5);
  const seed = seedTensor([3, 4]);
  // Scaled down: the sum over 12,288 pixels leaves few digits for a difference.
  checkGradients((p) => {
    const losses = vision.loss(p, { frames }, seed);
    return { ...losses, loss: losses.loss.div(100) };
  }, parameters);
  tf.dispose([parameters, frames, seed]);
});

Deno.test("sampled latents have the distribution's moments", () => {
  tf.tidy(() => {
    const mu = tf.fill([20_000, 1], 2);
    const logVar = tf.fill([20_000, 1], Math.log(9));
    const { mean, variance } = tf.moments(reparameterise({ mu, logVar }, seedTensor([5, 6])));
    assertAlmostEquals(mean.dataSync()[0], 2, 0.1);
    assertAlmostEquals(variance.dataSync()[0], 9, 0.4);
  });
});

Deno.test("vision learns to tell two pictures apart, without leaking tensors", () => {
  const vision = new Vision(TINY_VISION);
  const optimiser = adamW({ learningRate: 1e-2 });
  const step = createTrainStep(vision, optimiser);
  const frames = tf.tidy(() => tf.concat([tf.zeros([4, 64, 64, 3]), tf.ones([4, 64, 64, 3])]));
  const seed = seedTensor([7, 8]);
  const errors: number[] = [];
  let tensors = 0;
  let state = initialiseTrainState(vision, optimiser, new RandomStream(3));
  for (let i = 0; i < 250; i++) {
    const next = step(state, { frames }, seed);
    disposeTrainState(state);
    state = next.state;
    errors.push(next.losses.reconstruction.dataSync()[0]);
    tf.dispose(next.losses);
    if (i === 1) tensors = tf.memory().numTensors;
  }
  assertEquals(tf.memory().numTensors, tensors);
  assertLess(errors.at(-1)!, 0.1 * errors[0]);
  disposeTrainState(state);
  tf.dispose([frames, seed]);
  step.dispose();
});

Deno.test("encodeFrames encodes any number of frames as encode does", async () => {
  const vision = new Vision(TINY_VISION);
  const parameters = initialiseParameters(vision.parameters, new RandomStream(1));
  const random = new RandomStream(9);
  const frames = Uint8Array.from({ length: 5 * FRAME_LENGTH }, () => random.integer(0, 256));
  await encodeFrames(vision, { parameters, frames }, { chunk: 2 });
  const before = tf.memory().numTensors;
  const done: number[] = [];
  const { mu, logVar } = await encodeFrames(vision, { parameters, frames }, {
    chunk: 2,
    onProgress: (count) => done.push(count),
  });
  assertEquals(tf.memory().numTensors, before);
  assertEquals(done, [2, 4, 5]);
  const direct = tf.tidy(() => {
    const encoded = vision.encode(parameters, tf.tensor(frames, [5, 64, 64, 3], "int32"));
    return [encoded.mu.dataSync(), encoded.logVar.dataSync()];
  });
  for (let i = 0; i < 15; i++) {
    assertAlmostEquals(mu[i], direct[0][i], 1e-5);
    assertAlmostEquals(logVar[i], direct[1][i], 1e-5);
  }
  tf.dispose(parameters);
});
