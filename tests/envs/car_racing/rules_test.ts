import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { CarRacing } from "../../../envs/car_racing/car_racing.ts";
import type { CarRacingOptions } from "../../../envs/car_racing/options.ts";
import { PursuitDriver } from "../../../envs/car_racing/pursuit_driver.ts";
import "../../../envs/car_racing/register.ts";
import { GYMNASIUM_RULES, LAP_RULES } from "../../../envs/car_racing/rules.ts";
import { make } from "../../../envs/registry.ts";

function started(options: CarRacingOptions, seed: number): CarRacing {
  const env = new CarRacing(options);
  env.reset({ seed });
  return env;
}

/** Drives a lap: what the last step gave, and how many there were. */
function lap(options: CarRacingOptions, seed: number, most = 999) {
  const env = started(options, seed);
  const driver = new PursuitDriver();
  for (let steps = 1; steps <= most; steps++) {
    const last = env.advance(driver.act(env.view));
    if (!last.terminated && steps < most) continue;
    const { lapFinished, tilesVisited } = last.info;
    return { env, last, steps, lapFinished, missed: env.track.points.length - Number(tilesVisited) };
  }
  throw new Error("no step");
}

Deno.test("deadLapCheck: off, a lap that missed some tiles ends at the line", () => {
  // On this track the driver cuts a bend and leaves five tiles behind.
  assertEquals(lap({}, 1013).lapFinished, false);
  const { lapFinished, missed, env } = lap({ rules: { deadLapCheck: false } }, 1013);
  assertEquals([lapFinished, missed], [true, 5]);
  const { x, y } = env.track.points[0];
  assert(Math.hypot(env.view.hull.x - x, env.view.hull.y - y) < 8, "its front wheels stand on tile 0");
  const strict = lap({ rules: { deadLapCheck: false }, lapCompletePercent: 0.99 }, 1013, 900);
  assertEquals(strict.lapFinished, false, "too few tiles for this share");
});

Deno.test("lastTileEnds: off, only the line ends an episode", () => {
  for (const seed of [600, 601, 602]) {
    const usual = lap({}, seed);
    const line = lap({ rules: { lastTileEnds: false, deadLapCheck: false } }, seed);
    assertEquals([usual.lapFinished, line.lapFinished, usual.missed, line.missed], [true, true, 0, 0]);
    assert(line.steps > usual.steps && line.steps < usual.steps + 10, `${usual.steps}, ${line.steps} steps`);
  }
  assertEquals(lap({ rules: { lastTileEnds: false } }, 600, 950).lapFinished, false, "neither ends it");
});

Deno.test("payTilesAtReset: off, the first step pays nothing", () => {
  const env = started({ rules: { payTilesAtReset: false } }, 4);
  assertAlmostEquals(env.advance([0, 0.5, 0]).reward, -0.1, 1e-9);
  assert(started({}, 4).advance([0, 0.5, 0]).reward > 4);
});

Deno.test("outsideReplacesReward: off, leaving the field takes 100 from the step's reward", () => {
  const leave = (options: CarRacingOptions) => {
    const env = started(options, 4);
    while (true) {
      const { reward, terminated } = env.advance([0, 0.5, 0]);
      if (terminated) return reward;
    }
  };
  assertEquals(leave({}), -100);
  assertAlmostEquals(leave({ rules: { outsideReplacesReward: false } }), -100.1, 1e-9);
});

Deno.test("anyWheelCollects: off, the hull's origin must pass over a tile", () => {
  let [byWheel, byHull] = [0, 0];
  for (let seed = 0; seed < 6; seed++) {
    const [usual, strict] = [started({}, seed), started({ rules: { anyWheelCollects: false } }, seed)];
    const driver = new PursuitDriver();
    for (let k = 0; k < 300; k++) {
      // Drifts to the side, so that the wheels of the other side run on grass.
      const action = driver.act(usual.view);
      action[0] += 0.12 * Math.sin(k / 20);
      const [a, b] = [usual.advance(action).info, strict.advance(action).info];
      assertEquals(usual.view.hull, strict.view.hull, "it drives alike");
      assert(Number(b.tilesVisited) <= Number(a.tilesVisited));
      if (k < 299) continue;
      byWheel += Number(a.tilesVisited);
      byHull += Number(b.tilesVisited);
    }
  }
  assert(byHull < byWheel && byHull > 0.7 * byWheel, `${byHull} tiles, ${byWheel} by wheels`);
});

Deno.test("slipperyGrass: off, all ground grips like road", () => {
  const [usual, gripping] = [started({}, 3), started({ rules: { slipperyGrass: false } }, 3)];
  let onGrass = 0;
  for (let k = 0; k < 120; k++) {
    const before = usual.view.hull.x;
    const [a, b] = [usual.advance([0.3, 1, 0]), gripping.advance([0.3, 1, 0])];
    if (onGrass === 0) assertEquals(usual.view.hull, gripping.view.hull, "on the road they are alike");
    assert(before !== usual.view.hull.x || k === 0);
    if (Number(a.info.wheelsOnTrack) < 4) onGrass++;
    if (a.terminated || b.terminated) break;
  }
  assert(onGrass > 20);
  const speed = ({ view: { velocity } }: CarRacing) => Math.hypot(velocity.x, velocity.y);
  assert(speed(gripping) > speed(usual) + 1, `${speed(gripping)} and ${speed(usual)} u/s`);
});

Deno.test("openingZoom: off, the first second looks like the others", () => {
  const [usual, down] = [started({}, 5), started({ rules: { openingZoom: false } }, 5)];
  const differ = () => usual.observe().some((level, i) => level !== down.observe()[i]);
  assert(differ());
  const first = down.observe();
  // The car does not move, but for its wheels that find their places.
  for (let k = 0; k < 50; k++) for (const env of [usual, down]) env.advance([0, 0, 0]);
  assertEquals(differ(), false);
  const later = usual.observe();
  assert(first.reduce((sum, level, i) => sum + (level === later[i] ? 0 : 1), 0) < 0.01 * first.length);
  assertEquals(down.render().data, usual.render().data);
});

Deno.test("CarRacingLap-v0 has the lap's rules mended and pays a bonus at the line", () => {
  const drive = (options: CarRacingOptions) => {
    const env = make("CarRacingLap-v0", { ...options });
    const usual = started({}, 600);
    env.reset({ seed: 600 });
    const driver = new PursuitDriver();
    let [sum, last] = [0, env.advance(driver.act(usual.view))];
    sum += last.reward;
    for (let over = usual.advance(driver.act(usual.view)).terminated; !last.terminated;) {
      // The other episode ends first; its last action is held.
      const action = driver.act(usual.view);
      last = env.advance(action);
      sum += last.reward;
      if (!over) over = usual.advance(action).terminated;
    }
    return { sum, last };
  };
  const [bonus, without, much] = [drive({}), drive({ finishBonus: 0 }), drive({ finishBonus: 250 })];
  assertEquals(bonus.last.info.lapFinished, true);
  assertAlmostEquals(bonus.last.reward - without.last.reward, 100, 1e-9);
  assertAlmostEquals(much.sum - without.sum, 250, 1e-9);
  assertEquals(lap({ rules: LAP_RULES, finishBonus: 0 }, 600).missed, 0);
});

Deno.test("rules that do not exist, or are no switches, are named", () => {
  assertThrows(
    () => new CarRacing({ rules: { deadLapChek: true } as Record<string, boolean> }),
    TypeError,
    `Cannot make CarRacing-v3: expected rules among ${Object.keys(GYMNASIUM_RULES).join(", ")}, got ` +
      `"deadLapChek" (did you mean "deadLapCheck"?)`,
  );
  assertThrows(
    () => make("CarRacingLap-v0", { rules: { slipperyGrass: 0 } }),
    TypeError,
    'Cannot make CarRacingLap-v0: expected true or false for the rule "slipperyGrass", got 0',
  );
  const wrong: [CarRacingOptions, string][] = [
    [{ finishBonus: NaN }, "a finite finishBonus, got NaN"],
    [{ frameSize: 80 as 96 }, "a frameSize of 96 or 64, got 80"],
    [{ observation: "grey" as "gray" }, 'observation rgb, gray or state, got "grey"'],
  ];
  for (const [options, message] of wrong) assertThrows(() => new CarRacing(options), RangeError, message);
});

Deno.test("saved states know the rules: what they decide is the same after setState", () => {
  const rules = Object.fromEntries(Object.keys(GYMNASIUM_RULES).map((name) => [name, false]));
  const [env, other] = [new CarRacing({ rules, finishBonus: 10 }), new CarRacing({ rules, finishBonus: 10 })];
  env.reset({ seed: 8 });
  const driver = new PursuitDriver();
  for (let k = 0; k < 150; k++) env.advance(driver.act(env.view));
  other.setState(structuredClone(env.getState()));
  for (let k = 0; k < 150; k++) {
    const action = driver.act(env.view);
    action[0] += 0.2;
    assertEquals(env.step(action), other.step(action));
  }
});
