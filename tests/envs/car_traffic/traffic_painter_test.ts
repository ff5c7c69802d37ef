import { assert, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Camera } from "../../../envs/car_racing/camera.ts";
import { TrafficPainter } from "../../../envs/car_traffic/traffic_painter.ts";
import { readGoldenFrames } from "../../support/golden_frames.ts";

const SIZE = 96;
/** Rows above the bar. */
const ROWS = 84;

Deno.test("a cone shows where the camera sees it and nowhere else", async () => {
  const { view } = (await readGoldenFrames()).find(({ name }) => name === "1_200.png")!;
  const painter = new TrafficPainter({ track: view.track, colors: view.colors, rails: [], carColors: [] });
  const empty = new Uint8Array(SIZE * SIZE * 3);
  painter.draw(view, { cars: [], cones: [] }, empty);
  const camera = new Camera();
  camera.follow(view.hull, view.time);
  const random = new RandomStream(3);
  let seen = 0;
  for (let i = 0; i < 300; i++) {
    const x = view.hull.x + random.uniform(-50, 50), y = view.hull.y + random.uniform(-50, 50);
    const frame = new Uint8Array(SIZE * SIZE * 3);
    const cone = { x, y, angle: random.uniform(-3, 3), fallen: i % 2 === 1 };
    painter.draw(view, { cars: [], cones: [cone] }, frame);
    const column = camera.surfaceX(x, y) * SIZE / 1000;
    const row = (800 - camera.surfaceY(x, y)) * SIZE / 800;
    let changed = 0;
    for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
      if (frame[3 * pixel] === empty[3 * pixel] && frame[3 * pixel + 2] === empty[3 * pixel + 2]) continue;
      const off = Math.hypot(pixel % SIZE + 0.5 - column, Math.floor(pixel / SIZE) + 0.5 - row);
      assert(off < 5, `${i}: ${off} px away`);
      changed++;
    }
    // The car may stand on it.
    const inside = column > 3 && column < SIZE - 3 && row > 3 && row < 60;
    if (inside) assert(changed >= 2, `${i}: ${changed} pixels at ${column}, ${row}`);
    if (row > ROWS + 5) assertEquals(changed, 0);
    if (inside) seen++;
  }
  assert(seen > 20, `${seen} in view`);
});
