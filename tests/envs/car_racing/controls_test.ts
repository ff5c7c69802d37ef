import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { driveActions, driveDecisions } from "../../../envs/car_racing/controls.ts";

const close = (actual: ArrayLike<number>, wanted: number[]) => {
  assertEquals(actual.length, wanted.length);
  wanted.forEach((value, i) => assertAlmostEquals(actual[i], value, 1e-6));
};

Deno.test("two decisions become steer, gas and brake", () => {
  close(driveActions(Float32Array.of(-0.5, 1, 0.25, -0.5)), [-0.5, 0.2, 0, 0.25, 0, 0.4]);
  close(driveActions(Float32Array.of(1, 0.5), { gasLimit: 1 }), [1, 0.5, 0]);
});

Deno.test("the way back gives the decisions again, and keeps others' actions within reach", () => {
  const decisions = Float32Array.of(-0.5, 1, 0.25, -0.5, 0, 0);
  for (const options of [{}, { gasLimit: 0.17, brakeLimit: 0.5 }]) {
    close(driveDecisions(driveActions(decisions, options), options), [...decisions]);
  }
  close(driveDecisions(Float32Array.of(2, 1, 0, -1, 0, 1, 0, 0.1, 0.4)), [1, 1, -1, -1, 0, 0]);
  assertThrows(() => driveDecisions(new Float32Array(4)), RangeError, "got 4 numbers");
});

Deno.test("decisions that do not come in pairs are refused", () => {
  assertThrows(() => driveActions(new Float32Array(3)), RangeError, "got 3 numbers");
});
