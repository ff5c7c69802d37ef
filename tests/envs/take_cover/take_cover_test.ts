import { assert, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { checkEnv } from "../../../envs/check_env.ts";
import { make } from "../../../envs/registry.ts";
import { TakeCover, type TakeCoverOptions } from "../../../envs/take_cover/mod.ts";
import { Grayscale } from "../../../envs/wrappers/grayscale.ts";

const variants: TakeCoverOptions[] = [
  {},
  { continuous: false },
  { frameSize: 96 },
  { observation: "gray" },
  { observation: "state", continuous: false },
];

for (const options of variants) {
  Deno.test(`TakeCover-v0 ${JSON.stringify(options)} passes the checker`, () => {
    const build = () => make("TakeCover-v0", { ...options });
    checkEnv(build(), { other: build(), close: true });
  });
}

Deno.test("observations have the shape that was asked for", () => {
  const shape = (options: TakeCoverOptions) => new TakeCover(options).observationSpace.shape;
  assertEquals(shape({}), [64, 64, 3]);
  assertEquals(shape({ frameSize: 96 }), [96, 96, 3]);
  assertEquals(shape({ observation: "gray" }), [64, 64]);
  assertEquals(shape({ observation: "state" }), [44]);
});

Deno.test("options that there are not are refused", () => {
  assertThrows(
    () => make("TakeCover-v0", { frameSize: 32 }),
    RangeError,
    "Cannot make TakeCover-v0: expected frameSize 64 or 96, got 32",
  );
  assertThrows(
    () => make("TakeCover-v0", { observation: "grey" }),
    RangeError,
    'expected observation rgb, gray or state, got "grey"',
  );
});

Deno.test("actions move the agent as they say", () => {
  const moves = (options: TakeCoverOptions, action: number[]) => {
    const env = new TakeCover(options);
    env.reset({ seed: 0 });
    env.advance(action);
    // Matter.js divides by the mass what was multiplied by it.
    return Math.round(1e9 * env.view.agent.x) / 1e9;
  };
  for (const still of [[0], [0.33], [-0.33]]) assertEquals(moves({}, still), 0);
  for (const right of [[0.34], [1], [7]]) assertEquals(moves({}, right), 0.75);
  for (const left of [[-0.34], [-1]]) assertEquals(moves({}, left), -0.75);
  assertEquals([[0], [1], [2]].map((action) => moves({ continuous: false }, action)), [0, -0.75, 0.75]);
  assertThrows(
    () => moves({}, [0, 0]),
    TypeError,
    "Cannot step TakeCover-v0: expected an action of one finite number, got [0, 0]",
  );
  assertThrows(
    () => moves({ continuous: false }, [0.5]),
    TypeError,
    "expected an action of one integer in 0 .. 2",
  );
});

Deno.test("every step pays 1, a hit ends the episode and is the only thing that does", () => {
  const env = make("TakeCover-v0");
  for (let seed = 0; seed < 30; seed++) {
    const random = new RandomStream(seed);
    env.reset({ seed });
    for (let over = false; !over;) {
      const { reward, terminated, truncated, info } = env.advance(env.actionSpace.sample(random));
      assertEquals(reward, 1);
      assertEquals(terminated, info.hit);
      over = terminated || truncated;
    }
    assertThrows(() => env.advance([0]), TypeError, "after the end of the episode");
  }
});

Deno.test("make cuts an episode after 2,100 steps", () => {
  const env = make("TakeCover-v0");
  const hall = new TakeCover();
  env.reset({ seed: 0 });
  hall.reset({ seed: 0 });
  // The hall is set back now and then, before a fireball can reach the agent.
  const start = hall.getState();
  let steps = 0;
  for (let truncated = false; !truncated; steps++) {
    if (steps % 30 === 29) env.setState({ ...env.getState(), inner: start });
    const transition = env.advance([0]);
    assert(!transition.terminated);
    truncated = transition.truncated;
  }
  assertEquals(steps, 2100);
});

Deno.test("monsters come one by one until there are six", () => {
  const env = new TakeCover();
  const { info } = env.reset({ seed: 1 });
  assertEquals(info, { monsters: 2, fireballs: 0, hit: false });
  const { time: _, ...rest } = env.getState();
  const monstersAfter = (time: number) => {
    env.setState({ ...rest, time: time - 1 });
    return env.advance([0]).info.monsters;
  };
  assertEquals([1, 260, 261, 521, 781, 1041, 2000].map(monstersAfter), [2, 2, 3, 4, 5, 6, 6]);
});

Deno.test("grey pictures are those of the Grayscale wrapper", () => {
  const gray = new TakeCover({ observation: "gray" });
  const wrapped = new Grayscale(new TakeCover());
  for (const env of [gray, wrapped]) env.reset({ seed: 4 });
  for (let step = 0; step < 60; step++) {
    assertEquals(gray.step([1]).observation, wrapped.step([1]).observation);
  }
});

Deno.test("a vector says what its documentation says", () => {
  const env = new TakeCover<Float32Array>({ observation: "state" });
  const seen = { charging: 0, flying: 0 };
  for (let seed = 0; seed < 10; seed++) {
    const random = new RandomStream(seed);
    let { observation } = env.reset({ seed });
    assertEquals(observation.subarray(0, 2), new Float32Array(2));
    for (let terminated = false; !terminated;) {
      ({ observation, terminated } = env.step(env.actionSpace.sample(random)));
      const { agent, monsters } = env.view;
      const near = (index: number, wanted: number) =>
        assert(
          Math.abs(observation[index] - wanted) < 1e-6,
          `${index}: ${observation[index]}, not ${wanted}`,
        );
      near(0, Math.min(1, Math.max(-1, agent.x / 140)));
      near(1, agent.drift / 8);
      for (let i = 0; i < 2; i++) {
        const { x, charge, fireball } = monsters[i];
        const at = 2 + 7 * i;
        assertEquals(observation[at], 1);
        near(at + 1, (x - agent.x) / 312);
        near(at + 2, charge);
        const flies = fireball.depth > -40;
        assertEquals(observation[at + 3], flies ? 1 : 0);
        near(at + 4, flies ? (fireball.x - agent.x) / 312 : 0);
        near(at + 5, flies ? fireball.depth / 352 : 0);
        near(at + 6, flies ? fireball.drift / 8 : 0);
        if (charge > 0) seen.charging++;
        if (flies) seen.flying++;
      }
    }
  }
  assert(seen.charging > 50 && seen.flying > 200, JSON.stringify(seen));
});

Deno.test("an environment that was never seeded begins as with seed 0, and goes on without one", () => {
  const fresh = new TakeCover();
  const seeded = new TakeCover();
  assertEquals(fresh.reset().observation, seeded.reset({ seed: 0 }).observation);
  assertEquals(fresh.reset().observation, seeded.reset().observation);
  assertThrows(() => fresh.reset({ seed: -1 }), RangeError);
});

Deno.test("render shows the agent's view or the hall from above, at any size", () => {
  const env = new TakeCover();
  env.reset({ seed: 2 });
  const { width, height } = env.render();
  assertEquals([width, height], [512, 512]);
  const view = env.render({ width: 64, height: 64 });
  assertEquals(view.data, env.observe());
  const map = env.render({ width: 120, height: 90, view: "birdsEye" });
  assertEquals(map.data.length, 120 * 90 * 3);
});
