import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { CarRacing } from "../../../envs/car_racing/car_racing.ts";
import { TRACK_WIDTH } from "../../../envs/car_racing/constants.ts";
import { PursuitDriver } from "../../../envs/car_racing/pursuit_driver.ts";
import { STATE_SIZE } from "../../../envs/car_racing/saved_state.ts";
import type { Track } from "../../../envs/car_racing/state.ts";
import {
  blankPose,
  blendPoses,
  chasePose,
  followPose,
  unadjusted,
  wholePose,
  zoomAbout,
} from "../../../viewer/page/environments/car_racing/scene_camera.ts";
import {
  AT,
  MOTION_SIZE,
  motionAt,
  type StateTape,
} from "../../../viewer/page/environments/car_racing/state_tape.ts";
import {
  kerbCorners,
  roadCorners,
  trackBounds,
} from "../../../viewer/page/environments/car_racing/track_shapes.ts";
import { RoadMap, slipOf, TyreMarks } from "../../../viewer/page/environments/car_racing/tyre_marks.ts";
import { NEVER, VisitedTiles } from "../../../viewer/page/environments/car_racing/visited_tiles.ts";

type Act = (env: CarRacing, step: number) => ArrayLike<number>;

/** Drives and keeps the states. */
function drive(
  seed: number,
  steps: number,
  act: Act,
): { tape: StateTape & { count: number }; track: Track; env: CarRacing } {
  const env = new CarRacing();
  env.reset({ seed });
  const states = new Float64Array((steps + 1) * STATE_SIZE);
  const save = (i: number) => env.saveState(states.subarray(i * STATE_SIZE, (i + 1) * STATE_SIZE));
  save(0);
  for (let i = 0; i < steps; i++) {
    env.advance(act(env, i));
    save(i + 1);
  }
  return { tape: { states, count: steps + 1 }, track: env.track, env };
}

function scripted(): Act {
  const driver = new PursuitDriver();
  return ({ view }) => driver.act(view);
}

const viewport = { width: 800, height: 500 };

Deno.test("motion between two states lies between them, and keeps to the tape", () => {
  const { tape } = drive(1, 60, scripted());
  const at = (position: number) => motionAt(tape, position, new Float64Array(MOTION_SIZE));
  const [a, b, middle] = [at(40), at(41), at(40.5)];
  for (let i = 0; i < MOTION_SIZE; i++) assertAlmostEquals(middle[i], (a[i] + b[i]) / 2, 1e-9);
  assertEquals(at(-3), at(0));
  assertEquals(at(1000), at(60));
  assertEquals([...a.subarray(0, 3)], [...tape.states.subarray(40 * STATE_SIZE, 40 * STATE_SIZE + 3)]);
});

Deno.test("the chase camera is a function of the tape: how it was reached does not matter, and it moves without leaps", () => {
  const { tape } = drive(2, 300, scripted());
  const pose = (position: number) => ({
    ...chasePose(tape, { position, viewport, steady: false }, blankPose()),
  });
  const direct = pose(250);
  for (let position = 0; position < 300; position += 7) pose(position);
  assertEquals(pose(250), direct);
  for (let position = 100; position < 290; position += 0.25) {
    const [now, next] = [pose(position), pose(position + 0.25)];
    assert(Math.hypot(next.x - now.x, next.y - now.y) < 1.2, `leap at ${position}`);
    assert(Math.abs(next.angle - now.angle) < 0.05, `turn at ${position}`);
    assert(Math.abs(next.zoom / now.zoom - 1) < 0.02, `zoom at ${position}`);
  }
});

Deno.test("the chase camera sees more with speed, unless less motion is wanted", () => {
  const { tape } = drive(2, 200, scripted());
  const zoom = (position: number, steady: boolean) =>
    chasePose(tape, { position, viewport, steady }, blankPose()).zoom;
  assert(zoom(150, false) < zoom(0, false));
  assertEquals(zoom(150, true), zoom(0, true));
});

Deno.test("from above the car is in the middle and north is up; the whole track fits", () => {
  const { tape, track } = drive(3, 50, scripted());
  const above = followPose(tape, { position: 50, viewport }, blankPose());
  assertEquals([above.x, above.y, above.angle, above.anchor], [
    tape.states[50 * STATE_SIZE + AT.x],
    tape.states[50 * STATE_SIZE + AT.y],
    0,
    0.5,
  ]);
  const bounds = trackBounds(track);
  const whole = wholePose(bounds, viewport, blankPose());
  for (const { x, y } of track.points) {
    assert(Math.abs(x - whole.x) * whole.zoom <= viewport.width / 2);
    assert(Math.abs(y - whole.y) * whole.zoom <= viewport.height / 2);
  }
});

Deno.test("between two cameras it turns the shorter way", () => {
  const from = { ...blankPose(), angle: 3 };
  const to = { ...blankPose(), angle: -3, zoom: 4 };
  const middle = blendPoses(from, to, 0.5, blankPose());
  assertAlmostEquals(Math.cos(middle.angle), -1, 1e-9);
  assertEquals(middle.zoom, 2);
  assertAlmostEquals(Math.sin(blendPoses(from, to, 0, blankPose()).angle), Math.sin(3), 1e-9);
  assertEquals(blendPoses(from, to, 1, blankPose()), to);
});

Deno.test("zooming keeps what lies under the pointer", () => {
  const point = { x: 120, y: -40 };
  const first = { zoom: 1.5, panX: 10, panY: 5 };
  const next = zoomAbout(first, 2, point);
  // A place of the world at this distance from the camera's own, in pixels at zoom 1:
  const place = { x: (point.x - first.panX) / first.zoom, y: (point.y - first.panY) / first.zoom };
  assertAlmostEquals(place.x * next.zoom + next.panX, point.x, 1e-9);
  assertAlmostEquals(place.y * next.zoom + next.panY, point.y, 1e-9);
  assert(zoomAbout(unadjusted(), 1e9, point).zoom < 100);
});

Deno.test("the road's corners lie at its edges, four a tile; kerbs lie outside it", () => {
  const { track } = drive(1, 0, scripted());
  const corners = roadCorners(track);
  assertEquals(corners.length, track.points.length * 20);
  const [x0, y0, a0] = corners.subarray(0, 3);
  const [x1, y1, a1] = corners.subarray(5, 8);
  assertAlmostEquals(Math.hypot(x1 - x0, y1 - y0), TRACK_WIDTH * (a1 - a0), 1e-3);
  const road = new RoadMap(track);
  const kerbs = kerbCorners(track);
  assert(kerbs.length > 0);
  const kerbed = track.border.filter((border, i) => border && track.borderSide[i] !== 0).length;
  assertEquals(kerbs.length, kerbed * 16);
  for (const { x, y } of track.points) assert(road.has(x, y));
  assert(!road.has(0, 0) && !road.has(1e6, 0) && !road.has(NaN, 0));
});

Deno.test("a car that rolls straight leaves no mark; locked wheels, spinning wheels and grass do", () => {
  const gentle = drive(1, 60, () => [0, 0.1, 0]);
  const marks = (run: { tape: StateTape; track: Track }) => {
    const data = new TyreMarks(run.tape, new RoadMap(run.track));
    data.extend();
    return data;
  };
  assertEquals(marks(gentle).markCount, 0);
  const braking = drive(1, 120, (_, i) => i < 80 ? [0, 0.4, 0] : [0, 0, 1]);
  const slips = Array.from({ length: 119 }, (_, step) => slipOf(braking.tape.states, step, 2));
  assert(Math.max(...slips.slice(81)) > 5, `${slips.map((slip) => slip.toFixed(1))}`);
  const locked = marks(braking);
  assert(locked.markCount > 20 && locked.puffCount > 0);
  assert(locked.marks[3] > 0, "rubber on the road");
  const astray = marks(drive(1, 200, () => [0.2, 0.4, 0]));
  const last = astray.marks[(astray.markCount * 4 - 1) * 4 + 3];
  assert(last < 0, "earth in the grass");
});

Deno.test("marks made bit by bit, as a drive goes on, equal those of the whole drive", () => {
  const { tape, track } = drive(2, 240, (_, i) => [Math.sin(i / 9) * 0.5, 0.6, i % 60 > 50 ? 1 : 0]);
  const road = new RoadMap(track);
  const whole = new TyreMarks(tape, road);
  whole.extend();
  const growing = { states: tape.states, count: 1 };
  const parts = new TyreMarks(growing, road);
  for (; growing.count < tape.count; growing.count = Math.min(growing.count + 7, tape.count)) parts.extend();
  parts.extend();
  assertEquals(parts.markCount, whole.markCount);
  assertEquals(parts.puffCount, whole.puffCount);
  assertEquals(parts.marks, whole.marks);
  assertEquals(parts.puffs, whole.puffs);
  assertEquals(parts.extend(), false);
});

Deno.test("tiles carry the step at which they were touched first", () => {
  const { tape, track, env } = drive(3, 200, scripted());
  const visited = new VisitedTiles(tape, track.points.length);
  assert(visited.extend());
  const touched = env.view.touched.reduce((sum, one) => sum + one, 0);
  assertEquals(visited.countAt(200), touched);
  assert(visited.countAt(100) < touched);
  assertEquals(visited.steps[0], 0);
  assertEquals(visited.steps[Math.floor(track.points.length * 0.8)], NEVER);
  const late = [...visited.steps].filter((step) => step > 100 && step < NEVER);
  for (const step of late) assert(step <= 200);
  assertEquals(visited.extend(), false);
});
