import { assert, assertEquals, assertNotEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { checkEnv } from "../../../envs/check_env.ts";
import { Acrobot, CartPole, MountainCarContinuous, Pendulum } from "../../../envs/classic/mod.ts";
import type { Env } from "../../../envs/env.ts";
import { type EnvOptions, make } from "../../../envs/registry.ts";

const variants: [string, EnvOptions][] = [
  ["CartPole-v1", {}],
  ["CartPole-v1", { suttonBartoReward: true }],
  ["MountainCarContinuous-v0", {}],
  ["MountainCarContinuous-v0", { goalVelocity: 0.05 }],
  ["Pendulum-v1", {}],
  ["Pendulum-v1", { g: 9.81 }],
  ["Acrobot-v1", {}],
  ["Acrobot-v1", { bookOrNips: "nips" }],
  ["Acrobot-v1", { torqueNoiseMax: 1 }],
];

/** All that is seen of these steps and of the resets after endings. */
function future(env: Env<Float32Array>, program: ArrayLike<number>[]): unknown[] {
  return program.flatMap((action) => {
    const step = env.step(action);
    return step.terminated || step.truncated ? [step, env.reset()] : [step];
  });
}

for (const [id, options] of variants) {
  const name = `${id} with ${JSON.stringify(options)}`;

  Deno.test(`checkEnv accepts ${name}`, () => {
    checkEnv(make<Float32Array>(id, options), { close: true, other: make<Float32Array>(id, options) });
  });

  Deno.test(`${name}: a saved state has the same future in the same and in another environment, bit by bit`, () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new RandomStream(seed);
      const env = make<Float32Array>(id, { ...options, maxEpisodeSteps: 90 });
      const program = Array.from({ length: 300 }, () => env.actionSpace.sample(random));
      const save = random.integer(0, 120);
      env.reset({ seed });
      future(env, program.slice(0, save));
      const state = structuredClone(env.getState());
      const picture = env.render();
      const expected = future(env, program.slice(save));
      const other = make<Float32Array>(id, { ...options, maxEpisodeSteps: 90 });
      for (const one of [env, other]) {
        one.setState(state);
        assertEquals(one.render(), picture);
        assertEquals(future(one, program.slice(save)), expected, `seed ${seed}`);
      }
    }
  });
}

const builders: [string, () => Env<Float32Array>, number][] = [
  ["CartPole-v1", () => new CartPole(), 500],
  ["MountainCarContinuous-v0", () => new MountainCarContinuous(), 999],
  ["Pendulum-v1", () => new Pendulum(), 200],
  ["Acrobot-v1", () => new Acrobot(), 500],
];

for (const [id, build, limit] of builders) {
  Deno.test(`${id}: begins as with seed 0, goes on from its generator, and is cut after ${limit} steps`, () => {
    const env = build();
    const first = env.reset().observation;
    const second = env.reset().observation;
    assertNotEquals(second, first);
    assertEquals(env.reset({ seed: 0 }).observation, first);
    assertEquals(env.reset().observation, second);

    const limited = make<Float32Array>(id);
    const random = new RandomStream(1);
    const lengths = Array.from({ length: 3 }, (_, seed) => {
      limited.reset({ seed });
      for (let steps = 1;; steps++) {
        const { terminated, truncated } = limited.advance(limited.actionSpace.sample(random));
        if (terminated || truncated) return [steps, truncated];
      }
    });
    if (id !== "CartPole-v1") assertEquals(lengths[0], [limit, true]);
    else assert(lengths.every(([steps]) => (steps as number) < limit));
  });

  Deno.test(`${id}: refuses what does not belong in a sentence`, () => {
    const env = build();
    assertThrows(
      () => env.step([0]),
      TypeError,
      `Cannot step ${id}: expected a reset, got a step before the first reset`,
    );
    assertThrows(() => env.render(), TypeError, "got one before its first reset");
    env.reset({ seed: 1 });
    for (const action of [[], [0, 0], [NaN], [Infinity]]) {
      const { message } = assertThrows(
        () => env.step(action),
        TypeError,
        `Cannot step ${id}: expected an action of`,
      );
      assertStringIncludes(message, `got [${action.join(", ")}]`);
    }
    assertThrows(() => env.reset({ seed: -1 }), RangeError, "expected an integer in 0 .. 2 ** 53 - 1");
    const bounds = id === "Pendulum-v1" ? "xInit, yInit" : "low, high";
    assertThrows(
      () => env.reset({ options: { wide: 1 } }),
      TypeError,
      `expected options among ${bounds}, got "wide"`,
    );
    const [name] = bounds.split(", ");
    assertThrows(
      () => env.reset({ options: { [name]: NaN } }),
      RangeError,
      `expected a finite number of ${name}`,
    );
    const state = env.getState();
    assertThrows(() => env.setState({ ...state, physics: [1] }), TypeError, `Cannot set the state of ${id}`);
    assertThrows(() => env.setState({}), TypeError, `Cannot set the state of ${id}`);
    assertEquals(env.getState(), state, "what was refused changed nothing");
    env.close();
    assertThrows(() => env.step([0]), TypeError, "got one that is closed");
    assertThrows(() => env.getState(), TypeError, "got one that is closed");
  });

  Deno.test(`${id}: draws pictures of any size`, () => {
    const env = build();
    env.reset({ seed: 1 });
    const usual = env.render();
    const half = env.render({ width: usual.width / 2 });
    assertEquals(half.height, usual.height / 2);
    assertEquals(env.render({ height: usual.height }).width, usual.width);
    const level = (data: Uint8Array) => data.reduce((sum, one) => sum + one, 0) / data.length;
    assert(level(usual.data) < 254.5, "something is drawn");
    assert(Math.abs(level(half.data) - level(usual.data)) < 0.1, "and the same thing when smaller");
  });
}

Deno.test("options out of their range are refused", () => {
  assertThrows(() => new MountainCarContinuous({ goalVelocity: 0.1 }), RangeError, "-0.07 .. 0.07, got 0.1");
  assertThrows(() => new Pendulum({ g: Infinity }), RangeError, "expected a finite g");
  assertThrows(() => new Acrobot({ torqueNoiseMax: -1 }), RangeError, "torqueNoiseMax >= 0, got -1");
  assertThrows(
    () => make("Acrobot-v1", { bookOrNips: "paper" }),
    RangeError,
    '"book" or "nips", got "paper"',
  );
  assertThrows(
    () => new CartPole().reset({ options: { low: 1, high: 0 } }),
    RangeError,
    "low <= high, got 1 and 0",
  );
});

Deno.test("what is mirrored at the start and in its actions stays mirrored", () => {
  const random = new RandomStream(5);
  for (
    const [build, flip, steps] of [
      [() => new CartPole(), (action: number) => 1 - action, 500],
      [() => new Pendulum(), (action: number) => -action, 200],
      [() => new Acrobot(), (action: number) => 2 - action, 60],
    ] as const
  ) {
    const [left, right] = [build(), build()];
    left.reset({ seed: 8 });
    const state = left.getState() as { physics: Float64Array };
    right.setState({ ...state, physics: state.physics.map((value) => -value) });
    const cosines = right.observe().map((value, i) => (value === left.observe()[i] ? 1 : -1));
    for (let step = 0, over = false; step < steps && !over; step++) {
      const action = left.actionSpace.sample(random)[0];
      const [a, b] = [left.step([action]), right.step([flip(action)])];
      over = a.terminated;
      assertEquals(b.terminated, a.terminated);
      b.observation.forEach((value, i) => {
        assert(Math.abs(value - cosines[i] * a.observation[i]) < 1e-6, `${left.id}, step ${step}`);
      });
    }
  }
});

Deno.test("Acrobot-v1: angles of any number of turns are wrapped, not for ever", () => {
  for (const start of [1e12, -1e18]) {
    const env = make<Float32Array>("Acrobot-v1");
    env.reset({ seed: 1, options: { low: start, high: start } });
    assert(env.step([1]).observation.slice(0, 4).every((value) => Math.abs(value) <= 1));
  }
});
