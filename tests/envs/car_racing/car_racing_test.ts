// deno-lint-ignore-file camelcase -- the golden data's names
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CarRacing } from "../../../envs/car_racing/car_racing.ts";
import type { CarRacingOptions } from "../../../envs/car_racing/options.ts";
import "../../../envs/car_racing/register.ts";
import { make } from "../../../envs/registry.ts";
import { PursuitDriver } from "../../../envs/car_racing/pursuit_driver.ts";
import { readFixture } from "../../support/fixtures.ts";

function started(options: CarRacingOptions = {}, seed = 0): CarRacing {
  const env = new CarRacing(options);
  env.reset({ seed });
  return env;
}

/** Hull and score after some steps of one action. */
function outcome(env: CarRacing, action: ArrayLike<number>, steps = 30): number[] {
  for (let k = 0; k < steps; k++) env.advance(action);
  const { hull, score } = env.view;
  return [hull.x, hull.y, hull.angle, score];
}

interface Colors {
  road: number[];
  background: number[];
  grass: number[];
  n: number;
}

interface DomainRandomize extends Colors {
  then_reset_without_randomize: Colors;
  then_reset_with_randomize: Colors;
}

const rng = await readFixture<{ domain_randomize: Record<string, DomainRandomize> }>("car_racing/rng.json");

Deno.test("the first step pays for the two tiles of the reset", () => {
  const env = new CarRacing();
  const { observation, info } = env.reset({ seed: 0 });
  assertEquals(observation.length, 96 * 96 * 3);
  assertEquals(info, { wheelsOnTrack: 4, tilesVisited: 2, lapFinished: false });
  assertAlmostEquals(env.advance([0, 0, 0]).reward, 2000 / 319 - 0.1, 1e-9);
  assertAlmostEquals(env.advance([0, 0, 0]).reward, -0.1, 1e-9);
});

Deno.test("the score that is shown lacks the present step's -0.1", () => {
  const env = started();
  assertAlmostEquals(env.view.score, 2000 / 319, 1e-9);
  env.advance([0, 0, 0]);
  assertAlmostEquals(env.view.score, 2000 / 319, 1e-9);
  env.advance([0, 0, 0]);
  assertAlmostEquals(env.view.score, 2000 / 319 - 0.1, 1e-9);
  assertAlmostEquals(env.view.time, 0.06, 1e-12);
});

Deno.test("the same seed and actions give the same numbers, whatever happened before", () => {
  const fresh = outcome(started({}, 5), [0.3, 0.6, 0]);
  const used = started({}, 9);
  outcome(used, [-1, 1, 0]);
  used.reset({ seed: 5 });
  assertEquals(outcome(used, [0.3, 0.6, 0]), fresh);
  const next = new CarRacing();
  next.reset({ seed: 5 });
  next.reset();
  assertNotEquals(next.track.points.length, started({}, 5).track.points.length);
});

Deno.test("the five discrete actions are Gymnasium's", () => {
  const continuous = [[0, 0, 0], [0.6, 0, 0], [-0.6, 0, 0], [0, 0.2, 0], [0, 0, 0.8]];
  continuous.forEach((action, i) => {
    const [discrete, same] = [started({ continuous: false }), started()];
    outcome(discrete, [3], 20);
    outcome(same, [0, 0.2, 0], 20);
    assertEquals(outcome(discrete, [i]), outcome(same, action));
  });
});

Deno.test("a positive steer turns right", () => {
  const before = started().view.hull.angle;
  assert(outcome(started(), [0.5, 0.5, 0])[2] < before);
});

for (const [seed, golden] of Object.entries(rng.domain_randomize)) {
  Deno.test(`seed ${seed} draws Gymnasium's colours`, () => {
    const env = new CarRacing({ domainRandomize: true });
    const check = (expected: Colors, options?: Record<string, unknown>, seed?: number) => {
      env.reset({ seed, options });
      const { colors, track } = env.view;
      const near = (actual: number[], wanted: number[]) =>
        wanted.forEach((value, i) => assertAlmostEquals(actual[i], value, 1e-6));
      near(colors.road, expected.road);
      if (expected.background) near(colors.background, expected.background);
      if (expected.grass) near(colors.grass, expected.grass);
      assertEquals(track.points.length, expected.n);
    };
    check(golden, undefined, Number(seed));
    check(golden.then_reset_without_randomize, { randomize: false });
    check(golden.then_reset_with_randomize, { randomize: true });
  });
}

Deno.test("without domainRandomize the colours stay", () => {
  const env = new CarRacing();
  env.reset({ seed: 1, options: { randomize: true } });
  assertEquals(env.view.colors.road, [102, 102, 102]);
});

Deno.test("a saved state draws its picture again, in any order", () => {
  const env = started({}, 3);
  const pictures: Uint8Array[] = [];
  const states: Float64Array[] = [];
  const driver = new PursuitDriver();
  for (let k = 0; k < 120; k++) {
    if (k % 20 === 0) {
      pictures.push(env.observe());
      states.push(env.saveState());
    }
    env.advance(driver.act(env.view));
  }
  const present = env.observe();
  assertEquals(states[0].length, env.stateSize);
  for (const i of [0, 1, 2, 3, 4, 5, 2, 0, 5]) assertEquals(env.redraw(states[i]), pictures[i]);
  assertEquals(env.observe(), present);

  const other = started({}, 3);
  assertEquals(states.map((state) => other.redraw(state)), pictures);
  assertEquals(env.redraw(env.saveState(new Float64Array(env.stateSize))), present);
});

Deno.test("the picture for people shows what the observation shows, larger", () => {
  const env = started({}, 2);
  outcome(env, [0, 0.3, 0], 60);
  const { width, height, data } = env.render();
  assertEquals([width, height, data.length], [600, 400, 600 * 400 * 3]);
  const small = env.observe();
  let off = 0;
  for (let row = 0; row < 84; row++) {
    for (let column = 0; column < 96; column++) {
      const large = 3 * (Math.floor((row + 0.5) * 400 / 96) * 600 + Math.floor((column + 0.5) * 600 / 96));
      if (Math.abs(data[large + 1] - small[3 * (96 * row + column) + 1]) > 40) off++;
    }
  }
  assert(off < 0.05 * 84 * 96, `${off} pixels differ`);
});

Deno.test("wrong actions are named", () => {
  const env = started();
  assertThrows(() => env.step([0, 1]), TypeError, "expected an action of 3 finite numbers, got [0, 1]");
  assertThrows(() => env.step([]), TypeError, "expected an action of 3 finite numbers, got []");
  assertThrows(() => env.step([0, NaN, 0]), TypeError, "got [0, NaN, 0]");
  assertThrows(
    () => env.step(2 as unknown as number[]),
    TypeError,
    "got the number 2; pass it as a list, [2]",
  );
  const discrete = started({ continuous: false });
  for (const action of [[5], [-1], [0.5], [0, 0, 0]]) {
    assertThrows(
      () => discrete.step(action),
      TypeError,
      `expected an action of one integer in 0 .. 4, got [`,
    );
  }
  assertEquals(outcome(env, [0, 0, 0], 1), outcome(started(), [0, 0, 0], 1));
});

Deno.test("wrong options and calls out of order are named", () => {
  const env = new CarRacing();
  assertThrows(() => env.step([0, 0, 0]), TypeError, "Cannot step CarRacing-v3");
  assertThrows(() => env.observe(), TypeError, "one before its first reset");
  assertThrows(
    () => new CarRacing({ lapCompletePercent: 2 }),
    RangeError,
    "lapCompletePercent in 0 .. 1, got 2",
  );
  env.reset({ seed: 0 });
  while (!env.advance([0, 0.5, 0]).terminated);
  assertThrows(() => env.advance([0, 0, 0]), TypeError, "a step after the end of the episode");
  env.reset({ seed: 0 });
  env.close();
  assertThrows(() => env.advance([0, 0, 0]), TypeError, "one that is closed");
  assertThrows(() => env.reset(), TypeError, "one that is closed");
});

Deno.test("make knows both ids and their time limit", () => {
  for (const id of ["CarRacing-v3", "CarRacingLap-v0"]) {
    const env = make(id);
    assertEquals(env.id, id);
    env.reset({ seed: 0 });
    let steps = 1;
    while (!env.advance([0, 0, 0]).truncated) steps++;
    assertEquals(steps, 1000);
  }
});
