// deno-lint-ignore-file camelcase -- the golden data's names
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { CarRacing } from "../../../envs/car_racing/car_racing.ts";
import type { Wheel } from "../../../envs/car_racing/wheel.ts";
import { readFixture } from "../../support/fixtures.ts";

interface Trace {
  seed: number;
  program: string;
  actions: number[][];
  rows: number[][];
}

interface Dynamics {
  columns: string[];
  traces: Trace[];
  out_of_field: { seed: number; action: number[]; steps: number; last_rows: number[][] };
}

interface Lap {
  seed: number;
  actions: number[][];
  /** Every 25th step and the last: step, x, y, tiles visited, return so far. */
  checkpoints: number[][];
  terminated: boolean;
  lapFinished: boolean;
}

const dynamics = await readFixture<Dynamics>("car_racing/dynamics.json.gz");
// Made by running Gymnasium 1.4.0: programs that wind the steering up against its limits, and whole laps.
const limits = await readFixture<{ columns: string[]; traces: Trace[] }>("car_racing/limits.json.gz");
const laps = await readFixture<Lap[]>("car_racing/laps.json.gz");

/** Largest distance from Gymnasium's car that is allowed after `step` steps, u. */
const allowed = (step: number) => step <= 150 ? 0.02 : 0.05;

function follow(trace: Trace, columns: string[], firstRow: number): void {
  const column = (name: string) => columns.indexOf(name);
  const [x, y, reward] = [column("x"), column("y"), column("reward")];
  const env = new CarRacing();
  env.reset({ seed: trace.seed });
  trace.actions.forEach((action, k) => {
    const row = trace.rows[k + firstRow];
    const step = env.advance(action);
    const { hull, wheels } = env.view;
    const off = Math.hypot(hull.x - row[x], hull.y - row[y]);
    assert(off <= allowed(k + 1), `off by ${off} u after step ${k + 1}`);
    assertAlmostEquals(step.reward, row[reward], 1e-6);
    assertEquals(step.info.tilesVisited, row[column("visited")]);
    assertEquals(step.terminated, row[column("terminated")] === 1);
    if (column("angle") < 0) return;
    assertAlmostEquals(hull.angle, row[column("angle")], 0.01);
    wheels.forEach((wheel, i) => {
      assertAlmostEquals(wheel.jointAngle, row[column(`w${i}_joint`)], 0.005);
      assertAlmostEquals(wheel.omega, row[column(`w${i}_omega`)], 0.5);
      assertAlmostEquals(wheel.phase, row[column(`w${i}_phase`)], 0.1);
    });
  });
}

for (const trace of dynamics.traces) {
  Deno.test(`${trace.program} on seed ${trace.seed} follows Gymnasium's car`, () => {
    follow(trace, dynamics.columns, 1);
  });
}

for (const trace of limits.traces) {
  Deno.test(`${trace.program} on seed ${trace.seed} follows Gymnasium's car`, () => {
    follow(trace, limits.columns, 0);
  });
}

Deno.test("the wheels touch the tiles that they touch in Gymnasium", () => {
  let wrong = 0;
  let looks = 0;
  for (const trace of dynamics.traces) {
    const env = new CarRacing();
    env.reset({ seed: trace.seed });
    for (let k = 0; k <= trace.actions.length; k++) {
      if (k > 0) env.advance(trace.actions[k - 1]);
      env.view.wheels.forEach((wheel, i) => {
        looks++;
        if ((wheel as Wheel).tiles !== trace.rows[k][dynamics.columns.indexOf(`w${i}_tiles`)]) wrong++;
      });
    }
  }
  // A wheel that only grazes a tile may differ for a step.
  assert(wrong <= looks / 5000, `${wrong} of ${looks} differ`);
});

Deno.test("leaving the field ends the episode at Gymnasium's step, with a reward of -100", () => {
  const { seed, action, steps, last_rows } = dynamics.out_of_field;
  const env = new CarRacing();
  env.reset({ seed });
  for (let k = 1; k < steps; k++) assertEquals(env.advance(action).terminated, false);
  const { reward, terminated, truncated, info } = env.advance(action);
  assertEquals([reward, terminated, truncated, info.lapFinished], [-100, true, false, false]);
  const [x, y] = last_rows[last_rows.length - 1];
  assert(Math.hypot(env.view.hull.x - x, env.view.hull.y - y) < 0.05);
});

for (const lap of laps) {
  Deno.test(`a whole lap on seed ${lap.seed} ends as in Gymnasium`, () => {
    const env = new CarRacing();
    env.reset({ seed: lap.seed });
    let total = 0;
    let next = 0;
    lap.actions.forEach((action, k) => {
      const { reward, terminated, info } = env.advance(action);
      total += reward;
      const last = k === lap.actions.length - 1;
      assertEquals([terminated, info.lapFinished], last ? [lap.terminated, lap.lapFinished] : [false, false]);
      const [step, x, y, visited, expected] = lap.checkpoints[next];
      if (step !== k) return;
      next++;
      assertEquals(info.tilesVisited, visited);
      assertAlmostEquals(total, expected, 1e-5);
      assert(Math.hypot(env.view.hull.x - x, env.view.hull.y - y) < 0.1);
    });
    assertEquals(next, lap.checkpoints.length);
  });
}
