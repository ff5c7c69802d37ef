import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import { enlarge, type Picture } from "../../core/pictures/picture.ts";
import {
  drawHeat,
  drawPoints,
  PLANE_FRAME,
  planeExtent,
  planePlaces,
  type PlanePoints,
} from "../../core/pictures/plane_picture.ts";
import type { PointData } from "../data/dataset.ts";
import { splitStray } from "../metrics/stray_points.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { normal, seedTensor } from "../runtime/mod.ts";
import { logDensity, type PointFlow } from "./flow.ts";

/** What {@link explorePointFlow} works with. */
export interface ExplorePointFlowContext extends ExploreContext {
  /** The same flow in smaller steps, of which a film is made. @default none is made */
  film?: PointFlow;
}

/** Latents that are drawn. */
const SAMPLES = 3000;
/** Standard deviations that pictures of latents reach to. */
const LATENT_EXTENT = 3.5;
/** Places on each side at which the density is computed, and pixels that each becomes. */
const [DENSITY_SIDE, DENSITY_SCALE] = [200, 2];
/** Lines of the grid each way, and dots in each. */
const [LINES, DOTS] = [13, 140];
/** Points of the film, its pictures a second, and how many of these it rests for at its beginning and end. */
const [FILM_SAMPLES, FPS, REST] = [1200, 20, 16];

/** A flow of points: its density, what it makes of data and of latents, and how it bends the plane step by step. */
export async function* explorePointFlow(
  flow: PointFlow,
  { parameters, data, learned, random, film }: ExplorePointFlowContext,
): AsyncGenerator<Artifact> {
  const held = data as PointData;
  const extent = planeExtent(held.points);
  const latents = tf.tidy(() => normal([SAMPLES, 2], seedTensor(random.seedPair())));
  try {
    const drawn = await read(() => flow.generate(parameters, latents));
    const { stray } = splitStray(drawn, {
      learned: (await learned() as PointData).points,
      held: held.points,
    });
    yield await drawDensity(flow, parameters, { extent, share: stray.length / drawn.length });

    const places = await read(() =>
      flow.normalise(parameters, tf.tensor2d(held.points, [held.count, 2])).latents
    );
    const start = await read(() => latents.clone());
    const [byClass, byPlace] = [held.labels ?? new Int32Array(held.count), quadrants(start)];
    yield {
      name: "data_and_latents",
      caption:
        "Above: held-out points, and where the flow takes them, which should look like draws from the standard " +
        "normal distribution. Below: such draws, coloured by quadrant, and the samples that they become",
      content: contactSheet(
        [
          drawPoints(colored(held.points, byClass), { extent }),
          drawPoints(colored(places, byClass), { extent: LATENT_EXTENT }),
          drawPoints(colored(start, byPlace), { extent: LATENT_EXTENT }),
          drawPoints(colored(drawn, byPlace), { extent }),
        ],
        2,
        { gap: 8, background: PLANE_FRAME },
      ),
    };
    yield await drawSteps(flow, parameters, start);
    if (film) yield await drawFilm(film, parameters, start);
  } finally {
    latents.dispose();
  }
}

async function drawDensity(
  flow: PointFlow,
  parameters: NamedTensors,
  { extent, share }: { extent: number; share: number },
): Promise<Artifact> {
  const view = { extent, side: DENSITY_SIDE };
  const places = planePlaces(view);
  const density = await read(() =>
    logDensity(flow, parameters, tf.tensor2d(places, [places.length / 2, 2])).exp()
  );
  return {
    name: "density",
    caption:
      `The density (its square root, so that faint parts show). What joins the parts of the data is the price of a ` +
      `continuous map: ${
        (100 * share).toFixed(1)
      } % of ${SAMPLES} samples lie where no data are, farther from the nearest ` +
      "learned point than 99 % of the held-out points",
    content: enlarge(drawHeat(density.map(Math.sqrt), view), DENSITY_SCALE),
  };
}

/** The plane of latents, as a grid with draws on it, after each step. */
async function drawSteps(
  flow: PointFlow,
  parameters: NamedTensors,
  start: Float32Array,
): Promise<Artifact> {
  const grid = gridLines();
  const path = await readPath(flow, parameters, Float32Array.of(...grid, ...start));
  const shown = atMost(path, 9);
  const panels = shown.map((places) =>
    drawPoints([
      { points: places.subarray(0, grid.length), color: 5 },
      ...colored(places.subarray(grid.length), quadrants(start)),
    ], { extent: LATENT_EXTENT, side: 240 })
  );
  return {
    name: "steps",
    caption: "Latents and a grid through them on their way to the data: " +
      (shown.length === path.length
        ? `as they are drawn, then after each of ${path.length - 1} steps`
        : `${shown.length} of ${path.length} moments`),
    content: contactSheet(panels, panels.length % 3 === 0 ? 3 : 4, { gap: 6, background: PLANE_FRAME }),
  };
}

async function drawFilm(
  film: PointFlow,
  parameters: NamedTensors,
  start: Float32Array,
): Promise<Artifact> {
  const path = await readPath(film, parameters, start.subarray(0, 2 * FILM_SAMPLES));
  const byPlace = quadrants(path[0]);
  const frames: Picture[] = path.map((places) =>
    drawPoints(colored(places, byPlace), { extent: LATENT_EXTENT, side: 300 })
  );
  const rest = (frame: Picture) => new Array<Picture>(REST).fill(frame);
  return {
    name: "film",
    caption:
      "Draws from the standard normal distribution flow to the data; colours are the quadrants that they come from",
    content: { frames: [...rest(frames[0]), ...frames, ...rest(frames.at(-1)!)], fps: FPS },
  };
}

/** Evenly chosen members, the first and the last among them. */
function atMost<T>(all: readonly T[], most: number): T[] {
  const count = Math.min(all.length, most);
  return Array.from(
    { length: count },
    (_, i) => all[Math.round(i * (all.length - 1) / Math.max(1, count - 1))],
  );
}

/** The points of each class in a colour of its own. */
function colored(points: Float32Array, classes: ArrayLike<number>): PlanePoints[] {
  const groups: number[][] = [];
  for (let n = 0; n < classes.length; n++) {
    (groups[classes[n] % 5] ??= []).push(points[2 * n], points[2 * n + 1]);
  }
  return groups.map((points, color) => ({ points, color })).filter(Boolean);
}

/** Which quadrant each point is in, 0 .. 3. */
function quadrants(points: Float32Array): Int32Array {
  return Int32Array.from(
    { length: points.length / 2 },
    (_, n) => Number(points[2 * n] > 0) + 2 * Number(points[2 * n + 1] > 0),
  );
}

/** Dots along lines of equal x and of equal y, `[N, 2]`. */
function gridLines(): Float32Array {
  const dots: number[] = [];
  const along = (i: number, count: number) => (2 * i / (count - 1) - 1) * 3;
  for (let line = 0; line < LINES; line++) {
    for (let dot = 0; dot < DOTS; dot++) {
      dots.push(along(line, LINES), along(dot, DOTS), along(dot, DOTS), along(line, LINES));
    }
  }
  return Float32Array.from(dots);
}

async function readPath(
  flow: PointFlow,
  parameters: NamedTensors,
  points: Float32Array,
): Promise<Float32Array[]> {
  const joined = await read(() =>
    tf.stack(flow.path(parameters, tf.tensor2d(points, [points.length / 2, 2])))
  );
  return Array.from(
    { length: joined.length / points.length },
    (_, i) => joined.subarray(i * points.length, (i + 1) * points.length),
  );
}

/** The numbers of a tensor that is computed for that alone. */
async function read(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  const values = await tensor.data() as Float32Array;
  tensor.dispose();
  return values;
}
