import { RandomStream } from "../../../core/random_stream.ts";
import type { Drawer, DrawRequest } from "../draw_pictures.ts";
import { brickTraits, drawBrick } from "./draw_brick.ts";

/** Ten kinds, as many as CIFAR-10 has: models for that have the same number of parameters here. */
export const COLOR_BRICK_NAMES = ["brick 1x2", "brick 1x4", "brick 2x2", "brick 2x4", "plate 2x4", "tile 2x2"]
  .concat(["slope 2x2", "round 2x2", "corner 2x2", "arch 1x4"]);

/** Red, orange, yellow, green, blue, purple, white, grey. */
const PLASTICS = [[0.85, 0.1, 0.12], [0.95, 0.5, 0.1], [0.97, 0.8, 0.15], [0.15, 0.6, 0.25], [0.1, 0.35, 0.8]]
  .concat([[0.5, 0.25, 0.65], [0.95, 0.95, 0.95], [0.5, 0.53, 0.56]]);

/** Draws bricks in toys' colours on a ground of any pale colour: the colour says nothing about the kind. */
export function createDrawer({ size, seed, split }: DrawRequest): Drawer {
  const random = new RandomStream(seed, `color-bricks/${split}`);
  return (index) => {
    const own = random.fork(index);
    const { kind, view } = brickTraits(own, COLOR_BRICK_NAMES);
    const plastic = PLASTICS[own.integer(0, PLASTICS.length)];
    const ground = [0, 1, 2].map(() => own.uniform(0.65, 1.05));
    return drawBrick(COLOR_BRICK_NAMES[kind], { ...view, tone: 0.85, colors: { plastic, ground } }, size);
  };
}
