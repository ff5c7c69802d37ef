import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { adamW } from "../../../generative/train/adamw.ts";
import { disposeTrainState } from "../../../generative/train/model.ts";
import { createTrainStep, initialiseTrainState } from "../../../generative/train/train_step.ts";
import type { Place, Rollout } from "../../../worlds/experience.ts";
import { UntrainedMemoryModel } from "../../../worlds/mdn_rnn/baselines.ts";
import { Memory, type MemoryConfig } from "../../../worlds/mdn_rnn/memory.ts";
import { memoryBatch } from "../../../worlds/mdn_rnn/memory_batch.ts";
import { nextPace, paces } from "../../../worlds/mdn_rnn/pace.ts";
import { RecurrentWorldModel } from "../../../worlds/mdn_rnn/recurrent_world_model.ts";
import type { Vision } from "../../../worlds/mdn_rnn/vision.ts";
import { seededNoise } from "../../../worlds/noise.ts";
import type { WorldState } from "../../../worlds/world_model.ts";
import { TINY_MEMORY } from "../tiny_world.ts";

await startBackend();

const SEEING: MemoryConfig = { ...TINY_MEMORY, seesRewards: true };
const { latentSize: Z, actionSize: A, units: U } = SEEING;

/** A model whose frames are its latents themselves, and its parameters. */
function world(config: MemoryConfig): { model: RecurrentWorldModel; parameters: NamedTensors } {
  const vision = {
    latentSize: config.latentSize,
    parameters: {},
    encode: (_: NamedTensors, frames: tf.Tensor) => ({ mu: frames, logVar: tf.fill(frames.shape, -60) }),
  } as unknown as Vision;
  const model = new RecurrentWorldModel(vision, new Memory(config));
  return { model, parameters: initialiseParameters(model.parameters, new RandomStream(1)) };
}

const [T, N] = [6, 2];
const random = new RandomStream(2);
const numbers = (size: number) => Float32Array.from({ length: T * N * size }, () => random.normal());
/** Two streams; the second begins an episode at decision 3. */
const rollout: Rollout = {
  streams: N,
  decisions: T,
  actionSize: A,
  actions: numbers(A),
  rewards: numbers(1).map((value) => 10 * value),
  dones: new Float32Array(T * N),
  resets: Float32Array.of(1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
  seeds: new Int32Array(T * N),
  costs: new Float32Array(T * N),
  encodings: { mu: numbers(Z), logVar: new Float32Array(T * N * Z).fill(-60) },
};
const rows = (array: Float32Array, t: number) => {
  const size = array.length / T;
  return tf.tensor(array.slice(t * size, (t + 1) * size), [N, size / N]);
};

/** The states that an agent passes through in the rollout, from rewards of its own or those that it holds. */
function observed(
  model: RecurrentWorldModel,
  parameters: NamedTensors,
  rewards = rollout.rewards,
): WorldState[] {
  const { encodings, actions, resets } = rollout;
  const states: WorldState[] = [];
  for (let t = 0; t < T; t++) {
    states.push(model.observe(parameters, states.at(-1) ?? model.initial(N), {
      frames: rows(encodings!.mu, t),
      action: t === 0 ? tf.fill([N, A], 7) : rows(actions, t - 1),
      reward: t === 0 ? tf.fill([N], 7) : rows(rewards, t - 1).reshape([N]),
      first: rows(resets as Float32Array, t).reshape([N]),
    }));
  }
  return states;
}

function assertClose(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5): void {
  assertEquals(actual.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) assertAlmostEquals(actual[i], wanted[i], tolerance);
}

Deno.test("the pace takes in a fifth of each reward before a decision, and is 0 at an episode's start", () => {
  // Two streams, rewards of 5 and of 10 by a scale of 5; the second stream begins anew at decision 2.
  const input = {
    rewards: [5, 10, 5, 10, 5, 10, 5, 10],
    resets: [1, 1, 0, 0, 0, 1, 0, 0],
    streams: 2,
  };
  assertClose(paces(input, 5), [0, 0, 0.2, 0.4, 0.36, 0, 0.488, 0.4]);
  const next = nextPace(tf.tensor2d([[0.36], [0]]), tf.tensor1d([5, 10]), 5);
  assertEquals(next.shape, [2, 1]);
  assertClose(next.dataSync(), [0.488, 0.4]);
});

Deno.test("an agent, stored states and training know the same pace and remember the same", async () => {
  const { model, parameters } = world(SEEING);
  const states = observed(model, parameters);
  const unrolled = await model.unroll(parameters, rollout);
  const pace = paces(rollout, 5);
  states.forEach((state, t) => {
    assertClose(state.pace.dataSync(), pace.subarray(t * N, (t + 1) * N));
    for (const [name, size] of [["hidden", U], ["cell", U], ["pace", 1]] as const) {
      assertClose(state[name].dataSync(), unrolled[name]!.subarray(t * N * size, (t + 1) * N * size));
    }
  });

  // Training remembers the same where it expects the same rewards: from the first decision on, and from the third.
  const stored: Rollout = { ...rollout, states: unrolled };
  for (const from of [0, 2]) {
    const places: Place[] = [0, 1].map((n) => ({ rollout: stored, t: from, n }));
    const batch = memoryBatch(SEEING, places, { length: T - from, states: true });
    assertEquals(batch.pace.shape, [T - from, N, 1]);
    let squares = 0;
    for (let t = from; t < T; t++) {
      const { reward } = model.expectations(parameters, states[t], rows(rollout.actions, t));
      reward.dataSync().forEach((value, n) => squares += ((value - rollout.rewards[t * N + n]) / 5) ** 2);
    }
    const { reward } = model.memory.loss(parameters, batch, seedTensor([1, 2]));
    assertAlmostEquals(reward.dataSync()[0], squares / (N * (T - from)), 1e-4);
  }
  const starts = model.startsAt({}, [{ rollout: stored, t: 4, n: 1 }], new RandomStream(1));
  assertClose(starts.pace.dataSync(), [pace[9]]);
  const firsts = model.firstStarts({}, [{ rollout: stored, t: 3, n: 1 }], new RandomStream(1));
  assertEquals(firsts.pace.arraySync(), [[0]]);
});

Deno.test("a dream takes in the rewards that it foresees", () => {
  const { model, parameters } = world(SEEING);
  const noise = seededNoise(model.noise.imagine, seedTensor([1, 2]), { rows: N });
  let state = observed(model, parameters)[3];
  for (let t = 0; t < 3; t++) {
    const before = state.pace.dataSync();
    const imagined = model.imagine(parameters, state, rows(rollout.actions, t), noise, { temperature: 0 });
    const rewards = imagined.reward.dataSync();
    assertGreater(Math.abs(rewards[0]), 1e-3);
    assertClose(imagined.state.pace.dataSync(), before.map((pace, n) => 0.8 * pace + 0.2 * rewards[n] / 5));
    state = imagined.state;
  }
});

Deno.test("the LSTM which never trained takes in the same pace", async () => {
  const { model: trained, parameters: known } = world(SEEING);
  const model = new UntrainedMemoryModel(trained);
  const parameters = { ...initialiseParameters(model.parameters, new RandomStream(9)), ...known };
  const states = observed(model, parameters);
  const unrolled = await model.unroll(parameters, rollout);
  states.forEach((state, t) => {
    for (const [name, size] of [["hidden", U], ["cell", 3 * U], ["pace", 1]] as const) {
      assertClose(state[name].dataSync(), unrolled[name]!.subarray(t * N * size, (t + 1) * N * size));
    }
  });
  const others = observed(model, parameters, rollout.rewards.map((reward) => -reward));
  assertGreater(others[5].hidden.sub(states[5].hidden).abs().max().dataSync()[0], 1e-4);
});

Deno.test("a memory that does not see rewards is one that pays no heed to them, without a pace", async () => {
  const { model, parameters } = world(TINY_MEMORY);
  const { model: seeing, parameters: others } = world(SEEING);
  // The same weights, with none for the last input of the LSTM: the pace.
  const heedless = { ...parameters };
  const kernel = Object.keys(parameters).find((name) =>
    parameters[name].shape[0] === Z + A && /lstm/.test(name)
  )!;
  assertEquals(others[kernel].shape, [Z + A + 1, 4 * U]);
  heedless[kernel] = tf.concat([parameters[kernel], tf.zeros([1, 4 * U])]);
  const [plain, same] = [observed(model, parameters), observed(seeing, heedless)];
  plain.forEach((state, t) => {
    assertEquals(Object.keys(state), ["latents", "hidden", "cell"]);
    assertClose(state.hidden.dataSync(), same[t].hidden.dataSync());
  });
  assertEquals(Object.keys(await model.unroll(parameters, rollout)), ["hidden", "cell"]);
  const batch = memoryBatch(TINY_MEMORY, [{ rollout, t: 0, n: 0 }], { length: T, states: false });
  assertEquals("pace" in batch, false);
  assertThrows(
    () => seeing.memory.loss(heedless, batch, seedTensor([1, 2])),
    TypeError,
    "Cannot advance a memory that sees rewards: expected a pace, got none",
  );
});

Deno.test("with rewards a memory tells two worlds apart that look the same, without it cannot", async () => {
  // Episodes of eight decisions in which nothing is seen: one world pays 5 for each, the other takes 5.
  const [decisions, streams] = [8, 8];
  const all = decisions * streams;
  const pay = Float32Array.from({ length: all }, (_, place) => place % 2 ? -5 : 5);
  const worlds: Rollout = {
    streams,
    decisions,
    actionSize: A,
    actions: new Float32Array(all * A),
    rewards: pay,
    dones: new Float32Array(all),
    resets: new Float32Array(all).fill(1, 0, streams),
    seeds: new Int32Array(all),
    costs: new Float32Array(all),
    encodings: { mu: new Float32Array(all * Z), logVar: new Float32Array(all * Z).fill(-60) },
  };
  const places: Place[] = Array.from({ length: streams }, (_, n) => ({ rollout: worlds, t: 0, n }));
  const learn = async (config: MemoryConfig): Promise<number> => {
    const memory = new Memory(config);
    const optimiser = adamW({ learningRate: 0.02, clipNorm: 1 });
    const step = createTrainStep(memory, optimiser);
    const batch = memoryBatch(config, places, { length: decisions, states: false });
    let state = initialiseTrainState(memory, optimiser, new RandomStream(3));
    let error = NaN;
    for (let i = 0; i < 200; i++) {
      const result = await step.run(state, batch, seedTensor([i, 1]));
      disposeTrainState(state);
      state = result.state;
      error = result.losses.reward.dataSync()[0];
      tf.dispose(result.losses);
    }
    disposeTrainState(state);
    step.dispose();
    return error;
  };
  // Nobody can know the first of eight rewards, which is 1 or -1 by its scale.
  assertLess(Math.abs(await learn(SEEING) - 1 / 8), 0.02);
  assertAlmostEquals(await learn(TINY_MEMORY), 1, 0.02);
});
