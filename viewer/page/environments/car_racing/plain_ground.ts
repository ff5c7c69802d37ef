import { Graphics } from "pixi.js";
import { PLAYFIELD, TRACK_WIDTH } from "../../../../envs/car_racing/constants.ts";
import type { Track } from "../../../../envs/car_racing/state.ts";
import { KERB_NUMBERS, kerbCorners } from "./track_shapes.ts";

/** A colour as red, green and blue, 0 .. 1. */
type Tone = Float32Array;

/**
 * Grass, road and kerbs as plain shapes, for browsers without WebGL: the shaders' look without their textures, soft
 * edges and visited tiles.
 *
 * @param options.reach How far the ground reaches, u.
 * @param options.start The start's stripe, four corners of two numbers and two others.
 */
export function plainGround(
  track: Track,
  options: { grass: Tone; road: Tone; reach: number; start: Float32Array },
): Graphics {
  const { grass, road, reach, start } = options;
  const shapes = new Graphics()
    .rect(-reach, -reach, 2 * reach, 2 * reach).fill(grass.map((level) => 0.9 * level))
    .rect(-PLAYFIELD, -PLAYFIELD, 2 * PLAYFIELD, 2 * PLAYFIELD).fill(grass)
    .poly(track.points.map(({ x, y }) => ({ x, y })), true)
    .stroke({ width: 2 * TRACK_WIDTH, color: road, join: "round" });
  const kerbs = kerbCorners(track);
  for (let at = 0; at < kerbs.length; at += 4 * KERB_NUMBERS) {
    shapes.poly(quad(kerbs, at, KERB_NUMBERS)).fill(kerbs[at + 3] === 1 ? 0xc8322c : 0xe6e6e6);
  }
  return shapes.poly(quad(start, 0, 4)).fill({ color: 0xf2f2f2, alpha: 0.8 });
}

/** The outline of four corners that lie as two rows. */
function quad(corners: Float32Array, first: number, numbers: number): number[] {
  return [0, 1, 3, 2].flatMap((corner) => {
    const at = first + corner * numbers;
    return [corners[at], corners[at + 1]];
  });
}
