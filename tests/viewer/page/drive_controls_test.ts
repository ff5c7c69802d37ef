import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Hands } from "../../../envs/env_spec.ts";
import { idleHands, moveHands } from "../../../viewer/page/drive/hands.ts";
import { meanAction } from "../../../viewer/page/drive/mean_action.ts";
import { assist } from "../../../viewer/page/environments/car_racing/assist.ts";
import { FixedSteps } from "../../../viewer/page/drive/fixed_steps.ts";
import { findGamepad, type PadState, readGamepad } from "../../../viewer/page/drive/gamepad_controls.ts";

const still = (): Hands => idleHands();

Deno.test("a held key turns the wheel bit by bit, and it comes back faster than it went", () => {
  const controls = still();
  const steps = (wanted: number, until: (across: number) => boolean) => {
    let count = 0;
    while (!until(controls.across)) {
      const before = controls.across;
      moveHands(controls, { ...still(), across: wanted }, 0.02);
      assert(Math.abs(controls.across - before) < 0.2, "no leap");
      count++;
    }
    return count;
  };
  const turning = steps(1, (steer) => steer === 1);
  const back = steps(0, (steer) => steer === 0);
  assert(turning > 8, `a full turn takes more than ${turning} steps of 20 ms`);
  assert(back < turning);
  steps(-1, (steer) => steer === -1);
  moveHands(controls, { ...still(), across: 1 }, 0.02);
  assertAlmostEquals(controls.across, -0.88, 1e-9);
});

Deno.test("ramps reach what is wanted and stay there, whatever the frame rate", () => {
  const wanted = { across: -1, up: 1, down: 1 };
  for (const seconds of [0.001, 1 / 60, 1]) {
    const controls = still();
    for (let time = 0; time < 2; time += seconds) moveHands(controls, wanted, seconds);
    assertEquals(controls, wanted);
  }
});

Deno.test("the assistance halves the gas, fades it out with speed, and never locks the wheels", () => {
  const full = { across: 0, up: 1, down: 0 };
  assertEquals(assist(full, 0).up, 0.5);
  assert(assist(full, 50).up < 0.5 && assist(full, 50).up > 0);
  assertEquals(assist(full, 62).up, 0);
  assertEquals(assist(full, 500).up, 0);
  assert(assist({ ...full, across: 1 }, 0).up < 0.25);
  assert(assist({ ...still(), down: 1 }, 80).down < 0.9);
  assert(assist(still(), 80).down > 0, "it slows down by itself");
  assert(
    Math.abs(assist({ ...still(), across: -1 }, 70).across) <
      Math.abs(assist({ ...still(), across: -1 }, 0).across),
  );
  assert(assist({ ...still(), across: -1 }, 0).across < 0);
});

const pad = (axes: number[], pressed: Record<number, number> = {}): PadState => ({
  mapping: "standard",
  connected: true,
  axes,
  buttons: Array.from(
    { length: 17 },
    (_, i) => ({ pressed: (pressed[i] ?? 0) > 0.5, value: pressed[i] ?? 0 }),
  ),
});

Deno.test("a gamepad's stick has a dead zone, is fine in the middle and full at the end", () => {
  assertEquals(readGamepad(pad([0.1, 0])).across, 0);
  assertEquals(readGamepad(pad([-1, 0])).across, -1);
  const half = readGamepad(pad([0.5, 0])).across;
  assert(half > 0.1 && half < 0.45, `${half}`);
});

Deno.test("a gamepad's triggers are the pedals, its cross steers", () => {
  assertEquals(readGamepad(pad([0, 0], { 7: 1 })), { across: 0, up: 1, down: 0 });
  assertEquals(readGamepad(pad([0, 0], { 6: 1 })), { across: 0, up: 0, down: 1 });
  assertEquals(readGamepad(pad([0, 0], { 7: 0.03 })).up, 0);
  assertEquals(readGamepad(pad([0, 0], { 14: 1 })).across, -1);
  assertEquals(readGamepad(pad([0, 0], { 15: 1 })).across, 1);
});

Deno.test("pads that are gone, or whose buttons mean something else, are passed over", () => {
  const good = pad([0, 0]);
  assertEquals(findGamepad([null, { ...good, connected: false }, { ...good, mapping: "" }, good]), good);
  assertEquals(findGamepad([null]), undefined);
});

Deno.test("steps are of one length: 50 a second at any frame rate", () => {
  for (const rate of [30, 60, 144]) {
    const clock = new FixedSteps(0.02);
    let steps = 0;
    for (let frame = 0; frame < rate; frame++) {
      clock.advance(1 / rate, () => {
        steps++;
        return true;
      });
    }
    assert(steps >= 49 && steps <= 50, `${steps} steps at ${rate} frames a second`);
    assert(clock.fraction >= 0 && clock.fraction <= 1);
  }
});

Deno.test("a frame that comes late makes up for five steps at most, and what waits is not made up for", () => {
  const clock = new FixedSteps(0.02);
  let steps = 0;
  clock.advance(3, () => ++steps > 0);
  assertEquals(steps, 5);
  let asked = 0;
  clock.clear();
  clock.advance(1, () => ++asked < 0);
  assertEquals(asked, 1);
  assertEquals(clock.fraction, 1);
  clock.advance(0.001, () => ++asked < 3); // made at once, and then one more is due
  assertEquals(asked, 2);
});

Deno.test("what somebody did during a decision is told as the mean of its steps", () => {
  const actions = Float32Array.of(9, 9, 9, 0, 1, 0, 0.5, 0, 0.5, -1, 1, 1);
  const mean = meanAction(actions, { from: 1, to: 3, size: 3 });
  assertEquals([...mean], [0.25, 0.5, 0.25]);
});
