import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import { enlarge, type Picture } from "../../core/pictures/picture.ts";
import {
  drawHeat,
  drawPoints,
  PLANE_FRAME,
  planeExtent,
  planePlaces,
} from "../../core/pictures/plane_picture.ts";
import type { PointData } from "../data/dataset.ts";
import { scoreField } from "../energy_based/score_field.ts";
import { splitStray } from "../metrics/stray_points.ts";
import type { Artifact } from "../models/model.ts";
import { compareSamplers } from "./compare_samplers.ts";
import type { Diffusion } from "./diffusion.ts";
import { lossByNoise } from "./loss_by_noise.ts";
import type { NoiseLevel } from "./noise_level.ts";
import { colored, drawPointSamples, inTurn, pointNoise, type PointPicturesContext } from "./point_samples.ts";
import { watchPlan } from "./run_plan.ts";
import { inversionLevels, samplingLevels, samplingPlan } from "./sampling_plan.ts";

/** Points of the film, its steps, its pictures a second, and how many of these it rests for at its beginning and end. */
const [FILM_SAMPLES, FILM_STEPS, FPS, REST] = [1200, 48, 20, 16];
/** Points that the density is counted from, cells on each side, and pixels that each becomes. */
const [COUNTED, CELLS, CELL] = [60_000, 100, 4];
/** Strengths of guidance. */
const STRENGTHS = [0, 1, 2, 4];
/** Arrows each way, and times that they are drawn at. */
const [ARROWS, TIMES] = [19, [0.8, 0.5, 0.2]];
/** Steps of the inversion. */
const INVERSION_STEPS = 50;

/** A diffusion model of points: how noise becomes samples, their density, how exact samplers are, what labels change. */
export async function* explorePoints(
  diffusion: Diffusion,
  context: PointPicturesContext,
): AsyncGenerator<Artifact> {
  const held = context.data as PointData;
  const extent = planeExtent(held.points);
  yield await drawFilm(diffusion, context, extent);
  yield await drawDensity(diffusion, context, extent);
  yield await compareSamplers(diffusion, context);
  yield drawField(diffusion, context, extent);
  if (context.labels) yield await drawGuidance(diffusion, context, extent);
  yield await drawInversion(diffusion, context, extent);
  const batch = {
    examples: tf.tensor2d(held.points, [held.count, 2]),
    ...context.labels && { labels: tf.tensor1d(Array.from(context.labels.of(held)), "int32") },
  };
  yield await lossByNoise(diffusion, context.parameters, { batch, random: context.random.fork("errors") });
  tf.dispose(batch);
}

/** What noise becomes step by step, beside where the network thinks that it came from. */
async function drawFilm(
  diffusion: Diffusion,
  { parameters, random, labels }: PointPicturesContext,
  extent: number,
): Promise<Artifact> {
  const chosen = inTurn(FILM_SAMPLES, labels);
  const levels = samplingLevels("ddim", diffusion.options.schedule, { steps: FILM_STEPS });
  const start = pointNoise(FILM_SAMPLES, random.fork("film"), levels[0]);
  const pair = (x: Float32Array, clean: Float32Array) =>
    contactSheet(
      [x, clean].map((points) => drawPoints(colored(points, chosen), { extent, side: 280 })),
      2,
      { gap: 8, background: PLANE_FRAME },
    );
  const frames: Picture[] = [];
  let x = await start.data() as Float32Array;
  const plan = samplingPlan("ddim", levels);
  const request = { plan, random: random.fork("film steps"), labels: labels && chosen };
  for await (const state of watchPlan(diffusion, parameters, start, request)) {
    frames.push(pair(x, await state.clean.data() as Float32Array));
    x = await state.x.data() as Float32Array;
  }
  start.dispose();
  frames.push(pair(x, x));
  const rest = (frame: Picture) => new Array<Picture>(REST).fill(frame);
  return {
    name: "film",
    caption:
      `Left: ${FILM_SAMPLES} draws from noise on their way to the data in ${FILM_STEPS} steps. Right: where the network ` +
      "thinks that each comes from, at first the mean of all data",
    content: { frames: [...rest(frames[0]), ...frames, ...rest(frames.at(-1)!)], fps: FPS },
  };
}

/** Where many samples lie. */
async function drawDensity(
  diffusion: Diffusion,
  { parameters, data, learned, random, labels }: PointPicturesContext,
  extent: number,
): Promise<Artifact> {
  const held = data as PointData;
  const levels = samplingLevels("dpm", diffusion.options.schedule, { steps: 20 });
  const points = await drawPointSamples(diffusion, parameters, {
    x: pointNoise(COUNTED, random.fork("density"), levels[0]),
    plan: samplingPlan("dpm", levels),
    random,
    labels: labels && inTurn(COUNTED, labels),
  });
  const few = points.subarray(0, 2 * held.count);
  const { stray } = splitStray(few, { learned: (await learned() as PointData).points, held: held.points });
  const heat = (points: Float32Array) =>
    enlarge(drawHeat(countCells(points, extent), { extent, side: CELLS }), CELL);
  return {
    name: "density",
    caption:
      `Left: the density of the data; right: that of ${COUNTED} samples in 20 steps (square roots, so that faint parts ` +
      `show). ${
        (50 * stray.length / held.count).toFixed(1)
      } % of samples lie where no data are, farther from the nearest ` +
      "learned point than 99 % of the held-out points",
    content: contactSheet([heat((await learned() as PointData).points), heat(points)], 2, {
      gap: 8,
      background: PLANE_FRAME,
    }),
  };
}

/** Where the score points at some times. */
function drawField(
  diffusion: Diffusion,
  { parameters, data, labels }: PointPicturesContext,
  extent: number,
): Artifact {
  const places = planePlaces({ extent, side: ARROWS });
  const panels = TIMES.map((time) => {
    const level = diffusion.options.schedule.at(time);
    const arrows = tf.tidy(() => {
      const x = tf.tensor2d(places, [places.length / 2, 2]);
      const none = labels && tf.fill([x.shape[0]], labels.names.length, "int32");
      const clean = diffusion.denoise(parameters, x, scalars(level), none);
      const noise = clean.mul(level.signal).sub(x).div(level.noise); // the score times the noise
      const length = noise.square().sum(1, true).sqrt();
      return noise.div(length.add(1)).mul(0.9 * 2 * extent / ARROWS).dataSync() as Float32Array;
    });
    return { name: `time ${time}`, points: (data as PointData).points.slice(0, 800), places, arrows };
  });
  return {
    name: "field",
    caption:
      "Arrows to where noised points come from, late and early in time, over held-out points: under much noise they point to " +
      "the middle of all data, under little to the nearest piece of them",
    content: { svg: scoreField({ title: "Where noise came from", panels, extent }) },
  };
}

/** Samples of each label under rising guidance. */
async function drawGuidance(
  diffusion: Diffusion,
  { parameters, random, labels }: PointPicturesContext,
  extent: number,
): Promise<Artifact> {
  const chosen = inTurn(FILM_SAMPLES, labels);
  const levels = samplingLevels("dpm", diffusion.options.schedule, { steps: 20 });
  const panels: Picture[] = [];
  for (const guidance of STRENGTHS) {
    const points = await drawPointSamples(diffusion, parameters, {
      x: pointNoise(FILM_SAMPLES, random.fork("guidance"), levels[0]),
      plan: samplingPlan("dpm", levels),
      random,
      labels: chosen,
      guidance,
    });
    panels.push(drawPoints(colored(points, chosen), { extent }));
  }
  return {
    name: "guidance",
    caption:
      `The same noise under guidance ${STRENGTHS.join(", ")} to the labels ${
        labels!.names.join(" and ")
      } (colours): 0 ignores them, ` +
      "1 is what was learned, more drives the labels apart",
    content: contactSheet(panels, panels.length, { gap: 8, background: PLANE_FRAME }),
  };
}

/** Data as noise, and what comes back. */
async function drawInversion(
  diffusion: Diffusion,
  { parameters, data, random, labels }: PointPicturesContext,
  extent: number,
): Promise<Artifact> {
  const held = data as PointData;
  const levels = inversionLevels(diffusion.options.schedule, INVERSION_STEPS);
  const told = labels && labels.of(held);
  const follow = (x: tf.Tensor, levels: NoiseLevel[]) =>
    drawPointSamples(diffusion, parameters, { x, plan: samplingPlan("ddim", levels), random, labels: told });
  const tensor = (points: Float32Array) => tf.tensor2d(points, [points.length / 2, 2]);
  const noise = await follow(tensor(held.points), levels);
  const back = await follow(tensor(noise), [...levels].reverse());
  const error = Math.sqrt(
    back.reduce((sum, value, i) => sum + (value - held.points[i]) ** 2, 0) / held.count,
  );
  const byClass = Array.from(held.labels ?? new Int32Array(held.count));
  return {
    name: "inversion",
    caption:
      `Held-out points, the noise that ${INVERSION_STEPS} steps of ddim upwards make of them, and what as many steps down ` +
      `bring back: ${error.toPrecision(2)} away in the root mean square`,
    content: contactSheet(
      [held.points, noise, back].map((points, i) =>
        drawPoints(colored(points, byClass), { extent: i === 1 ? 3.5 : extent })
      ),
      3,
      { gap: 8, background: PLANE_FRAME },
    ),
  };
}

const scalars = ({ signal, noise }: NoiseLevel): NoiseLevel<tf.Tensor> => ({
  signal: tf.scalar(signal),
  noise: tf.scalar(noise),
});

/** Square roots of the points in each cell of the view, `[CELLS CELLS]`, in shares. */
function countCells(points: Float32Array, extent: number): Float32Array {
  const cells = new Float32Array(CELLS * CELLS);
  for (let i = 0; i < points.length; i += 2) {
    const [column, row] = [points[i], -points[i + 1]].map((value) =>
      Math.floor((value / extent + 1) / 2 * CELLS)
    );
    if (column >= 0 && column < CELLS && row >= 0 && row < CELLS) cells[row * CELLS + column]++;
  }
  return cells.map((count) => Math.sqrt(count / points.length));
}
