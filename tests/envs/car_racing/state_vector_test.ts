import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { CarRacing } from "../../../envs/car_racing/car_racing.ts";
import { DEFAULT_COLORS } from "../../../envs/car_racing/colors.ts";
import { TRACK_WIDTH, WHEEL_RADIUS } from "../../../envs/car_racing/constants.ts";
import { blankView } from "../../../envs/car_racing/saved_state.ts";
import type { CarRacingView, Track } from "../../../envs/car_racing/state.ts";
import { StateDriver } from "../../../envs/car_racing/state_driver.ts";
import { STATE_SCALES, STATE_VECTOR_SIZE, StateVector } from "../../../envs/car_racing/state_vector.ts";

const RADIUS = 100;
const COUNT = 180;

/** A round track about the origin, driven anticlockwise, whose points are 3.5 u apart along the arc. */
function roundTrack(): Track {
  const radius = 3.5 * COUNT / (2 * Math.PI);
  const points = Array.from({ length: COUNT }, (_, i) => {
    const alpha = 2 * Math.PI * i / COUNT;
    return { alpha, beta: alpha, x: radius * Math.cos(alpha), y: radius * Math.sin(alpha) };
  });
  return { points, border: new Uint8Array(COUNT), borderSide: new Int8Array(COUNT), attempts: 1 };
}

function vectorOf(view: CarRacingView): Float32Array {
  const vector = new Float32Array(STATE_VECTOR_SIZE);
  new StateVector(view.track).write(view, vector);
  return vector;
}

Deno.test("StateVector on a round track agrees with its closed form", () => {
  const track = roundTrack();
  const radius = 3.5 * COUNT / (2 * Math.PI);
  assertAlmostEquals(radius, RADIUS, 1);
  // Between two points of the track, 3 u left of its middle and turned by 0.2 to the left.
  const alpha = 2 * Math.PI * 20.4 / COUNT;
  const view = blankView(track, DEFAULT_COLORS);
  Object.assign(view.hull, {
    x: (radius - 3) * Math.cos(alpha),
    y: (radius - 3) * Math.sin(alpha),
    angle: alpha + 0.2,
  });
  const heading = [-Math.sin(alpha + 0.2), Math.cos(alpha + 0.2)];
  Object.assign(view.velocity, { x: 40 * heading[0] + 5 * heading[1], y: 40 * heading[1] - 5 * heading[0] });
  view.yawRate = -1.5;
  view.wheels[0].jointAngle = 0.3;
  view.wheels.forEach((wheel, i) => wheel.omega = 10 * (i + 1));

  const vector = vectorOf(view);
  const { speed, yawRate, steering, rimSpeed, offset, ahead, bend } = STATE_SCALES;
  assertAlmostEquals(speed * vector[0], 40, 1e-4);
  assertAlmostEquals(speed * vector[1], 5, 1e-4);
  assertAlmostEquals(yawRate * vector[2], -1.5, 1e-5);
  assertAlmostEquals(steering * vector[3], 0.3, 1e-6);
  for (let i = 0; i < 4; i++) {
    assertAlmostEquals(rimSpeed * vector[4 + i], 10 * (i + 1) * WHEEL_RADIUS, 1e-4);
  }
  assertAlmostEquals(offset * vector[8], -3, 0.02);
  assertAlmostEquals(vector[9], Math.sin(0.2), 1e-3);
  assertAlmostEquals(vector[10], Math.cos(0.2), 1e-3);
  for (let k = 0; k < 12; k++) {
    const angle = alpha + 7 * (k + 1) / radius;
    const [dx, dy] = [radius * Math.cos(angle) - view.hull.x, radius * Math.sin(angle) - view.hull.y];
    assertAlmostEquals(ahead * vector[11 + 3 * k], heading[1] * dx - heading[0] * dy, 0.1);
    assertAlmostEquals(ahead * vector[12 + 3 * k], heading[0] * dx + heading[1] * dy, 0.1);
    assertAlmostEquals(bend * vector[13 + 3 * k], 7 / radius, 1e-5);
  }
});

Deno.test("StateVector is the same wherever the world is turned to", () => {
  const env = new CarRacing();
  const driver = new StateDriver();
  for (let seed = 0; seed < 5; seed++) {
    env.reset({ seed });
    for (let k = 0; k < 150 + 20 * seed; k++) env.advance(driver.act(vectorOf(env.view)));
    const angle = 0.7 + seed;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const turned = ({ x, y }: { x: number; y: number }) => ({ x: cos * x - sin * y, y: sin * x + cos * y });
    const { view } = env;
    const points = view.track.points.map((point) => ({
      ...point,
      ...turned(point),
      beta: point.beta + angle,
    }));
    const other = vectorOf({
      ...view,
      track: { ...view.track, points },
      hull: { ...turned(view.hull), angle: view.hull.angle + angle },
      velocity: turned(view.velocity),
    });
    vectorOf(view).forEach((value, i) => assertAlmostEquals(other[i], value, 1e-5, `number ${i}`));
  }
});

Deno.test("StateVector keeps to -1 .. 1 wherever the car is thrown", () => {
  const env = new CarRacing<Float32Array>({ observation: "state" });
  const random = new RandomStream(3);
  for (let seed = 0; seed < 10; seed++) {
    env.reset({ seed });
    for (let k = 0; k < 200; k++) {
      const { observation, terminated } = env.step([
        random.uniform(-1, 1),
        1,
        random.uniform() < 0.1 ? 1 : 0,
      ]);
      assertEquals(env.observationSpace.explain(observation), undefined);
      if (terminated) break;
    }
  }
});

Deno.test("StateVector follows its own stretch of road where two lie side by side", () => {
  const track = roundTrack();
  // A second lane right beside the first one, in the other direction.
  const back = track.points.map(({ alpha, beta }, i) => {
    const radius = 3.5 * COUNT / (2 * Math.PI) + 2 * TRACK_WIDTH;
    const angle = -2 * Math.PI * i / COUNT;
    return { alpha, beta: beta * -1 + Math.PI, x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  });
  const both = { ...track, points: [...track.points, ...back] };
  const view = blankView(both, DEFAULT_COLORS);
  const place = track.points[30];
  // Nearer to the other lane than to its own.
  const aside = TRACK_WIDTH + 1;
  Object.assign(view.hull, {
    x: place.x + aside * Math.cos(place.beta),
    y: place.y + aside * Math.sin(place.beta),
    angle: place.beta,
  });
  const vector = vectorOf(view);
  assertAlmostEquals(STATE_SCALES.offset * vector[8], aside, 0.05);
  assert(vector[10] > 0.99, "it heads along its road");
});

Deno.test("a driver that knows the vector alone finishes its laps at over 900 points", () => {
  const env = new CarRacing<Float32Array>({ observation: "state" });
  const driver = new StateDriver();
  let sum = 0;
  let laps = 0;
  for (let seed = 700; seed < 710; seed++) {
    let { observation } = env.reset({ seed });
    for (let k = 0; k < 1000; k++) {
      const step = env.step(driver.act(observation));
      observation = step.observation;
      sum += step.reward;
      if (step.info.lapFinished) laps++;
      if (step.terminated) break;
    }
  }
  assert(sum / 10 > 900, `mean ${sum / 10}`);
  assert(laps >= 9, `${laps} of 10 laps`);
});
