import { decode } from "fast-png";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RandomStream } from "../../../core/random_stream.ts";
import type { Drawer, DrawRequest } from "../draw_pictures.ts";
import { openPackage } from "../packages.ts";

/** The npm package that has the emoji. */
export const EMOJI_PACKAGE = "emoji-datasource-google@16.0.0";

/** CIFAR-10's classes in their order, and the emoji of each by the name of their files. */
export const SCENE_CLASSES: Readonly<Record<string, readonly string[]>> = {
  airplane: ["2708-fe0f", "1f6e9-fe0f", "1f6eb", "1f6ec"],
  automobile: ["1f697", "1f699", "1f695", "1f3ce-fe0f", "1f693", "1f698"],
  bird: ["1f426", "1f426-200d-2b1b", "1f54a-fe0f", "1f986", "1f985", "1f989", "1f99c", "1f9a2", "1f427"],
  cat: ["1f431", "1f408", "1f408-200d-2b1b", "1f63a"],
  deer: ["1f98c", "1face"],
  dog: ["1f436", "1f415", "1f9ae", "1f415-200d-1f9ba", "1f429"],
  frog: ["1f438"],
  horse: ["1f434", "1f40e"],
  ship: ["1f6a2", "26f4-fe0f", "1f6f3-fe0f", "1f6e5-fe0f", "26f5"],
  truck: ["1f69a", "1f69b", "1f6fb", "1f692"],
};

/** Side of the emoji's files. */
const SIDE = 64;
/** Points in each direction whose mean is a pixel. */
const SAMPLES = 2;

/** Red, green and blue, or a place in the plane. */
type Color = readonly number[];

/** A soft spot of colour. */
export interface Spot {
  /** Its centre, as shares of the picture's side. */
  place: Color;
  /** To the right and down, likewise. */
  radii: Color;
  /** Red, green, blue, 0 .. 255. */
  color: Color;
}

/** All that is to be seen in a scene. */
export interface Scene {
  /** Its class, an index of {@link SCENE_CLASSES}. */
  label: number;
  /** The emoji's file, without its ending. */
  file: string;
  /** Colours at both ends of the ground, and the way from one to the other. */
  ground: readonly [Color, Color];
  direction: number;
  /** The places of things on the ground. */
  spots: readonly Spot[];
  /** Centre of the emoji and its side, as shares of the picture's side. */
  center: Color;
  size: number;
  /** The angle of the turn in radians. */
  turn: number;
  /** Whether left and right are exchanged. */
  mirrored: boolean;
  /** What red, green and blue are multiplied by. */
  light: Color;
}

/** The class of a scene, an index of {@link SCENE_CLASSES}. @param random Of this scene alone. */
export function sceneLabel(random: RandomStream): number {
  return random.integer(0, Object.keys(SCENE_CLASSES).length);
}

/** Draws what a scene shows. @param random Of this scene alone. */
export function randomScene(random: RandomStream): Scene {
  const label = sceneLabel(random);
  const files = Object.values(SCENE_CLASSES)[label];
  const color = () => [0, 1, 2].map(() => random.uniform(30, 255));
  const size = random.uniform(0.45, 0.85);
  const bright = random.uniform(0.7, 1.1);
  return {
    label,
    file: files[random.integer(0, files.length)],
    ground: [color(), color()],
    direction: random.uniform(0, 2 * Math.PI),
    spots: Array.from({ length: random.integer(1, 5) }, () => ({
      place: [random.uniform(), random.uniform()],
      radii: [random.uniform(0.05, 0.3), random.uniform(0.05, 0.3)],
      color: color(),
    })),
    center: [0, 1].map(() => random.uniform(size / 2 - 0.1, 1.1 - size / 2)),
    size,
    turn: random.uniform(-0.6, 0.6),
    mirrored: random.uniform() < 0.5,
    light: [0, 1, 2].map(() => bright * random.uniform(0.85, 1.15)),
  };
}

/** Draws emoji somewhere on a coloured ground: of any size, turned, mirrored, in any light. */
export async function createDrawer({ size, seed, split }: DrawRequest): Promise<Drawer> {
  const folder = await openPackage(EMOJI_PACKAGE, { dataset: "emoji-scenes", instead: "color-bricks" });
  const emoji = new Map(
    Object.values(SCENE_CLASSES).flat().map((file) => [
      file,
      readEmoji(join(folder, "img", "google", String(SIDE), `${file}.png`)),
    ]),
  );
  const random = new RandomStream(seed, `emoji-scenes/${split}`);
  return (index) => {
    const scene = randomScene(random.fork(index));
    return renderScene(scene, emoji.get(scene.file)!, size);
  };
}

/** Red, green, blue times opacity, and opacity: `[64, 64, 4]`, 0 .. 1. */
function readEmoji(path: string): Float32Array {
  const { width, height, channels, data } = decode(readFileSync(path));
  if (width !== SIDE || height !== SIDE || channels !== 4) {
    throw new TypeError(
      `Cannot read "${path}": expected ${SIDE}x${SIDE} pixels with opacity, got ${width}x${height}`,
    );
  }
  return Float32Array.from(data, (value, i) => i % 4 === 3 ? value / 255 : value * data[i | 3] / 255 ** 2);
}

/**
 * The pixels of a scene, `[size, size, 3]`, 0 .. 255.
 *
 * @param emoji Red, green, blue times opacity, and opacity: `[64, 64, 4]`, 0 .. 1.
 */
export function renderScene(scene: Scene, emoji: Float32Array, size: number): Uint8Array {
  const pixels = new Uint8Array(size * size * 3);
  const sum = new Float64Array(3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      sum.fill(0);
      for (let i = 0; i < SAMPLES ** 2; i++) {
        const u = (x + (i % SAMPLES + 0.5) / SAMPLES) / size;
        const v = (y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) / size;
        addSample(scene, emoji, { u, v, sum });
      }
      for (let c = 0; c < 3; c++) pixels[(y * size + x) * 3 + c] = Math.min(255, sum[c] / SAMPLES ** 2);
    }
  }
  return pixels;
}

/** The colour at a place of the scene, each coordinate 0 .. 1, added to `sum`. */
function addSample(
  scene: Scene,
  emoji: Float32Array,
  { u, v, sum }: { u: number; v: number; sum: Float64Array },
): void {
  const { ground, direction, spots, center, size, turn, mirrored, light } = scene;
  const along = 0.5 + (u - 0.5) * Math.cos(direction) + (v - 0.5) * Math.sin(direction);
  const share = Math.min(1, Math.max(0, along));
  const [dx, dy] = [(u - center[0]) / size, (v - center[1]) / size];
  const a = (dx * Math.cos(turn) + dy * Math.sin(turn)) * (mirrored ? -1 : 1) + 0.5;
  const b = dy * Math.cos(turn) - dx * Math.sin(turn) + 0.5;
  const opacity = sampleEmoji(emoji, { a, b, channel: 3 });
  for (let c = 0; c < 3; c++) {
    let color = ground[0][c] + (ground[1][c] - ground[0][c]) * share;
    for (const { place, radii, color: spot } of spots) {
      const distance = ((u - place[0]) / radii[0]) ** 2 + ((v - place[1]) / radii[1]) ** 2;
      if (distance < 1) color += (spot[c] - color) * (1 - distance);
    }
    if (opacity > 0) color = color * (1 - opacity) + 255 * sampleEmoji(emoji, { a, b, channel: c });
    sum[c] += color * light[c];
  }
}

/** One channel between the four nearest pixels; 0 outside. */
function sampleEmoji(
  emoji: Float32Array,
  { a, b, channel }: { a: number; b: number; channel: number },
): number {
  const [x, y] = [a * SIDE - 0.5, b * SIDE - 0.5];
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < 0 || top < 0 || left >= SIDE - 1 || top >= SIDE - 1) return 0;
  const at = (top * SIDE + left) * 4 + channel;
  const [fx, fy] = [x - left, y - top];
  const upper = emoji[at] * (1 - fx) + emoji[at + 4] * fx;
  const lower = emoji[at + 4 * SIDE] * (1 - fx) + emoji[at + 4 * SIDE + 4] * fx;
  return upper * (1 - fy) + lower * fy;
}
