import { RandomStream } from "../../../core/random_stream.ts";
import type { Drawer, DrawRequest } from "../draw_pictures.ts";
import { BRICK_KINDS } from "./brick_kinds.ts";
import { type BrickView, renderBrick, type Solid } from "./brick_renderer.ts";

/** The bricks' names, in the order of labels. */
export const BRICK_NAMES = Object.keys(BRICK_KINDS);

/** What a brick shows: its name, and how it is seen. @param random Of this brick alone. */
export function brickTraits(
  random: RandomStream,
  names: readonly string[] = BRICK_NAMES,
): { kind: number; view: Omit<BrickView, "scale"> & { zoom: number } } {
  return {
    kind: random.integer(0, names.length),
    view: {
      yaw: random.uniform(0, 2 * Math.PI),
      pitch: random.uniform(24, 42) * Math.PI / 180,
      zoom: random.uniform(0.88, 1),
      shift: [random.uniform(-1.5, 1.5), random.uniform(-1.5, 1.5)],
      tone: random.uniform(0.32, 0.74),
      ground: random.uniform(0.86, 0.94),
    },
  };
}

/** Draws bricks in grey. */
export function createDrawer({ size, seed, split }: DrawRequest): Drawer {
  const random = new RandomStream(seed, `bricks/${split}`);
  return (index) => {
    const { kind, view } = brickTraits(random.fork(index));
    return drawBrick(BRICK_NAMES[kind], view, size);
  };
}

/** Draws a brick: larger ones are larger, and each fits its picture. */
export function drawBrick(
  name: string,
  { zoom, shift, ...view }: Omit<BrickView, "scale"> & { zoom: number },
  size: number,
): Uint8Array {
  const solids = BRICK_KINDS[name];
  const scale = zoom * size * Math.min(0.32, 0.88 / diameter(solids));
  const factor = size / 64;
  return renderBrick(solids, { ...view, scale, shift: [shift[0] * factor, shift[1] * factor] }, size);
}

/** Of the circle about a body's base. */
function diameter(solids: readonly Solid[]): number {
  const corners = solids.flat().flatMap(({ corners }) => corners);
  const side = (axis: 0 | 1) => Math.max(...corners.map((corner) => corner[axis]));
  return Math.hypot(side(0), side(1));
}
