import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Car } from "../../../envs/car_racing/car.ts";
import { HULL_CENTRE_Y, HULL_INERTIA, HULL_MASS } from "../../../envs/car_racing/constants.ts";
import { World } from "../../../envs/car_racing/world.ts";

/** A car at rest, and what lets one step pass. */
function parked(): { car: Car; step: () => void } {
  const world = new World();
  const car = world.addCar();
  car.place({ x: 10, y: -20, angle: 0.5 });
  for (let k = 0; k < 3; k++) world.step();
  return {
    car,
    step() {
      car.drive();
      world.step();
    },
  };
}

Deno.test("the hull is a Matter.js body with the mass of Box2D's, where the car is", () => {
  const { car, step } = parked();
  const { body, hull, velocity } = car;
  assertAlmostEquals(body.mass, HULL_MASS, 1e-12);
  assertAlmostEquals(body.inertia, HULL_INERTIA, 1e-12);
  car.control(0.3, 1, 0);
  for (let k = 0; k < 40; k++) step();
  assertAlmostEquals(body.position.x, hull.x - Math.sin(hull.angle) * HULL_CENTRE_Y, 1e-9);
  assertAlmostEquals(body.position.y, hull.y + Math.cos(hull.angle) * HULL_CENTRE_Y, 1e-9);
  assertEquals(body.angle, hull.angle);
  assertAlmostEquals(body.velocity.x, 0.02 * velocity.x, 1e-9);
  // Its parts turn with it: the front bumper's corners are where the hull's frame puts them.
  const nose = body.parts[1].vertices.map(({ x, y }) => {
    return -Math.sin(hull.angle) * (x - hull.x) + Math.cos(hull.angle) * (y - hull.y);
  });
  assertAlmostEquals(Math.max(...nose), 2.6, 1e-6);
});

Deno.test("a car that coasts keeps its speed and its line", () => {
  const { car, step } = parked();
  car.control(0, 0.5, 0);
  for (let k = 0; k < 50; k++) step();
  car.control(0, 0, 0);
  for (let k = 0; k < 100; k++) step();
  const before = Math.hypot(car.velocity.x, car.velocity.y);
  for (let k = 0; k < 100; k++) step();
  assert(before > 5);
  assertAlmostEquals(Math.hypot(car.velocity.x, car.velocity.y), before, 0.01);
});

Deno.test("full brake and gas at once stays at rest", () => {
  const { car, step } = parked();
  const { x, y } = car.hull;
  for (let k = 0; k < 50; k++) {
    car.control(0, 1, 1);
    step();
  }
  assertAlmostEquals(Math.hypot(car.hull.x - x, car.hull.y - y), 0, 1e-3);
});

Deno.test("no body is faster than Box2D's 100 u/s", () => {
  const { car, step } = parked();
  for (let k = 0; k < 300; k++) {
    for (const wheel of car.wheels) wheel.tiles = 1;
    car.control(0, 1, 0);
    step();
    assert(Math.hypot(car.velocity.x, car.velocity.y) <= 100.0001);
  }
  assertAlmostEquals(Math.hypot(car.velocity.x, car.velocity.y), 100, 0.5);
});
