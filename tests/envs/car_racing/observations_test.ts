import { assert, assertEquals, assertThrows } from "@std/assert";
import { CarRacing } from "../../../envs/car_racing/car_racing.ts";
import type { CarRacingOptions } from "../../../envs/car_racing/options.ts";
import { PursuitDriver } from "../../../envs/car_racing/pursuit_driver.ts";
import { checkEnv } from "../../../envs/check_env.ts";
import type { Observation } from "../../../envs/env.ts";
import { parseRecording } from "../../../envs/recordings/reader.ts";
import { redrawRecording } from "../../../envs/recordings/redraw.ts";
import { make } from "../../../envs/registry.ts";
import { Grayscale } from "../../../envs/wrappers/grayscale.ts";
import { RecordInMemory } from "../../../envs/wrappers/recorded_env.ts";

function driven(options: CarRacingOptions, seed = 5, steps = 120): CarRacing {
  const env = new CarRacing(options);
  env.reset({ seed });
  const driver = new PursuitDriver();
  for (let k = 0; k < steps; k++) env.advance(driver.act(env.view));
  return env;
}

/** The mean of a picture's part, `[0 .. 1]` each way. */
function meanLevel(frame: Uint8Array, side: number, [left, top, right, bottom]: number[]): number {
  let [sum, count] = [0, 0];
  for (let y = Math.round(top * side); y < Math.round(bottom * side); y++) {
    for (let x = Math.round(left * side); x < Math.round(right * side); x++) {
      for (let channel = 0; channel < 3; channel++) sum += frame[3 * (y * side + x) + channel];
      count += 3;
    }
  }
  return sum / count;
}

for (
  const options of [{ frameSize: 64 }, { observation: "gray" }, { frameSize: 64, observation: "gray" }, {
    observation: "state",
  }] as CarRacingOptions[]
) {
  Deno.test(`checkEnv accepts CarRacing with ${JSON.stringify(options)}`, () => {
    checkEnv(new CarRacing(options), { close: true, other: new CarRacing(options), endingSteps: 0 });
  });
}

Deno.test("a frame of 64 shows what one of 96 shows", () => {
  const [large, small] = [driven({}).observe(), driven({ frameSize: 64 }).observe()];
  assertEquals(small.length, 64 * 64 * 3);
  for (let row = 0; row < 16; row++) {
    for (let column = 0; column < 16; column++) {
      const part = [column, row, column + 1, row + 1].map((one) => one / 16);
      const [a, b] = [meanLevel(large, 96, part), meanLevel(small, 64, part)];
      assert(Math.abs(a - b) < 4, `${a} and ${b} in part ${column}, ${row}`);
    }
  }
});

Deno.test("a grey frame is what the wrapper Grayscale makes of the colours", () => {
  for (const frameSize of [96, 64] as const) {
    const wrapped = new Grayscale(driven({ frameSize }));
    const gray = driven({ frameSize, observation: "gray" });
    assertEquals(gray.observationSpace.shape, wrapped.observationSpace.shape);
    assertEquals(gray.observe(), wrapped.observe());
  }
});

Deno.test("the picture for people comes in other sizes, of which those that do not fit are refused", () => {
  const env = driven({});
  const { width, height, data } = env.render({ width: 250, height: 200 });
  assertEquals([width, height, data.length], [250, 200, 150000]);
  assertEquals(env.render({ view: "agent" }), env.render());
  assertThrows(
    () => env.render({ width: 600, height: 401 }),
    RangeError,
    "a multiple of 8 in 8 .. 800 as its height, got 401",
  );
});

Deno.test("from above the whole track shows, at any size, and the car where it is", () => {
  const env = driven({}, 5, 300);
  const before = env.getState();
  for (const [width, height] of [[600, 600], [301, 97], [64, 400]]) {
    const picture = env.render({ width, height, view: "birdsEye" });
    assertEquals([picture.width, picture.height, picture.data.length], [width, height, 3 * width * height]);
  }
  assertEquals(env.getState(), before);
  const { width, height, data } = env.render({ view: "birdsEye" });
  const is = (test: (red: number, green: number, blue: number) => boolean) => {
    const found: [number, number][] = [];
    for (let pixel = 0; pixel < width * height; pixel++) {
      const [red, green, blue] = data.subarray(3 * pixel);
      if (test(red, green, blue)) found.push([pixel % width, Math.floor(pixel / width)]);
    }
    return found;
  };
  const fresh = is((red, green, blue) => red === 102 && green === 102 && blue === 102);
  const touched = is((red, green, blue) => red === 147 && green === 147 && blue === 147);
  assert(fresh.length > 1000 && touched.length > 1000, `${fresh.length}, ${touched.length} px of road`);
  // Where points of the track lie in the picture: the road fills it but for its margin.
  const { points } = env.track;
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const margin = 2 * (40 / 6 + 15);
  const unit = Math.max(
    Math.max(...xs) - Math.min(...xs) + margin,
    Math.max(...ys) - Math.min(...ys) + margin,
  ) / 600;
  const column = (x: number) => 300 + (x - (Math.min(...xs) + Math.max(...xs)) / 2) / unit;
  const row = (y: number) => 300 - (y - (Math.min(...ys) + Math.max(...ys)) / 2) / unit;
  const isRoad = new Set([...fresh, ...touched].map(([x, y]) => y * width + x));
  const onRoad = points.filter(({ x, y }) => isRoad.has(Math.floor(row(y)) * width + Math.floor(column(x))));
  assert(onRoad.length > 0.9 * points.length, `${onRoad.length} of ${points.length} points lie on the road`);
  const car = is((red, green, blue) => red === 204 && green === 0 && blue === 0);
  const { x, y } = env.view.hull;
  const middle = (axis: 0 | 1) => car.reduce((sum, place) => sum + place[axis], 0) / car.length;
  assert(Math.abs(middle(0) - column(x)) < 3 && Math.abs(middle(1) - row(y)) < 3, "the car is where it is");
});

Deno.test("a recording draws each kind of observation again, bit by bit", async () => {
  for (const options of [{ frameSize: 64 }, { observation: "gray" }, { observation: "state" }]) {
    const recorder = new RecordInMemory(make<Observation>("CarRacingLap-v0", options));
    const seen: Observation[] = [recorder.reset({ seed: 3 }).observation];
    for (let k = 0; k < 40; k++) seen.push(recorder.step([0.1, 0.5, 0]).observation);
    recorder.close();
    const recording = parseRecording(recorder.bytes());
    assertEquals(recording.header.content, "states");
    const drawn: Observation[] = [];
    for await (const one of redrawRecording<Observation>(recording)) drawn.push(one);
    assertEquals(drawn, seen);
  }
});
