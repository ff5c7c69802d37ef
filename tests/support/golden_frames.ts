import { decode } from "fast-png";
import type { CarRacingColors, CarRacingView, Track } from "../../envs/car_racing/state.ts";
import { readFixture } from "./fixtures.ts";

interface GoldenFrame {
  file: string;
  track: string;
  time: number;
  score: string;
  colors: CarRacingColors;
  hull: number[];
  velocity: number[];
  yawRate: number;
  wheels: number[][];
  touched: number[];
}

/** A picture that Gymnasium drew, with all that it was drawn from. */
export interface GoldenView {
  /** Name of its file: seed and step. */
  name: string;
  view: CarRacingView;
  /** `[96, 96, 3]`. */
  pixels: Uint8Array;
}

/** Reads Gymnasium's frames of `tests/fixtures/car_racing`. */
export async function readGoldenFrames(): Promise<GoldenView[]> {
  const { tracks, frames } = await readFixture<{
    tracks: Record<string, { points: number[][]; border: number[] }>;
    frames: GoldenFrame[];
  }>("car_racing/frames.json.gz");
  return await Promise.all(frames.map(async (frame) => {
    const url = new URL(`../fixtures/car_racing/frames/${frame.file}`, import.meta.url);
    const { data, channels } = decode(await Deno.readFile(url));
    const pixels = new Uint8Array(96 * 96 * 3);
    for (let i = 0; i < pixels.length; i++) pixels[i] = data[Math.floor(i / 3) * channels + i % 3];
    const track = buildTrack(tracks[frame.track].points, tracks[frame.track].border);
    const touched = new Uint8Array(track.points.length);
    for (const tile of frame.touched) touched[tile] = 1;
    const view: CarRacingView = {
      track,
      colors: frame.colors,
      time: frame.time,
      score: Number(frame.score),
      hull: { x: frame.hull[0], y: frame.hull[1], angle: frame.hull[2] },
      velocity: { x: frame.velocity[0], y: frame.velocity[1] },
      yawRate: frame.yawRate,
      wheels: frame.wheels.map(([x, y, angle, omega, phase, jointAngle]) => ({
        x,
        y,
        angle,
        omega,
        phase,
        jointAngle,
      })),
      touched,
    };
    return { name: frame.file, view, pixels };
  }));
}

/** A track of `[beta, x, y]` points and the tiles with a border. */
export function buildTrack(points: number[][], bordered: number[]): Track {
  const count = points.length;
  const border = new Uint8Array(count);
  const borderSide = new Int8Array(count);
  for (const i of bordered) {
    border[i] = 1;
    borderSide[i] = Math.sign(points[(i + count - 1) % count][0] - points[i][0]);
  }
  return {
    points: points.map(([beta, x, y]) => ({ alpha: 0, beta, x, y })),
    border,
    borderSide,
    attempts: 1,
  };
}
