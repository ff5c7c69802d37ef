import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { countParameters, initialiseParameters } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { adamW } from "../../../generative/train/adamw.ts";
import { disposeTrainState } from "../../../generative/train/model.ts";
import { createTrainStep, initialiseTrainState } from "../../../generative/train/train_step.ts";
import { Memory, type MemoryBatch, PAPER_MEMORY } from "../../../worlds/mdn_rnn/memory.ts";
import { RecurrentWorldModel } from "../../../worlds/mdn_rnn/recurrent_world_model.ts";
import { unrollStates } from "../../../worlds/mdn_rnn/unroll_states.ts";
import { Vision } from "../../../worlds/mdn_rnn/vision.ts";
import { checkGradients } from "../gradient_check.ts";
import { TINY_MEMORY, TINY_VISION } from "../tiny_world.ts";

await startBackend();

const [T, B, Z, A, U] = [6, 4, 3, 2, 4];

/** Random latents and actions; the reward is the first latent, the end the second action's sign. */
function makeBatch(change: (arrays: Record<string, Float32Array>) => void = () => {}): MemoryBatch {
  const random = new RandomStream(5);
  const draw = (size: number) => Float32Array.from({ length: size }, () => random.normal());
  const arrays: Record<string, Float32Array> = {
    mu: draw(T * B * Z),
    logVar: new Float32Array(T * B * Z).fill(-30),
    actions: draw(T * B * A),
    resets: new Float32Array(T * B),
    hidden: draw(B * U),
    cell: draw(B * U),
  };
  arrays.resets.fill(1, 3 * B, 4 * B); // every stream starts an episode at decision 3
  arrays.rewards = Float32Array.from({ length: T * B }, (_, i) => 5 * arrays.mu[i * Z]);
  arrays.costs = Float32Array.from({ length: T * B }, (_, i) => arrays.mu[i * Z] > 0 ? 1 : 0);
  arrays.dones = Float32Array.from({ length: T * B }, (_, i) => arrays.actions[i * A + 1] > 0 ? 1 : 0);
  change(arrays);
  const shapes: Record<string, number[]> = {
    mu: [T, B, Z],
    logVar: [T, B, Z],
    actions: [T, B, A],
    resets: [T, B],
    rewards: [T, B],
    costs: [T, B],
    dones: [T, B],
    hidden: [B, U],
    cell: [B, U],
  };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, tf.tensor(arrays[name], shape)]),
  ) as MemoryBatch;
}

Deno.test("the paper's memory has 422,368 parameters in LSTM and mixture", () => {
  const { lstm, mixture, parameters } = new Memory(PAPER_MEMORY);
  assertEquals(countParameters(lstm.parameters) + countParameters(mixture.parameters), 422_368);
  assertEquals(
    "memory/reward/output/kernel" in parameters && "memory/done/output/kernel" in parameters,
    true,
  );
});

Deno.test("vision and memory of different latent sizes do not join", () => {
  const memory = new Memory({ ...TINY_MEMORY, latentSize: 4 });
  assertThrows(() => new RecurrentWorldModel(new Vision(TINY_VISION), memory), RangeError, "got 3 and 4");
});

Deno.test("memory's gradients agree with finite differences, for mixtures and for one Gaussian", () => {
  for (const config of [TINY_MEMORY, { ...TINY_MEMORY, components: 1, logSigmaRange: undefined }]) {
    const memory = new Memory(config);
    const parameters = initialiseParameters(memory.parameters, new RandomStream(2));
    const batch = makeBatch();
    const seed = seedTensor([3, 4]);
    checkGradients((p) => memory.loss(p, batch, seed), parameters);
    tf.dispose([parameters, batch, seed]);
  }
});

Deno.test("a silent memory's losses have their closed forms", () => {
  tf.tidy(() => {
    const memory = new Memory({ ...TINY_MEMORY, logSigmaRange: undefined });
    const parameters = initialiseParameters(memory.parameters, new RandomStream(1));
    for (const name of Object.keys(parameters)) parameters[name] = tf.zerosLike(parameters[name]);
    const batch = makeBatch();
    const losses = memory.loss(parameters, batch, seedTensor([1, 2]));
    // All outputs 0: the change is N(0, 1), the reward 0, the end even odds; decision 3 is nobody's successor.
    const mu = batch.mu.dataSync();
    const rewards = Array.from(batch.rewards.dataSync());
    let nll = 0;
    for (let t = 0; t < T - 1; t++) {
      if (t === 2) continue;
      for (let i = t * B * Z; i < (t + 1) * B * Z; i++) {
        nll += 0.5 * (mu[i + B * Z] - mu[i]) ** 2 + 0.5 * Math.log(2 * Math.PI);
      }
    }
    assertAlmostEquals(losses.nll.dataSync()[0], nll / ((T - 2) * B * Z), 1e-4);
    const squares = rewards.reduce((sum, reward) => sum + (reward / 5) ** 2, 0) / rewards.length;
    assertAlmostEquals(losses.reward.dataSync()[0], squares, 1e-4);
    assertAlmostEquals(losses.done.dataSync()[0], Math.LN2, 1e-5);
    assertAlmostEquals(losses.cost.dataSync()[0], Math.LN2, 1e-5);
    const parts = [losses.nll, losses.reward, losses.cost, losses.done].map((part) => part.dataSync()[0]);
    assertAlmostEquals(losses.loss.dataSync()[0], parts.reduce((sum, part) => sum + part), 1e-4);
  });
});

Deno.test("an end that counts tenfold leaves the dreamt odds of an end at their true value", async () => {
  // Latents, actions and states say nothing: the least loss is at the ends' frequency, 6 of 24 decisions.
  const silent = (arrays: Record<string, Float32Array>) => {
    for (const name of ["mu", "actions", "hidden", "cell"]) arrays[name].fill(0);
    arrays.resets.fill(1);
    arrays.dones.fill(0).fill(1, 0, 6);
  };
  const odds = [];
  for (const doneWeight of [1, 10]) {
    const memory = new Memory({ ...TINY_MEMORY, doneWeight });
    const optimiser = adamW({ learningRate: 0.05 });
    let state = initialiseTrainState(memory, optimiser, new RandomStream(2));
    const step = createTrainStep(memory, optimiser);
    const batch = makeBatch(silent);
    for (let i = 0; i < 300; i++) {
      const result = await step.run(state, batch, seedTensor([i, 1]));
      disposeTrainState(state);
      tf.dispose(result.losses);
      state = result.state;
    }
    const { hidden } = memory.advance(
      state.parameters,
      { latents: tf.zeros([1, Z]), action: tf.zeros([1, A]) },
      memory.initialState(1),
    );
    const input = { latents: tf.zeros([1, Z]), action: tf.zeros([1, A]) };
    odds.push(memory.predict(state.parameters, hidden, input).doneLogit.sigmoid().dataSync()[0]);
    disposeTrainState(state);
    step.dispose();
  }
  odds.forEach((value) => assertAlmostEquals(value, 0.25, 0.06));
});

Deno.test("nothing before a reset reaches the predictions after it", () => {
  const memory = new Memory(TINY_MEMORY);
  const parameters = initialiseParameters(memory.parameters, new RandomStream(2));
  const seed = seedTensor([3, 4]);
  const nll = (change: (arrays: Record<string, Float32Array>) => void) =>
    tf.tidy(() => memory.loss(parameters, makeBatch(change), seed).nll.dataSync()[0]);
  // With resets at 1 and 3 the only predictions are of 2 (from 1), 4 and 5.
  const reset = (arrays: Record<string, Float32Array>) => arrays.resets.fill(1, B, 2 * B);
  const base = nll(reset);
  const before = nll((arrays) => {
    reset(arrays);
    arrays.hidden.fill(3);
    arrays.cell.fill(-3);
    arrays.mu.fill(9, 0, B * Z);
    arrays.actions.fill(9, 0, B * A);
  });
  assertAlmostEquals(before, base, 1e-6);
  const after = nll((arrays) => {
    reset(arrays);
    arrays.actions.fill(9, B * A, 2 * B * A);
  });
  assertGreater(Math.abs(after - base), 1e-4);
});

Deno.test("latents are drawn afresh with every seed", () => {
  tf.tidy(() => {
    const memory = new Memory(TINY_MEMORY);
    const parameters = initialiseParameters(memory.parameters, new RandomStream(2));
    const batch = makeBatch((arrays) => arrays.logVar.fill(0));
    const loss = (pair: [number, number]) =>
      memory.loss(parameters, batch, seedTensor(pair)).loss.dataSync()[0];
    assertEquals(loss([1, 2]), loss([1, 2]));
    assertGreater(Math.abs(loss([1, 2]) - loss([1, 3])), 1e-4);
  });
});

Deno.test("memory overfits a tiny batch, without leaking tensors", () => {
  const memory = new Memory({ ...TINY_MEMORY, units: 32, headUnits: [16] });
  const optimiser = adamW({ learningRate: 1e-2, clipNorm: 1 });
  const step = createTrainStep(memory, optimiser);
  const batch = makeBatch();
  const [hidden, cell] = [tf.zeros([B, 32]), tf.zeros([B, 32])];
  const seed = seedTensor([7, 8]);
  let state = initialiseTrainState(memory, optimiser, new RandomStream(3));
  let tensors = 0;
  let losses: number[] = [];
  for (let i = 0; i < 300; i++) {
    const next = step(state, { ...batch, hidden, cell }, seed);
    disposeTrainState(state);
    state = next.state;
    losses = ["nll", "reward", "cost", "done"].map((name) => next.losses[name].dataSync()[0]);
    tf.dispose(next.losses);
    if (i === 1) tensors = tf.memory().numTensors;
  }
  assertEquals(tf.memory().numTensors, tensors);
  assertLess(losses[0], -0.5);
  for (const part of losses.slice(1)) assertLess(part, 0.02);
  disposeTrainState(state);
  tf.dispose([batch, hidden, cell, seed]);
  step.dispose();
});

Deno.test("unrollStates gives the state before each decision, whatever the block", async () => {
  const memory = new Memory(TINY_MEMORY);
  const parameters = initialiseParameters(memory.parameters, new RandomStream(2));
  const batch = makeBatch();
  const read = (name: string) => batch[name].dataSync() as Float32Array;
  const input = {
    parameters,
    mu: read("mu"),
    logVar: read("logVar"),
    actions: read("actions"),
    rewards: read("rewards"),
    resets: read("resets"),
    streams: B,
  };
  const states = await unrollStates(memory, input, { steps: 4, rows: 3 });
  const tensors = tf.memory().numTensors;
  await unrollStates(memory, input, { steps: 4, rows: 3 });
  assertEquals(tf.memory().numTensors, tensors);
  tf.tidy(() => {
    let state = memory.initialState(B);
    const latents = tf.unstack(batch.mu);
    const actions = tf.unstack(batch.actions);
    for (let t = 0; t < T; t++) {
      if (t === 3) state = memory.initialState(B);
      state.hidden.dataSync().forEach((value, i) =>
        assertAlmostEquals(states.hidden[t * B * U + i], value, 1e-5)
      );
      state.cell.dataSync().forEach((value, i) =>
        assertAlmostEquals(states.cell[t * B * U + i], value, 1e-5)
      );
      state = memory.advance(parameters, { latents: latents[t], action: actions[t] }, state);
    }
  });
  // With log variance -30 a draw is the mean, to five digits.
  const sampled = await unrollStates(memory, input, { random: new RandomStream(1) });
  states.hidden.forEach((value, i) => assertAlmostEquals(sampled.hidden[i], value, 1e-4));
  tf.dispose([parameters, batch]);
});
