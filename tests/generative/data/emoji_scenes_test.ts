import { assert, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  randomScene,
  renderScene,
  type Scene,
  SCENE_CLASSES,
  sceneLabel,
} from "../../../generative/data/sets/draw_emoji_scene.ts";

/** A red square without any transparency. */
const RED = Float32Array.from({ length: 64 * 64 * 4 }, (_, i) => [1, 0, 0, 1][i % 4]);
const PLAIN: Scene = {
  label: 0,
  file: "",
  ground: [[0, 0, 0], [0, 0, 200]],
  direction: 0,
  spots: [],
  center: [0.25, 0.25],
  size: 0.5,
  turn: 0,
  mirrored: false,
  light: [1, 1, 1],
};

Deno.test("emoji scenes: the emoji stands where the scene says, on a ground that goes from colour to colour", () => {
  const pixels = renderScene(PLAIN, RED, 16);
  const at = (x: number, y: number) => [...pixels.subarray((y * 16 + x) * 3, (y * 16 + x) * 3 + 3)];
  assertEquals(at(3, 3), [255, 0, 0]);
  assertEquals(at(3, 12)[0], 0);
  assert(at(15, 12)[2] > at(8, 12)[2] && at(8, 12)[2] > at(1, 12)[2]);
  const dark = renderScene({ ...PLAIN, light: [0.5, 1, 1] }, RED, 16);
  assertEquals(dark[(3 * 16 + 3) * 3], 127);
});

Deno.test("emoji scenes: a spot covers its place alone; turning and mirroring move the emoji's pixels", () => {
  const spot = { place: [0.75, 0.75], radii: [0.1, 0.1], color: [0, 255, 0] };
  const pixels = renderScene({ ...PLAIN, spots: [spot] }, RED, 16);
  const plain = renderScene(PLAIN, RED, 16);
  const changed = Array.from({ length: 256 }, (_, i) => i).filter((i) =>
    plain[i * 3 + 1] !== pixels[i * 3 + 1]
  );
  assert(changed.length > 0 && changed.every((i) => i % 16 > 9 && i >> 4 > 9));

  const left = RED.map((value, i) => (i >> 2) % 64 < 32 ? value : 0); // the left half alone
  const center = [0.5, 0.5];
  const mean = (scene: Partial<Scene>, share: (x: number, y: number) => number) => {
    const red = renderScene({ ...PLAIN, center, ...scene }, left, 16);
    let [sum, all] = [0, 0];
    for (let i = 0; i < 256; i++) [sum, all] = [sum + red[i * 3] * share(i % 16, i >> 4), all + red[i * 3]];
    return sum / all;
  };
  assert(mean({}, (x) => x) < 7 && mean({ mirrored: true }, (x) => x) > 8);
  assert(
    mean({ turn: Math.PI / 2 }, (_, y) => y) < 7,
    "a quarter turn to the right brings the left to the top",
  );
});

Deno.test("emoji scenes have CIFAR-10's classes, each as often, the same for the same stream", () => {
  assertEquals(
    Object.keys(SCENE_CLASSES).join(" "),
    "airplane automobile bird cat deer dog frog horse ship truck",
  );
  const random = new RandomStream(0);
  const counts = new Array(10).fill(0);
  for (let n = 0; n < 2000; n++) {
    const scene = randomScene(random.fork(n));
    assertEquals(scene.label, sceneLabel(random.fork(n)));
    assert(Object.values(SCENE_CLASSES)[scene.label].includes(scene.file));
    counts[scene.label]++;
  }
  assert(Math.min(...counts) > 140 && Math.max(...counts) < 260, `${counts}`);
  assertEquals(randomScene(random.fork(5)), randomScene(random.fork(5)));
});
