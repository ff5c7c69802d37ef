import { assert, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { CarTraffic, type CarTrafficOptions, ScriptedDriver, SKILLS } from "../../../envs/car_traffic/mod.ts";

/** An episode of the agent's car driven by a skill. */
function drive(skill: keyof typeof SKILLS, seed: number, options: CarTrafficOptions) {
  const env = new CarTraffic(options);
  env.reset({ seed });
  const driver = new ScriptedDriver(SKILLS[skill], new RandomStream(seed).fork("test"));
  let score = 0;
  for (let k = 0; k < 1000; k++) {
    const { reward, terminated, info } = env.advance(driver.act(env.race, env.race.racers[0]));
    score += reward;
    if (terminated || k === 999) return { score, info };
  }
  throw new Error("unreachable");
}

Deno.test("alone on a track the more skilled driver scores higher, and none leaves the field", () => {
  for (const seed of [1, 2, 3]) {
    const [novice, amateur, expert] = (["novice", "amateur", "expert"] as const).map((skill) => {
      return drive(skill, seed, { cars: 0, cones: 0, barriers: "none" }).score;
    });
    assert(novice > 250 && novice < amateur - 100, `${novice}`);
    assert(amateur > 700 && amateur < expert, `${amateur}`);
    assert(expert > 750, `${expert}`);
  }
});

Deno.test("a driver that passes goes around slower cars, one that does not stays behind them", () => {
  const follow = (skill: keyof typeof SKILLS) => {
    const env = new CarTraffic({ cars: 1, cones: 0, barriers: "none", drivers: "novice" });
    env.reset({ seed: 1 });
    const [own, other] = env.race.racers;
    other.park(12, 0);
    const driver = new ScriptedDriver({ ...SKILLS[skill], topSpeed: 50 }, new RandomStream(1));
    for (let k = 0; k < 400; k++) env.advance(driver.act(env.race, own));
    return { ahead: own.tiles.collectedCount > other.tiles.collectedCount + 12, ...own.collisions };
  };
  assertEquals(follow("expert").ahead, true);
  assertEquals(follow("novice").ahead, false);
});

Deno.test("a driver's state goes on with the same actions", () => {
  const env = new CarTraffic({ cars: 3 });
  env.reset({ seed: 1 });
  const [own] = env.race.racers;
  const driver = new ScriptedDriver(SKILLS.novice, new RandomStream(1));
  for (let k = 0; k < 50; k++) env.advance(driver.act(env.race, own));
  const other = new ScriptedDriver(SKILLS.novice, new RandomStream(2));
  other.restore("test", structuredClone(driver.save()));
  for (let k = 0; k < 30; k++) assertEquals(other.act(env.race, own), driver.act(env.race, own));
  assertThrows(() => other.restore("test", { home: 1 }), TypeError, "Cannot set the state of test");
});
