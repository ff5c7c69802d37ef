import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { CarRace, type CarRaceOptions, ScriptedDriver, SKILLS } from "../../../envs/car_traffic/mod.ts";
import { checkParallelEnv } from "../../../envs/check_parallel_env.ts";
import type { ByAgent, ParallelTransition } from "../../../envs/parallel_env.ts";
import { makeParallel } from "../../../envs/parallel_registry.ts";

/** One action for all that are left. */
function all(env: CarRace, action: ArrayLike<number>): ByAgent<ArrayLike<number>> {
  return Object.fromEntries(env.agents.map((agent) => [agent, action]));
}

/** Scripted drivers for all agents. */
function driversOf(env: CarRace): () => ByAgent<ArrayLike<number>> {
  const drivers = env.possibleAgents.map((_, i) => new ScriptedDriver(SKILLS.expert, new RandomStream(i)));
  return () =>
    Object.fromEntries(env.agents.map((agent) => {
      const i = env.possibleAgents.indexOf(agent);
      return [agent, drivers[i].act(env.race, env.race.racers[i])];
    }));
}

for (const options of [{}, { cars: 3, cones: 20, barriers: "all" }, { continuous: false, cars: 2 }]) {
  Deno.test(`CarRace keeps the contract with ${JSON.stringify(options)}`, () => {
    checkParallelEnv(makeParallel("CarRace-v0", { ...options, maxEpisodeSteps: 50 }), { seed: 3, steps: 50 });
  });
}

Deno.test("the cars start two by two behind the line, in an order of the seed's", () => {
  const env = new CarRace({ cars: 6 });
  const orders = new Set<string>();
  for (let seed = 0; seed < 12; seed++) {
    env.reset({ seed });
    const { racers, track } = env.race;
    const count = track.points.length;
    const places = racers.map(({ at }) => (count - at) % count);
    assertEquals([...places].sort((a, b) => a - b).map((place) => Math.round(place / 2)), [0, 1, 2, 3, 4, 5]);
    for (const { offset } of racers) assertAlmostEquals(Math.abs(offset), 2.4, 0.3);
    orders.add(`${places.map((place) => Math.round(place / 2))}`);
  }
  assert(orders.size > 8);
});

Deno.test("on the grid nothing moves until somebody drives", () => {
  const env = new CarRace({ cars: 8, barriers: "all" });
  env.reset({ seed: 1 });
  const before = env.race.racers.map(({ car }) => car.save());
  for (let k = 0; k < 100; k++) env.advance(all(env, [0, 0, 0]));
  env.race.racers.forEach(({ car, collisions }, i) => {
    // Up to the last bits, which CarRacing's pins round.
    car.save().slice(0, 6).forEach((value, k) => assertAlmostEquals(value, before[i][k], 1e-4));
    assertEquals(collisions, { cars: 0, rails: 0, cones: 0 });
  });
});

Deno.test("a tile pays by the share of the cars that had not been there", () => {
  const env = new CarRace({ cars: 3, collisionCost: 0, barriers: "none" });
  env.reset({ seed: 5 });
  const count = env.race.track.points.length;
  const visits = new Map<number, number>();
  for (const { tiles } of env.race.racers) {
    tiles.collected.forEach((one, tile) => visits.set(tile, (visits.get(tile) ?? 0) + one));
  }
  const drive = driversOf(env);
  let shared = 0;
  for (let k = 0; k < 200; k++) {
    const { rewards } = env.advance(drive());
    env.race.racers.forEach(({ found }, i) => {
      const shares = found.map((tile) => (3 - (visits.get(tile) ?? 0)) / 3);
      if (shares.some((share) => share < 1)) shared++;
      const tiles = shares.reduce((sum, share) => sum + 1000 / count * share, 0);
      assertAlmostEquals(rewards[`car_${i}`], tiles - 0.1, 1e-9);
    });
    for (const { found } of env.race.racers) {
      for (const tile of found) visits.set(tile, (visits.get(tile) ?? 0) + 1);
    }
  }
  assert(shared > 50);
});

Deno.test("whoever has finished leaves, and is not in the way any more", () => {
  const env = new CarRace({ cars: 3, barriers: "none", maxEpisodeSteps: 2000 });
  env.reset({ seed: 2 });
  const drive = driversOf(env);
  const places: number[] = [];
  const left: string[] = [];
  while (env.agents.length > 0) {
    const before = env.agents;
    const { terminations, truncations, infos, rewards } = env.advance(drive());
    assertEquals(Object.keys(rewards), [...before]);
    for (const agent of before) {
      if (!terminations[agent]) continue;
      assertEquals([infos[agent].lapFinished, truncations[agent]], [true, false]);
      places.push(Number(infos[agent].place));
      left.push(agent);
      assert(!env.race.racers[env.possibleAgents.indexOf(agent)].present);
    }
    assertEquals(env.agents, before.filter((agent) => !left.includes(agent)));
  }
  assertEquals(places, [1, 2, 3]);
  assertThrows(() => env.advance({}), TypeError, "a step after the end");
});

Deno.test("leaving the field costs 100 and ends; the time limit cuts those that are left", () => {
  const env = new CarRace({ cars: 2, barriers: "none", maxEpisodeSteps: 400 });
  env.reset({ seed: 0 });
  let last: ParallelTransition | undefined;
  const rewards: number[] = [];
  while (env.agents.length > 0) {
    const actions = all(env, [0, 0, 0]);
    if (actions.car_1) actions.car_1 = [0, 0.5, 0];
    last = env.advance(actions);
    if (last.terminations.car_1) rewards.push(last.rewards.car_1);
  }
  assertEquals(rewards, [-100]);
  assertEquals(last?.truncations, { car_0: true });
  assertEquals(last?.terminations, { car_0: false });
});

Deno.test("each agent sees itself red and the others in colours of their own", () => {
  const env = new CarRace({ cars: 4 });
  env.reset({ seed: 1 });
  for (let k = 0; k < 55; k++) env.advance(all(env, [0, 0, 0]));
  const pictures = env.possibleAgents.map((agent) => env.observe(agent));
  for (let i = 0; i < 4; i++) {
    // The own hull, in the middle of the picture's lower part.
    assertEquals([...pictures[i].subarray(3 * (72 * 96 + 48), 3 * (72 * 96 + 48) + 3)].map((v) => v > 120), [
      true,
      false,
      false,
    ]);
    for (let j = 0; j < i; j++) assertNotEquals(pictures[i], pictures[j]);
  }
  const { width, height, data } = env.render({ agent: "car_2", width: 300, height: 200 });
  assertEquals([width, height, data.length], [300, 200, 300 * 200 * 3]);
});

Deno.test("a saved race goes on with the same future after crashes", () => {
  for (let seed = 0; seed < 4; seed++) {
    const options: CarRaceOptions = { cars: 4, cones: 30, barriers: "all" };
    const env = new CarRace(options);
    env.reset({ seed });
    const random = new RandomStream(seed).fork("race test");
    const wild = () => all(env, [random.uniform(-0.3, 0.3), 0.8, 0]);
    for (let k = 0; k < 120; k++) env.advance(wild());
    const saved = structuredClone(env.getState());
    const actions = Array.from({ length: 60 }, wild);
    const future = (env: CarRace) => [
      actions.map((action) => env.advance(action)),
      env.possibleAgents.map((agent) => env.observe(agent)),
      env.reset(),
      env.getState(),
    ];
    const expected = future(env);
    const other = new CarRace(options);
    for (const again of [env, other]) {
      again.setState(saved);
      assertEquals(again.getState(), saved);
      assertEquals(future(again), expected);
    }
  }
});

Deno.test("wrong actions and options are named, and change nothing", () => {
  const env = new CarRace({ cars: 2 });
  env.reset({ seed: 1 });
  const before = env.getState();
  const wrong: [ByAgent<ArrayLike<number>>, string][] = [
    [{ car_0: [0, 0, 0] }, "expected actions for car_0, car_1, got car_0"],
    [{}, "expected actions for car_0, car_1, got none"],
    [{ car_0: [0, 0, 0], car_2: [0, 0, 0] }, "expected actions for car_0, car_1, got car_0, car_2"],
    [
      { car_0: [0, 1, 0], car_1: [0, 0] },
      "Cannot step car_1 of CarRace-v0: expected an action of 3 finite numbers",
    ],
  ];
  for (const [actions, text] of wrong) assertThrows(() => env.advance(actions), TypeError, text);
  assertEquals(env.getState(), before);
  assertThrows(() => env.observe("car_7"), TypeError, 'expected one of car_0, car_1, got "car_7"');
  assertThrows(() => new CarRace({ cars: 1 }), RangeError, "expected an integer in 2 .. 8 of cars, got 1");
  assertThrows(() => new CarRace({ maxEpisodeSteps: 0 }), RangeError, "maxEpisodeSteps, got 0");
  assertThrows(() => makeParallel("CarRace-v1"), RangeError, 'did you mean "CarRace-v0"?');
  assertThrows(() => makeParallel("CarRace-v0", { car: 2 }), TypeError, 'did you mean "cars"?');
});
