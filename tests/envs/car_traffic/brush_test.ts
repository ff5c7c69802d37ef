import { assert, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Camera } from "../../../envs/car_racing/camera.ts";
import { Brush } from "../../../envs/car_traffic/brush.ts";

const ORIGIN = { x: 0, y: 0, angle: 0 };
const SQUARE = [-5, -5, 5, -5, 5, 5, -5, 5];

function cameraAt(x: number, y: number, angle: number): Camera {
  const camera = new Camera();
  camera.follow({ x, y, angle }, 1);
  return camera;
}

Deno.test("a polygon covers what its area says, wherever it is and however it is turned", () => {
  const brush = new Brush(96, 96);
  // Pixels of the picture that a square of 10 u covers.
  const pixels = (10 * 16.2) ** 2 * 0.096 * 0.12;
  for (let i = 0; i < 40; i++) {
    const frame = new Uint8Array(96 * 96 * 3);
    brush.add(SQUARE, { x: 3, y: 20, angle: i / 7 }, cameraAt(0, 0, i / 11 - 1.2));
    brush.stroke([200, 0, 0], frame);
    const sum = frame.reduce((total, level) => total + level, 0) / 200;
    // From some views a part of it is out of the picture.
    assert(sum < pixels * 1.01);
    if (Math.abs(i / 11 - 1.2) < 0.2) assert(sum > pixels * 0.99, `${i}: ${sum} of ${pixels}`);
  }
});

Deno.test("a polygon leaves the rest of the picture as it is, and the brush clean", () => {
  const random = new RandomStream(3);
  const brush = new Brush(96, 96);
  for (let i = 0; i < 500; i++) {
    const frame = new Uint8Array(96 * 96 * 3).fill(50);
    const camera = cameraAt(0, 0, random.uniform(-3, 3));
    const pose = { x: random.uniform(-50, 50), y: random.uniform(-50, 50), angle: random.uniform(-3, 3) };
    brush.add([-1, -2, 1, -2, 1, 2, -1, 2], pose, camera);
    brush.stroke([250, 250, 250], frame);
    const px = camera.surfaceX(pose.x, pose.y) * 0.096;
    const py = (800 - camera.surfaceY(pose.x, pose.y)) * 0.12;
    for (let pixel = 0; pixel < 96 * 96; pixel++) {
      if (frame[3 * pixel] === 50) continue;
      assert(Math.hypot(pixel % 96 - px, Math.floor(pixel / 96) - py) < 8, `${i}`);
    }
    const clean = new Uint8Array(96 * 96 * 3).fill(50);
    brush.add([0, 0, 0, 0, 0, 0], ORIGIN, cameraAt(0, 0, 0));
    brush.stroke([250, 250, 250], clean);
    assertEquals(clean.findIndex((level) => level !== 50), -1);
  }
});
