import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { CarRacing } from "../../../envs/car_racing/car_racing.ts";
import { PursuitDriver } from "../../../envs/car_racing/pursuit_driver.ts";
import { CarTraffic, type CarTrafficOptions } from "../../../envs/car_traffic/mod.ts";
import { CAR_COLORS } from "../../../envs/car_traffic/scene.ts";
import { checkEnv } from "../../../envs/check_env.ts";
import type { Env, RenderOptions, StepResult } from "../../../envs/env.ts";
import { make } from "../../../envs/registry.ts";

const EMPTY: CarTrafficOptions = { cars: 0, cones: 0, barriers: "none" };
/** Much to run into. */
const CROWDED: CarTrafficOptions = { cars: 12, cones: 60, barriers: "all" };

/** Actions that drive on, more or less, and now and then into something. */
function program(seed: number, steps: number): number[][] {
  const random = new RandomStream(seed).fork("program");
  let action = [0, 0, 0];
  return Array.from({ length: steps }, (_, k) => {
    const brake = random.uniform() < 0.1 ? 0.5 : 0;
    if (k % 8 === 0) action = [random.uniform(-0.5, 0.5), random.uniform(0, 0.8), brake];
    return action;
  });
}

function run(env: Env, actions: number[][]): StepResult[] {
  const results: StepResult[] = [];
  for (const action of actions) {
    results.push(env.step(action));
    if (results[results.length - 1].terminated) break;
  }
  return results;
}

Deno.test("alone, on an empty track, CarTraffic is CarRacing to the bit", () => {
  for (let seed = 0; seed < 5; seed++) {
    const traffic = new CarTraffic(EMPTY);
    const racing = new CarRacing();
    assertEquals(traffic.reset({ seed }).observation, racing.reset({ seed }).observation);
    for (const action of program(seed, 120)) {
      const { info: _, ...mine } = traffic.step(action);
      const { info: __, ...theirs } = racing.step(action);
      assertEquals(mine, theirs);
      assertEquals(traffic.saveState(), racing.saveState());
      if (mine.terminated) break;
    }
  }
});

Deno.test("what a car does not touch does not change how it drives", () => {
  // Others are on the track, none of them near, until somebody comes.
  const traffic = new CarTraffic({ cars: 4, cones: 12 });
  const racing = new CarRacing();
  traffic.reset({ seed: 3 });
  racing.reset({ seed: 3 });
  for (let k = 0; k < 100; k++) {
    assertEquals(traffic.advance([0.1, 0.05, 0]).reward, racing.advance([0.1, 0.05, 0]).reward);
  }
  assertEquals(traffic.saveState().slice(0, racing.stateSize), racing.saveState());
});

for (const options of [{}, EMPTY, CROWDED, { continuous: false, frameSize: 64, cars: 2 }]) {
  Deno.test(`CarTraffic keeps the contract with ${JSON.stringify(options)}`, () => {
    checkEnv(make("CarTraffic-v0", { ...options, maxEpisodeSteps: 120 }), { steps: 40 });
  });
}

Deno.test("the same seed gives the same traffic, whatever happened before", () => {
  const fresh = new CarTraffic(CROWDED);
  const used = new CarTraffic(CROWDED);
  run(used, (used.reset({ seed: 8 }), program(8, 50)));
  assertEquals(used.reset({ seed: 4 }).observation, fresh.reset({ seed: 4 }).observation);
  assertEquals(run(used, program(4, 150)), run(fresh, program(4, 150)));
  const states = [fresh, used].map((env) => env.saveState());
  assertEquals(states[0], states[1]);
  fresh.reset();
  assertNotEquals(fresh.race.cones[0].x, used.race.cones[0].x);
});

Deno.test("a saved state goes on with the same future, in the middle of many collisions", () => {
  let collisions = 0;
  for (let seed = 0; seed < 6; seed++) {
    const random = new RandomStream(seed).fork("save");
    const env = new CarTraffic(CROWDED);
    env.reset({ seed });
    const actions = program(seed, 260);
    const at = random.integer(40, 160);
    for (let k = 0; k < at; k++) env.advance(actions[k]);
    const saved = structuredClone(env.getState());
    const rest = actions.slice(at, at + 80);
    const ends = (env: CarTraffic) => {
      const transitions = rest.map((action) => env.advance(action));
      const next = env.reset();
      return [transitions, env.saveState(), next.observation, env.getState()];
    };
    const states = (env: CarTraffic) => [env.observe(), env.saveState(), env.getState()];
    const before = states(env);
    const future = ends(env);
    for (
      const { car, racer } of (saved.episode as { race: { racers: { car: unknown; racer: number[] }[] } })
        .race.racers
    ) {
      assert(car);
      collisions += racer[5] + racer[6] + racer[7];
    }
    const other = new CarTraffic(CROWDED);
    for (const again of [env, other]) {
      again.setState(saved);
      assertEquals(states(again), before);
      assertEquals(ends(again), future);
    }
  }
  assert(collisions > 50, `${collisions}`);
});

Deno.test("states of something else are refused in a sentence", () => {
  const env = new CarTraffic({ cars: 2 });
  env.reset({ seed: 1 });
  const other = new CarTraffic({ cars: 3 });
  other.reset({ seed: 1 });
  assertThrows(
    () => env.setState(other.getState()),
    TypeError,
    'expected 2 values in "drivers", got an array of 3',
  );
  assertThrows(() => env.setState({}), TypeError, "Cannot set the state of CarTraffic-v0: expected");
  env.setState(new CarTraffic({ cars: 2 }).getState());
  assertThrows(() => env.observe(), TypeError, "one before its first reset");
});

Deno.test("saved pictures are drawn again, with cars, cones and rails where they were", () => {
  const env = new CarTraffic(CROWDED);
  env.reset({ seed: 2 });
  const pictures = [env.observe()];
  const states = [env.saveState()];
  for (let k = 0; k < 90; k++) {
    env.advance([0.1, 0.5, 0]);
    if (k % 15 === 0) {
      pictures.push(env.observe());
      states.push(env.saveState());
    }
  }
  const other = new CarTraffic(CROWDED);
  other.reset({ seed: 2 });
  for (const i of [3, 0, 5, 1, 6]) assertEquals(other.redraw(states[i]), pictures[i]);
});

Deno.test("other cars, cones and rails are in the picture", () => {
  const colors = (options: CarTrafficOptions) => {
    const env = new CarTraffic(options);
    env.reset({ seed: 1 });
    // Past the zoom of the first second.
    for (let k = 0; k < 60; k++) env.advance([0, 0, 0]);
    const [own, other] = env.race.racers;
    const cone = env.race.cones[0];
    const { hull } = own.car;
    const ahead = (distance: number) => ({
      x: hull.x - distance * Math.sin(hull.angle),
      y: hull.y + distance * Math.cos(hull.angle),
    });
    other?.car.place({ ...ahead(12), angle: hull.angle });
    cone?.place({ ...ahead(20), angle: 0 });
    const seen = new Set<string>();
    const frame = env.observe();
    for (let i = 0; i < 84 * 96 * 3; i += 3) {
      const [red, green, blue] = frame.subarray(i, i + 3);
      if (blue > 150 && red < 60) seen.add("blue car");
      if (red > 200 && green < 160 && green > 80 && blue < 110) seen.add("cone");
      if (red > 190 && Math.abs(red - green) < 8 && Math.abs(red - blue) < 12) seen.add("rail");
      if (red > 190 && green > 150 && blue < 60) seen.add("yellow car");
    }
    return [...seen].sort();
  };
  assertEquals(colors(EMPTY), []);
  assertEquals(colors({ ...EMPTY, cars: 1 }), ["yellow car"]);
  assertEquals(colors({ ...EMPTY, cones: 1 }), ["cone"]);
  assertEquals(colors({ ...EMPTY, barriers: "all" }), ["rail"]);
});

Deno.test("render shows the car's view or the whole track, in any size", () => {
  const env = new CarTraffic({ cars: 8 });
  env.reset({ seed: 1 });
  const size = (options?: RenderOptions) => {
    const { width, height, data } = env.render(options);
    assertEquals(data.length, 3 * width * height);
    return [width, height];
  };
  assertEquals(size(), [600, 400]);
  assertEquals(size({ width: 320, height: 240 }), [320, 240]);
  assertEquals(size({ width: 500, height: 333, view: "birdsEye" }), [500, 333]);
  // From above all cars are to be seen, each in its colour.
  const { data } = env.render({ view: "birdsEye" });
  const colors = new Set<string>();
  for (let i = 0; i < data.length; i += 3) colors.add(`${data.subarray(i, i + 3)}`);
  for (let i = 1; i <= 8; i++) assert(colors.has(`${CAR_COLORS[i % 8]}`), `car ${i}`);
});

Deno.test("a collision costs what it changes the car's velocity by", () => {
  const crash = (collisionCost: number) => {
    const env = new CarTraffic({ ...EMPTY, barriers: "all", collisionCost });
    env.reset({ seed: 1 });
    for (let k = 0; k < 400; k++) {
      const { reward, info } = env.advance([0.4, 0.5, 0]);
      if (Number(info.impact) > 0) return { reward, info };
    }
    throw new Error("no crash");
  };
  const free = crash(0);
  const dear = crash(0.5);
  assertEquals(free.info, dear.info);
  assertEquals(free.info.railCollisions, 1);
  assertAlmostEquals(free.reward - dear.reward, 0.5 * Number(free.info.impact), 1e-9);
});

Deno.test("above crashSpeed a collision ends the episode", () => {
  const env = new CarTraffic({ ...EMPTY, barriers: "all", crashSpeed: 5 });
  env.reset({ seed: 1 });
  let last = env.advance([0.4, 0.8, 0]);
  for (let k = 0; k < 999 && !last.terminated; k++) last = env.advance([0.4, 0.8, 0]);
  assertEquals([last.info.crashed, last.info.lapFinished], [true, false]);
  assert(Number(last.info.impact) > 5);
  assertThrows(() => env.advance([0, 0, 0]), TypeError, "a step after the end");
});

Deno.test("a lap counts when the start is crossed with enough tiles, and leaving the field costs 100", () => {
  const env = new CarTraffic({ ...EMPTY, lapCompletePercent: 0.9 });
  // On this track the driver cuts a bend and leaves five tiles behind.
  env.reset({ seed: 1013 });
  const driver = new PursuitDriver();
  let last = env.advance(driver.act(env.view));
  for (let k = 0; k < 999 && !last.terminated; k++) last = env.advance(driver.act(env.view));
  assertEquals([last.terminated, last.info.lapFinished], [true, true]);
  assert(Number(last.info.tilesVisited) < env.track.points.length);

  env.reset({ seed: 0 });
  let out = env.advance([0, 0.5, 0]);
  for (let k = 0; k < 999 && !out.terminated; k++) out = env.advance([0, 0.5, 0]);
  assertEquals([out.reward, out.info.lapFinished], [-100, false]);
});

Deno.test("scripted cars that are stuck are put back on the road", () => {
  const env = new CarTraffic({ ...EMPTY, cars: 1 });
  env.reset({ seed: 1 });
  const [, other] = env.race.racers;
  other.car.place({ x: 320, y: 320, angle: 0 });
  for (let k = 0; k < 5; k++) env.advance([0, 0, 0]);
  assert(Math.abs(other.offset) < 1);
  // Facing the wrong way, against nothing: it turns round by itself.
  const before = other.tiles.collectedCount;
  for (let k = 0; k < 300; k++) env.advance([0, 0, 0]);
  assert(other.tiles.collectedCount > before + 5);
});

Deno.test("wrong options are named", () => {
  const refused: [CarTrafficOptions, string][] = [
    [{ cars: 21 }, "expected an integer in 0 .. 20 of cars, got 21"],
    [{ cones: -1 }, "expected an integer in 0 .. 100 of cones, got -1"],
    [{ barriers: "some" as "all" }, 'expected barriers among none, bends, all, got "some"'],
    [{ drivers: "good" as "expert" }, 'expected drivers among mixed, novice, amateur, expert, got "good"'],
    [{ collisionCost: -1 }, "expected a collisionCost >= 0, got -1"],
    [{ crashSpeed: NaN }, "expected crashSpeed >= 0, got NaN"],
    [{ frameSize: 80 as 64 }, "expected a frameSize of 96 or 64, got 80"],
    [{ lapCompletePercent: 2 }, "expected lapCompletePercent in 0 .. 1, got 2"],
  ];
  for (const [options, text] of refused) assertThrows(() => new CarTraffic(options), RangeError, text);
});
