import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import "../../../envs/car_racing/register.ts";
import "../../../envs/classic/register.ts";
import { checkEnv } from "../../../envs/check_env.ts";
import type { Env, Observation } from "../../../envs/env.ts";
import { make } from "../../../envs/registry.ts";
import { Box } from "../../../envs/spaces.ts";
import {
  ClipAction,
  Crop,
  DisturbPicture,
  FrameSkip,
  FrameStack,
  Grayscale,
  isRedrawable,
  MaskObservation,
  NormalizeObservation,
  NormalizeReward,
  RecordEpisodeStatistics,
  RecordInMemory,
  RescaleAction,
  Resize,
  type Statistics,
  TimeLimit,
  TransformObservation,
  TransformReward,
} from "../../../envs/wrappers/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

const counterStatistics: Statistics = {
  mean: new Array(192).fill(100),
  variance: new Array(192).fill(400),
  count: 50,
};
const rewardStatistics: Statistics = { mean: [1], variance: [4], count: 50 };
const frozen = { updateRunningMean: false };

/** Every wrapper around an environment of 8 x 8 pictures. */
const around: Record<string, (env: Env) => Env<Observation>> = {
  TimeLimit: (env) => new TimeLimit(env, 20),
  FrameSkip: (env) => new FrameSkip(env, 3),
  "FrameSkip with maxPool": (env) => new FrameSkip(env, 3, { maxPool: true }),
  FrameStack: (env) => new FrameStack(env, 4),
  "FrameStack of channels, after zeros": (env) => new FrameStack(env, 3, { padding: "zero", axis: "last" }),
  Resize: (env) => new Resize(env, { height: 5, width: 11 }),
  Crop: (env) => new Crop(env, { top: 1, left: 2, height: 4, width: 3 }),
  DisturbPicture: (env) => new DisturbPicture(env, { disturbance: "bars" }),
  Grayscale: (env) => new Grayscale(env),
  "Grayscale with keepDim": (env) => new Grayscale(env, { keepDim: true }),
  "NormalizeObservation, frozen": (env) =>
    new NormalizeObservation(env, { ...frozen, statistics: counterStatistics }),
  // Discounted by 0, since by Gymnasium's rule a return goes on over resets, of which checkEnv disapproves.
  "NormalizeReward, frozen": (env) =>
    new NormalizeReward(env, { ...frozen, statistics: rewardStatistics, gamma: 0 }),
  ClipAction: (env) => new ClipAction(env),
  RescaleAction: (env) => new RescaleAction(env, { low: [-2, 0], high: 3 }),
  RecordEpisodeStatistics: (env) => new RecordEpisodeStatistics(env),
  RecordInMemory: (env) => new RecordInMemory(env, { keyStateEvery: 3 }),
  "MaskObservation(TransformObservation)": (env) =>
    new MaskObservation(
      new TransformObservation(env, (bytes) =>
        Uint8Array.from(bytes.subarray(0, 5)), new Box(0, 255, { shape: [5], dtype: "uint8" })),
      { mask: [1, 4] },
    ),
  TransformReward: (env) => new TransformReward(env, (reward) => reward / 2),
  TransformObservation: (env) => new TransformObservation(env, (bytes) => bytes.map((byte) => 255 - byte)),
};

/** Those whose statistics go on, and towers of several. */
const more: Record<string, (env: Env) => Env<Observation>> = {
  NormalizeObservation: (env) => new NormalizeObservation(env),
  NormalizeReward: (env) => new NormalizeReward(env),
  "FrameStack(Grayscale(FrameSkip))": (env) =>
    new FrameStack(new Grayscale(new FrameSkip(env, 2, { maxPool: true })), 3),
  "RecordEpisodeStatistics(NormalizeReward(NormalizeObservation(FrameStack(Resize(TimeLimit)))))": (env) =>
    new RecordEpisodeStatistics(
      new NormalizeReward(
        new NormalizeObservation(
          new FrameStack(new Resize(new TimeLimit(env, 15), { height: 4, width: 4 }), 2),
        ),
      ),
    ),
};

for (const [name, wrap] of Object.entries(around)) {
  Deno.test(`checkEnv accepts ${name}`, () => {
    checkEnv(wrap(new CounterEnv()), { close: true, other: wrap(new CounterEnv()) });
  });
}

Deno.test("checkEnv accepts FrameStack(Grayscale(Resize(FrameSkip(CarRacing-v3)))", () => {
  const build = () => {
    const small = new Resize(new FrameSkip(make("CarRacing-v3"), 2, { maxPool: true }), {
      height: 32,
      width: 24,
    });
    return new FrameStack(new Grayscale(small, { keepDim: true }), 4, { axis: "last" });
  };
  const env = build();
  assertEquals(env.observationSpace.shape, [32, 24, 4]);
  checkEnv(env, { close: true, steps: 12, endingSteps: 0, other: build() });
});

Deno.test("checkEnv lets a wrapper remember earlier episodes", () => {
  const build = () => new RecordEpisodeStatistics(make<Float32Array>("CartPole-v1"));
  checkEnv(build(), { other: build() }); // random actions end it within the check
});

Deno.test("checkEnv accepts towers around vectors", () => {
  const towers: Record<string, () => Env<Observation>> = {
    "Pendulum-v1": () =>
      new RecordEpisodeStatistics(
        new FrameStack(new RescaleAction(make<Float32Array>("Pendulum-v1")), 3, { axis: "last" }),
      ),
    "CartPole-v1": () =>
      new FrameStack(
        new NormalizeObservation(new FrameSkip(make<Float32Array>("CartPole-v1"), 2, { maxPool: true }), {
          ...frozen,
          statistics: { mean: [0, 0, 0, 0], variance: [1, 2, 3, 4], count: 9 },
        }),
        2,
        { padding: "zero" },
      ),
    "MountainCarContinuous-v0": () =>
      new TransformReward(new ClipAction(make<Float32Array>("MountainCarContinuous-v0")), Math.tanh),
  };
  for (const build of Object.values(towers)) {
    checkEnv(build(), { close: true, steps: 30, endingSteps: 300, other: build() });
  }
});

/** What is seen of some steps, episodes without seeds included. */
function future(env: Env<Observation>, actions: ArrayLike<number>[]): unknown[] {
  return actions.flatMap((action) => {
    const step = env.step(action);
    return step.terminated || step.truncated ? [step, env.reset()] : [step];
  });
}

for (const [name, wrap] of Object.entries({ ...around, ...more })) {
  Deno.test(`${name} goes on from a state bit by bit, wherever it was saved`, () => {
    for (let seed = 0; seed < 12; seed++) {
      const random = new RandomStream(seed).fork("program");
      const env = wrap(new CounterEnv());
      const actions = Array.from({ length: 60 }, () => env.actionSpace.sample(random));
      const middle = random.integer(0, 40);
      env.reset({ seed });
      future(env, actions.slice(0, middle));
      const state = env.getState();
      const sent = structuredClone(state);
      const expected = future(env, actions.slice(middle));
      assertEquals(state, sent, "a state is a copy");
      for (const other of [env, wrap(new CounterEnv())]) {
        other.setState(sent);
        assertEquals(other.getState(), state);
        assertEquals(future(other, actions.slice(middle)), expected, `seed ${seed}, saved at ${middle}`);
      }
    }
  });
}

Deno.test("a refused state leaves a wrapper as it was", () => {
  for (const [name, wrap] of Object.entries({ ...around, ...more })) {
    const env = wrap(new CounterEnv());
    env.reset({ seed: 1 });
    const state = env.getState();
    assertThrows(() => env.setState({ ...state, inner: { foreign: 1 }, position: "none" }), TypeError);
    assertEquals(env.getState(), state, name);
  }
  for (
    const [build, part] of [
      [() => new FrameStack(new CounterEnv(), 2), { frames: [new Uint8Array(192)] }],
      [() => new FrameStack(new CounterEnv(), 2), { frames: [new Uint8Array(192), new Uint8Array(3)] }],
      [() => new FrameSkip(new CounterEnv(), 2, { maxPool: true }), { previous: new Uint8Array(3) }],
      [() => new NormalizeObservation(new CounterEnv()), { current: new Float32Array(3) }],
      [() => new NormalizeObservation(new CounterEnv()), { statistics: rewardStatistics }],
      [() => new NormalizeReward(new CounterEnv()), { statistics: { mean: [1], variance: [-1], count: 1 } }],
    ] as const
  ) {
    const env: Env<Observation> = build();
    env.reset({ seed: 1 });
    const state = env.getState();
    assertThrows(() => env.setState({ ...state, ...part }), TypeError, "Cannot");
    assertEquals(env.getState(), state);
  }
});

Deno.test("pictures without a history are redrawn through wrappers, stacks and statistics are not", () => {
  const env = new Grayscale(
    new Resize(new Crop(new CounterEnv(), { height: 6 }), { height: 4, width: 5 }),
  );
  env.reset({ seed: 2 });
  env.step([1, 0]);
  const [picture, expected] = [env.saveState(), env.observe()];
  env.step([1, 0]);
  assertNotEquals(env.observe(), expected);
  assertEquals(env.redraw(picture), expected);
  for (const name of ["FrameSkip with maxPool", "FrameStack", "NormalizeObservation, frozen"]) {
    const wrapped = around[name](new CounterEnv());
    assertEquals(isRedrawable(wrapped), false, name);
    assertThrows(() => (wrapped as FrameStack).saveState(), TypeError, "Cannot redraw Counter-v0");
  }
});
