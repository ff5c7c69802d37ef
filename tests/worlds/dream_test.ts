import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { RandomStream } from "../../core/random_stream.ts";
import { checkEnv } from "../../envs/check_env.ts";
import { compile, seedTensor, startBackend } from "../../generative/runtime/mod.ts";
import { Dream } from "../../worlds/dream.ts";
import { DreamEnv } from "../../worlds/dream_env.ts";
import { dreamRollout } from "../../worlds/dream_rollout.ts";
import { DreamVectorEnv } from "../../worlds/dream_vector_env.ts";
import { FirstFrames } from "../../worlds/mdn_rnn/first_frames.ts";
import { FRAME_LENGTH } from "../../worlds/mdn_rnn/vision.ts";
import { tinyStarts, tinyWorld } from "./tiny_world.ts";

await startBackend();

const { worldModel, parameters } = tinyWorld();
const options = { worldModel, parameters, starts: tinyStarts() };

/** The parameters with the log odds of the end set, whatever happens. */
function withEnd(logit: number) {
  return {
    ...parameters,
    "memory/done/output/kernel": tf.zerosLike(parameters["memory/done/output/kernel"]),
    "memory/done/output/bias": tf.tensor1d([logit]),
  };
}

/** Rewards and last picture of an episode under fixed actions. */
function drive(env: DreamEnv, seed: number | undefined, steps = 6) {
  env.reset({ seed });
  const rewards: number[] = [];
  let observation = new Uint8Array();
  for (let t = 0; t < steps; t++) {
    const step = env.step([Math.sin(t), Math.cos(t)]);
    rewards.push(step.reward);
    observation = new Uint8Array(step.observation);
    if (step.terminated) break;
  }
  return { rewards, observation };
}

Deno.test("a dream is the same for the same seed and another for another", () => {
  const env = new DreamEnv({ ...options, parameters: withEnd(-30) });
  const first = drive(env, 5);
  assertEquals(first.rewards.length, 6);
  assertEquals(drive(env, 5), first);
  assertNotEquals(drive(env, 6).rewards, first.rewards);
  const next = drive(env, undefined);
  drive(env, 6);
  assertEquals(drive(env, undefined), next);
  env.close();
});

Deno.test("a dream passes the environment checker", () => {
  const env = new DreamEnv({ ...options, maxSteps: 20 });
  checkEnv(env, { close: true });
  env.close();
});

Deno.test("a dream goes on from a saved state, in itself and in another dream, bit by bit", () => {
  const shared = { ...options, parameters: withEnd(-30) };
  const [env, other] = [new DreamEnv(shared), new DreamEnv(shared)];
  const fresh = env.getState();
  env.reset({ seed: 3 });
  for (let t = 0; t < 4; t++) env.step([Math.cos(t), Math.sin(t)]);
  const state = structuredClone(env.getState());
  const go = (dream: DreamEnv) => {
    const steps = [0, 1, 2].map((t) => dream.step([Math.sin(t), Math.cos(t)]));
    return [...steps, dream.reset()];
  };
  const expected = go(env);
  env.setState(state);
  assertEquals(go(env), expected);
  other.setState(state);
  assertEquals(go(other), expected);
  other.setState(fresh);
  assertThrows(() => other.step([0, 0]), TypeError, "before any reset");
  assertThrows(
    () => other.setState({ ...state, world: { ...state.world as object, latents: new Float32Array(1) } }),
    TypeError,
    '"latents", got 1',
  );
  assertThrows(() => other.setState({}), TypeError, "Cannot set the state of Dream-v0");
  env.close();
  other.close();
});

Deno.test("a vector of dreams goes on from saved states, and a single dream from one of them", async () => {
  const shared = { ...options, parameters: withEnd(-30) };
  const [vector, other] = [new DreamVectorEnv(3, shared), new DreamVectorEnv(3, shared)];
  const single = new DreamEnv(shared);
  await vector.reset({ seeds: [1, 2, 3] });
  await vector.step(new Float32Array([0, 0, 1, 1, -1, 1]));
  const states = structuredClone(await vector.getState());
  const go = async (dreams: DreamVectorEnv) => {
    const steps = [];
    for (let t = 0; t < 3; t++) {
      const { observations, rewards } = await dreams.step(new Float32Array(6).fill(Math.sin(t)));
      steps.push(observations.slice(), rewards.slice());
    }
    return steps;
  };
  const expected = await go(vector);
  const { observations } = await other.setState(states);
  single.setState(states[1]);
  assertEquals(observations.slice(FRAME_LENGTH, 2 * FRAME_LENGTH), single.observe());
  assertEquals(await go(other), expected);
  await vector.setState(states);
  assertEquals(await go(vector), expected);
  await assertRejects(() => vector.setState(states.slice(1)), RangeError, "expected 3 states, got 2");
  await assertRejects(() => vector.setState([{}, {}, {}]), TypeError, "Cannot set the state of");
  single.close();
  await Promise.all([vector.close(), other.close()]);
});

Deno.test("advance then observe is step", () => {
  const [a, b] = [new DreamEnv(options), new DreamEnv(options)];
  assertEquals(a.reset({ seed: 3 }), b.reset({ seed: 3 }));
  const { observation, ...transition } = a.step([0.5, -0.5]);
  assertEquals(b.advance([0.5, -0.5]), transition);
  assertEquals(b.observe(), observation);
  assertEquals(b.render().data, observation);
  a.close();
  b.close();
});

Deno.test("a vector of dreams gives each the course of a single one, also after some restarted", async () => {
  const shared = { ...options, parameters: withEnd(-30) };
  const vector = new DreamVectorEnv(3, shared);
  const single = new DreamEnv(shared);
  const { observations } = await vector.reset({ seeds: [1, 2, 3] });
  await vector.step(new Float32Array([0, 0, 1, 1, -1, 1]));
  await vector.reset({ seeds: [9], indices: [1] });
  const { rewards } = await vector.step(new Float32Array([0.5, 0, 0.2, 0.3, 0, 0]));
  const expected = [[1, [0, 0], [0.5, 0]], [9, [0.2, 0.3]], [3, [-1, 1], [0, 0]]] as const;
  for (const [i, [seed, ...actions]] of expected.entries()) {
    single.reset({ seed });
    let step: { reward: number; observation: Uint8Array } = { reward: 0, observation: new Uint8Array() };
    for (const action of actions) step = single.step(action);
    assertAlmostEquals(rewards[i], step.reward, 1e-4);
    const picture = observations.subarray(i * FRAME_LENGTH, (i + 1) * FRAME_LENGTH);
    for (let j = 0; j < FRAME_LENGTH; j++) assert(Math.abs(picture[j] - step.observation[j]) <= 1);
  }
  single.close();
  await vector.close();
});

Deno.test("dreams start from the given distributions of first frames", () => {
  const starts = new FirstFrames(
    { mu: Float32Array.of(1, 2, 3, -1, -2, -3), logVar: new Float32Array(6).fill(-40) },
    3,
  );
  const dream = new Dream(40, { ...options, starts });
  dream.reset([...Array(40).keys()], Array.from({ length: 40 }, (_, i) => new RandomStream(i)));
  const rows = dream.world.latents.arraySync() as number[][];
  const firsts = new Set(rows.map((row) => row.map(Math.round).join()));
  assertEquals([...firsts].sort(), ["-1,-2,-3", "1,2,3"]);
  assertThrows(
    () => new FirstFrames({ mu: new Float32Array(4), logVar: new Float32Array(4) }, 3),
    RangeError,
    "got 4 and 4",
  );
  assertThrows(() => new Dream(1, { ...options, temperature: -1 }), RangeError, "got -1");
  dream.dispose();
});

Deno.test("dreams end by their head, drawn or cut, and by the limit on steps", async () => {
  const odds = Math.log(0.4 / 0.6);
  const count = 400;
  const seeds = Array.from({ length: count }, (_, i) => i);
  const ended = async (ending: "sampled" | "cut", logit: number) => {
    const env = new DreamVectorEnv(count, { ...options, parameters: withEnd(logit), ending });
    env.begin({ seeds });
    const { terminated } = await env.advance(new Float32Array(count * 2));
    await env.close();
    return terminated.reduce((sum, flag) => sum + flag, 0) / count;
  };
  assertAlmostEquals(await ended("sampled", odds), 0.4, 0.1);
  assertEquals(await ended("cut", odds), 0);
  assertEquals(await ended("cut", -odds), 1);
  const env = new DreamEnv({ ...options, parameters: withEnd(-30), maxSteps: 2 });
  env.reset({ seed: 1 });
  assertEquals(env.advance([0, 0]).truncated, false);
  assertEquals(env.advance([0, 0]).truncated, true);
  env.close();
});

Deno.test("a dream that has ended rests until it is reset", async () => {
  const env = new DreamVectorEnv(2, { ...options, parameters: withEnd(-30), maxSteps: 2 });
  await env.reset({ seeds: [1, 2] });
  await env.step(new Float32Array(4));
  await env.reset({ seeds: [3], indices: [1] });
  const last = await env.step(new Float32Array(4));
  assertEquals([...last.truncated], [1, 0]);
  const picture = last.observations.slice(0, FRAME_LENGTH);
  const resting = await env.step(new Float32Array(4).fill(1));
  assertEquals([...resting.truncated], [1, 1]);
  assertEquals(resting.rewards[0], 0);
  assertEquals(resting.observations.slice(0, FRAME_LENGTH), picture);
  await env.close();
});

Deno.test("calls out of order and bad actions get clear errors", async () => {
  const env = new DreamEnv({ ...options, parameters: withEnd(30), ending: "cut" });
  assertThrows(() => env.step([0, 0]), TypeError, "before any reset");
  assertThrows(() => env.observe(), TypeError, "expected reset() first");
  assertThrows(() => env.reset({ seed: -1 }), RangeError, "expected an integer >= 0, got -1");
  env.reset({ seed: 1 });
  assertThrows(() => env.step([0]), TypeError, "expected 2 numbers");
  assertThrows(() => env.step([0, NaN]), TypeError, "got NaN");
  assertEquals(env.step([0, 0]).terminated, true);
  assertThrows(() => env.step([0, 0]), TypeError, "after the episode ended");
  env.close();
  assertThrows(() => env.reset(), TypeError, "closed");

  assertThrows(() => new DreamVectorEnv(0, options), RangeError, "got 0");
  const vector = new DreamVectorEnv(2, options);
  await assertRejects(() => vector.step(new Float32Array(4)), TypeError, "expected reset() first");
  await assertRejects(() => vector.reset({ seeds: [1] }), RangeError, "expected 2 seeds, got 1");
  await assertRejects(() => vector.reset({ seeds: [1], indices: [2] }), RangeError, "got 2");
  await vector.reset({ seeds: [1, 2] });
  await assertRejects(() => vector.step(new Float32Array(3)), TypeError, "got 3");
  await assertRejects(() => vector.step(Float32Array.of(0, 0, 0, NaN)), TypeError, "dream 1");
  await vector.close();
  await assertRejects(() => vector.step(new Float32Array(4)), TypeError, "closed");
});

Deno.test("calls of a vector of dreams that overlap are refused, and the first one counts", async () => {
  const calm = { ...options, parameters: withEnd(-30) };
  const [env, other] = [new DreamVectorEnv(2, calm), new DreamVectorEnv(2, calm)];
  const seeds = { seeds: [1, 2] };
  for (const vector of [env, other]) await vector.reset(seeds);
  const actions = new Float32Array([0.1, 0.2, 0.3, 0.4]);
  const first = env.step(actions);
  const late = [
    () => env.step(actions),
    () => env.advance(actions),
    () => env.reset(seeds),
    () => env.getState(),
  ];
  for (const call of [...late, () => env.setState([])]) {
    await assertRejects(call, TypeError, "expected one call at a time, got one before the last had ended");
  }
  assertThrows(() => env.begin(seeds), TypeError, "one call at a time");
  const expected = await other.step(actions);
  assertEquals((await first).observations, expected.observations);
  assertEquals(await env.getState(), await other.getState());
  await assertRejects(() => env.step(new Float32Array(1)), TypeError, "expected 2 x 2 numbers");
  await env.step(actions); // a refused call leaves it free
  await env.close();
  await other.close();
});

Deno.test("close() during a step ends it, and frees everything then", async () => {
  const before = tf.memory().numTensors;
  const env = new DreamVectorEnv(2, options);
  await env.reset({ seeds: [1, 2] });
  const step = env.step(new Float32Array(4));
  await env.close();
  await env.close();
  await assertRejects(() => step, TypeError, "expected an open environment, got a closed one");
  await assertRejects(() => env.step(new Float32Array(4)), TypeError, "got a closed one");
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("dreaming leaks no tensors", async () => {
  const before = tf.memory().numTensors;
  const env = new DreamVectorEnv(4, { ...options, maxSteps: 3 });
  await env.reset({ seeds: [1, 2, 3, 4] });
  await env.step(new Float32Array(8));
  const running = tf.memory().numTensors;
  for (let i = 0; i < 5; i++) {
    await env.step(new Float32Array(8));
    await env.reset({ seeds: [i], indices: [2] });
  }
  assertEquals(tf.memory().numTensors, running);
  await env.close();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a compiled rollout sums the rewards up to each dream's end, in any cut", () => {
  const start = () => ({ ...worldModel.initial(50), latents: tf.ones([50, 3]) });
  const policy = (features: tf.Tensor) => features.slice([0, 0], [features.shape[0], 2]).tanh();
  const rollout = compile((p: Record<string, tf.Tensor>, seed: tf.Tensor) =>
    dreamRollout(worldModel, { parameters: p, state: start(), seed }, { policy, steps: 5 })
  );
  const world = withEnd(-1);
  const result = rollout(world, seedTensor([1, 2]));
  const again = rollout(world, seedTensor([1, 2]));
  assertEquals(again.returns.dataSync(), result.returns.dataSync());
  assertNotEquals(rollout(world, seedTensor([1, 3])).returns.dataSync(), result.returns.dataSync());
  const lengths = Array.from(result.lengths.dataSync());
  const alive = result.alive.dataSync();
  for (let i = 0; i < 50; i++) assert(alive[i] === 0 || lengths[i] === 5);
  const p = 1 / (1 + Math.exp(1));
  const mean = lengths.reduce((sum, length) => sum + length, 0) / 50;
  assertAlmostEquals(mean, (1 - (1 - p) ** 5) / p, 0.7);

  // Dreams that have ended before get nothing more.
  const ended = tf.tidy(() =>
    dreamRollout(worldModel, {
      parameters: world,
      state: start(),
      seed: seedTensor([1, 2]),
      alive: tf.zeros([50]),
    }, { policy, steps: 2 }).returns.abs().sum().dataSync()[0]
  );
  assertEquals(ended, 0);
  rollout.dispose();
});
