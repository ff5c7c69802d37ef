import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Car, CAR_INERTIA, CAR_MASS } from "../../../envs/car_racing/car.ts";
import { HULL_MASS, WHEEL_MASS } from "../../../envs/car_racing/constants.ts";
import { Cone } from "../../../envs/car_traffic/cone.ts";
import { layRails, RAIL_DISTANCE } from "../../../envs/car_traffic/rails.ts";
import { RigidCar } from "../../../envs/car_traffic/rigid_car.ts";
import { TrafficWorld } from "../../../envs/car_traffic/traffic_world.ts";
import { ringRadius, ringTrack } from "../../support/ring_track.ts";

interface Start {
  x: number;
  y: number;
  angle: number;
  vx?: number;
  vy?: number;
  turnRate?: number;
}

/** A car whose tyres never act, as nobody calls `drive`. */
function slidingCar({ x, y, angle, vx = 0, vy = 0, turnRate = 0 }: Start): RigidCar {
  const car = new Car();
  car.place({ x, y, angle });
  const rigid = new RigidCar(car);
  rigid.setOff();
  Object.assign(rigid, { vx, vy, turnRate });
  rigid.deflect();
  car.arrive();
  return rigid;
}

function worldOf(cars: RigidCar[], cones: Cone[] = [], rails = layRails(ringTrack(), "none")): TrafficWorld {
  const world = new TrafficWorld(rails, cones);
  world.cars.push(...cars);
  return world;
}

/** Momentum of hulls and wheels, and energy of cars, after a step. */
function mechanics(cars: readonly RigidCar[]): { px: number; py: number; energy: number } {
  const sum = { px: 0, py: 0, energy: 0 };
  for (const rigid of cars) {
    rigid.setOff();
    const { velocity, wheels } = rigid.car;
    sum.px += HULL_MASS * velocity.x + WHEEL_MASS * wheels.reduce((total, wheel) => total + wheel.vx, 0);
    sum.py += HULL_MASS * velocity.y + WHEEL_MASS * wheels.reduce((total, wheel) => total + wheel.vy, 0);
    sum.energy += CAR_MASS / 2 * (rigid.vx ** 2 + rigid.vy ** 2) + CAR_INERTIA / 2 * rigid.turnRate ** 2;
  }
  return sum;
}

Deno.test("two cars that crash keep their momentum and gain no energy", () => {
  const random = new RandomStream(1);
  let crashes = 0;
  for (let trial = 0; trial < 100; trial++) {
    // They meet in the middle from anywhere, slowly or fast, but so that nothing meets the limit of 100 u/s.
    const car = () => {
      const from = random.uniform(0, 2 * Math.PI);
      const speed = random.uniform(5, 60);
      return slidingCar({
        x: 10 * Math.cos(from) + random.uniform(-1, 1),
        y: 10 * Math.sin(from) + random.uniform(-1, 1),
        angle: random.uniform(0, 2 * Math.PI),
        vx: -speed * Math.cos(from),
        vy: -speed * Math.sin(from),
        turnRate: random.uniform(-2, 2),
      });
    };
    const cars = [car(), car()];
    if (Math.hypot(cars[0].x - cars[1].x, cars[0].y - cars[1].y) < 6) continue;
    const world = worldOf(cars);
    const start = mechanics(cars);
    let { energy } = start;
    for (let step = 0; step < 60; step++) {
      const [{ car: hit }] = world.step();
      if (hit) crashes++;
      const now = mechanics(cars);
      assertLess(now.energy, energy * 1.001 + 0.01);
      energy = now.energy;
    }
    const end = mechanics(cars);
    assertAlmostEquals(end.px, start.px, 1e-6);
    assertAlmostEquals(end.py, start.py, 1e-6);
  }
  assert(crashes > 50);
});

Deno.test("head on, cars part at a fifth of the speed that they met with", () => {
  const cars = [
    slidingCar({ x: 0, y: 0, angle: 0, vy: 50 }),
    slidingCar({ x: 0, y: 12, angle: Math.PI, vy: -50 }),
  ];
  const world = worldOf(cars);
  for (let step = 0; step < 20; step++) world.step();
  // As they do not meet quite in line, a little goes into turning.
  assertAlmostEquals(cars[0].car.velocity.y, -10, 1);
  assertAlmostEquals(cars[1].car.velocity.y, 10, 1);
});

Deno.test("a glancing blow turns a car, and its wheels stay on their pins", () => {
  const cars = [slidingCar({ x: 0, y: 0, angle: 0, vy: 60 }), slidingCar({ x: 2.2, y: 9, angle: 0 })];
  const world = worldOf(cars);
  const arms = cars[0].car.wheels.map((wheel) => Math.hypot(wheel.x, wheel.y));
  for (let step = 0; step < 40; step++) world.step();
  assert(Math.abs(cars[1].car.yawRate) > 1);
  for (const { car } of cars) {
    car.wheels.forEach((wheel, i) => {
      assertAlmostEquals(Math.hypot(wheel.x - car.hull.x, wheel.y - car.hull.y), arms[i], 0.03);
    });
  }
});

Deno.test("no car gets through guard rails at full speed", () => {
  const track = ringTrack();
  const radius = ringRadius();
  const rails = layRails(track, "all");
  assertEquals(rails.length, 2 * track.points.length);
  const random = new RandomStream(2);
  let hits = 0;
  for (let trial = 0; trial < 150; trial++) {
    const direction = random.uniform(0, 2 * Math.PI);
    const car = slidingCar({
      x: radius,
      y: 0,
      angle: random.uniform(0, 2 * Math.PI),
      vx: 100 * Math.cos(direction),
      vy: 100 * Math.sin(direction),
      turnRate: random.uniform(-5, 5),
    });
    const world = worldOf([car], [], rails);
    let { energy } = mechanics([car]);
    for (let step = 0; step < 100; step++) {
      if (world.step()[0].rail) hits++;
      const { x, y } = car.car.hull;
      assertLess(Math.abs(Math.hypot(x, y) - radius), RAIL_DISTANCE);
      const now = mechanics([car]).energy;
      assertLess(now, energy * 1.001 + 0.01);
      energy = now;
    }
  }
  assert(hits > 300);
});

Deno.test("a car slides along a rail without being caught where two stretches meet", () => {
  // Nearly along the road, into the outer rail, at places all around.
  for (let i = 0; i < 40; i++) {
    const angle = 2 * Math.PI * i / 180 / 7;
    const reach = ringRadius() + RAIL_DISTANCE - 1.6;
    const car = slidingCar({
      x: reach * Math.cos(angle),
      y: reach * Math.sin(angle),
      angle,
      vx: -60 * Math.sin(angle),
      vy: 60 * Math.cos(angle),
    });
    const world = worldOf([car], [], layRails(ringTrack(), "all"));
    let touched = 0;
    for (let step = 0; step < 60; step++) {
      const [{ rail, impact }] = world.step();
      if (rail) touched++;
      assertLess(impact, 20);
    }
    assert(touched > 0);
    assert(Math.hypot(car.car.velocity.x, car.car.velocity.y) > 30);
  }
});

Deno.test("cones that are hit fly, fall and come to rest; the car hardly notices", () => {
  const car = slidingCar({ x: 0, y: 0, angle: 0, vy: 60 });
  const cone = new Cone();
  cone.place({ x: 1.3, y: 8, angle: 0 });
  const beside = new Cone();
  beside.place({ x: 6, y: 8, angle: 0 });
  const world = worldOf([car], [cone, beside]);
  let fastest = 0;
  for (let step = 0; step < 150; step++) {
    world.step();
    fastest = Math.max(fastest, Math.hypot(cone.vx, cone.vy));
  }
  assert(fastest > 50 && fastest <= 100);
  assert(cone.fallen && cone.atRest && cone.y > 20);
  assert(!beside.fallen && beside.y === 8);
  assert(car.car.velocity.y > 57 && car.car.velocity.y < 60);
});

Deno.test("cars that stand bumper to bumper do not move, nor do those that lean on a rail", () => {
  const reach = ringRadius() + RAIL_DISTANCE - 1.375;
  const cars = [0, 1, 2, 3].map((i) => slidingCar({ x: 0, y: i * 5, angle: 0 }));
  cars.push(slidingCar({ x: reach, y: 0, angle: 0 }));
  const world = worldOf(cars, [], layRails(ringTrack(), "all"));
  for (let step = 0; step < 20; step++) world.step();
  const places = cars.map(({ car }) => ({ ...car.hull }));
  for (let step = 0; step < 200; step++) world.step();
  cars.forEach(({ car }, i) => {
    assertLess(Math.hypot(car.hull.x - places[i].x, car.hull.y - places[i].y), 0.01);
    assertLess(Math.abs(car.hull.angle - places[i].angle), 0.001);
    assertLess(Math.hypot(car.velocity.x, car.velocity.y), 0.01);
  });
});

Deno.test("what happens does not depend on what was made before", () => {
  const crash = () => {
    const cones = [0, 1, 2].map((i) => {
      const cone = new Cone();
      cone.place({ x: i - 1, y: 5 + i, angle: 0 });
      return cone;
    });
    const cars = [
      slidingCar({ x: 0, y: 0, angle: 0.1, vy: 70 }),
      slidingCar({ x: 0.5, y: 14, angle: 2.5, vy: -40 }),
    ];
    const world = worldOf(cars, cones);
    for (let step = 0; step < 50; step++) world.step();
    return [
      ...cars.map(({ car }) => ({ ...car.hull })),
      ...cones.map(({ x, y, angle }) => ({ x, y, angle })),
    ];
  };
  const first = crash();
  for (let i = 0; i < 37; i++) new Cone();
  assertEquals(crash(), first);
});
