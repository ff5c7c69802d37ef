import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import type { Picture } from "../../core/pictures/picture.ts";
import { pictureBatch } from "../data/picture_tensors.ts";
import type { Artifact } from "../models/model.ts";
import type { Diffusion } from "./diffusion.ts";
import { labelBatch } from "./label_batch.ts";
import { lossByNoise } from "./loss_by_noise.ts";
import { PicturePainter, type PicturePainterContext } from "./picture_painter.ts";
import { keptMask } from "./picture_start.ts";
import { runPlan, startAt, type Steering, watchPlan } from "./run_plan.ts";
import type { KeptPart } from "./sampling_options.ts";
import { inversionLevels, SAMPLERS, samplingLevels, samplingPlan } from "./sampling_plan.ts";

/** Pictures in a row. */
const COLUMNS = 10;
/** Steps of each sampler where these are compared. */
const COMPARED_STEPS = 8;
/** Pictures of the film each way, its steps, its pictures a second, and how many of these it rests for at its end. */
const [FILM_SIDE, FILM_STEPS, FPS, REST] = [4, 40, 10, 16];
/** Moments of the strip, and pictures in it. */
const [MOMENTS, SHOWN] = [10, 3];
/** Noises between two, and rows of them. */
const [BETWEEN, SLERPS] = [11, 5];
/** Strengths of guidance that are compared. */
const STRENGTHS = [0, 1, 1.5, 2, 3, 5];
/** Parts that are kept where the rest is painted, and times to which pictures are noised where they are changed. */
const [KEPT, EDITS] = [["top", "left", "border"] as const, [0.3, 0.5, 0.7]];
/** How often each step is done where a part is kept. */
const REPEATS = 4;
/** Steps of the inversion. */
const INVERSION_STEPS = 50;
/** Pictures whose errors are measured. */
const MEASURED = 256;

/** Pictures of a diffusion model of pictures: all but the last begin with the same noise. */
export async function* explorePictures(
  diffusion: Diffusion,
  context: PicturePainterContext,
): AsyncGenerator<Artifact> {
  const paint = new PicturePainter(diffusion, context);
  yield await drawSteps(paint);
  yield await drawSamplers(paint);
  yield* drawDenoising(paint);
  yield await drawBetween(paint);
  if (context.labels) yield await drawGuidance(paint);
  yield await drawPainted(paint);
  yield await drawEdits(paint);
  yield await drawInversion(paint);
  const { held } = paint;
  const indices = Int32Array.from({ length: Math.min(MEASURED, held.count) }, (_, i) => i);
  const batch = {
    examples: pictureBatch(held, indices),
    ...context.labels && { labels: labelBatch(context.labels.of(held), indices) },
  };
  yield await lossByNoise(diffusion, context.parameters, { batch, random: context.random.fork("errors") });
  tf.dispose(batch);
}

async function drawSteps(paint: PicturePainter): Promise<Artifact> {
  const { steps, sampling: { sampler } } = paint.context;
  const rows: Picture[] = [];
  for (const count of steps) rows.push(...await paint.paint(paint.noise(COLUMNS), { steps: count }));
  return {
    name: "steps",
    caption: `The same noise in ${steps.slice(0, -1).join(", ")} and ${
      steps.at(-1)
    } steps of ${sampler}, row by row`,
    content: paint.sheet(rows, COLUMNS),
  };
}

async function drawSamplers(paint: PicturePainter): Promise<Artifact> {
  const rows: Picture[] = [];
  for (const sampler of SAMPLERS) {
    const steps = sampler === "heun" ? COMPARED_STEPS / 2 : COMPARED_STEPS;
    rows.push(...await paint.paint(paint.noise(COLUMNS), { sampler, steps }));
  }
  return {
    name: "samplers",
    caption: `The same noise by ${SAMPLERS.slice(0, -1).join(", ")} and ${SAMPLERS.at(-1)}, row by row: ` +
      `${COMPARED_STEPS} steps each, and half as many of heun, which asks the network twice`,
    content: paint.sheet(rows, COLUMNS),
  };
}

/** A film of what noise becomes, and a strip of moments of it. */
async function* drawDenoising(paint: PicturePainter): AsyncGenerator<Artifact> {
  const count = FILM_SIDE ** 2;
  const levels = samplingLevels("ddim", paint.diffusion.options.schedule, { steps: FILM_STEPS });
  const noise = paint.noise(count);
  const start = startAt(noise, levels[0]);
  const request = paint.request(samplingPlan("ddim", levels), { labels: paint.labels(count) });
  const [noised, foreseen] = [[await paint.show(start.clone())], [] as Picture[][]];
  for await (const { x, clean } of watchPlan(paint.diffusion, paint.parameters, start, request)) {
    foreseen.push(await paint.show(clean.clone()));
    noised.push(await paint.show(x.clone()));
  }
  foreseen.push(noised.at(-1)!);
  tf.dispose([noise, start]);
  const frames = noised.map((pictures, i) =>
    contactSheet([pictures, foreseen[i]].map((side) => paint.sheet(side, FILM_SIDE)), 2, { gap: 10 })
  );
  const rest = new Array<Picture>(REST).fill(frames.at(-1)!);
  yield {
    name: "film",
    caption:
      `Left: noise on its way to pictures in ${FILM_STEPS} steps of ddim. Right: the pictures that the network ` +
      "foresees at each of them, blurred while they are undecided",
    content: { frames: [...frames, ...rest], fps: FPS },
  };
  const moments = Array.from({ length: MOMENTS }, (_, i) => Math.round(i * FILM_STEPS / (MOMENTS - 1)));
  const rows = Array.from(
    { length: SHOWN },
    (_, n) => [noised, foreseen].flatMap((path) => moments.map((i) => path[i][n])),
  );
  yield {
    name: "denoising",
    caption: `${SHOWN} pictures on their way: above what the network sees, below what it foresees, after ${
      moments.join(", ")
    } of ${FILM_STEPS} steps`,
    content: paint.sheet(rows.flat(), MOMENTS),
  };
}

/** From one noise to another along a great circle, which keeps their length. */
async function drawBetween(paint: PicturePainter): Promise<Artifact> {
  const noise = tf.tidy(() => {
    const [from, to] = paint.noise(2 * SLERPS).split(2).map((part) => part.unstack());
    return tf.stack(
      from.flatMap((first, row) =>
        Array.from({ length: BETWEEN }, (_, i) => {
          const angle = i / (BETWEEN - 1) * Math.PI / 2;
          return first.mul(Math.cos(angle)).add(to[row].mul(Math.sin(angle)));
        })
      ),
    );
  });
  const turn = paint.labels(SLERPS);
  const labels = turn && Array.from({ length: SLERPS * BETWEEN }, (_, i) => turn[Math.floor(i / BETWEEN)]);
  return {
    name: "interpolation",
    caption: `${SLERPS} pairs of noises, left and right, and ${
      BETWEEN - 2
    } between them on the sphere that noise lies on`,
    content: paint.sheet(await paint.paint(noise, { labels }), BETWEEN),
  };
}

async function drawGuidance(paint: PicturePainter): Promise<Artifact> {
  const { names } = paint.context.labels!;
  const labels = Array.from({ length: COLUMNS }, (_, i) => i % names.length);
  const rows: Picture[] = [];
  for (const guidance of STRENGTHS) {
    rows.push(...await paint.paint(paint.noise(COLUMNS), { guidance, labels }));
  }
  return {
    name: "guidance",
    caption: `The same noise under guidance ${STRENGTHS.slice(0, -1).join(", ")} and ${
      STRENGTHS.at(-1)
    }, row by row, to ${
      [...new Set(labels)].map((label) => names[label]).join(", ")
    } in turn: 0 ignores the label`,
    content: paint.sheet(rows, COLUMNS),
  };
}

/** Parts of held-out pictures, and the rest three times anew. */
async function drawPainted(paint: PicturePainter): Promise<Artifact> {
  const { clean, pictures, labels } = paint.originals(KEPT.length);
  const rows: Picture[] = [];
  for (const [i, picture] of pictures.entries()) {
    const part: Exclude<KeptPart, "nothing"> = KEPT[i];
    const [known, masked] = tf.tidy(() => {
      const one = clean.slice([i, 0, 0, 0], [1, -1, -1, -1]);
      const mask = keptMask(part, paint.context.shape);
      return [{ clean: one.tile([SHOWN, 1, 1, 1]), mask }, one.mul(mask)] as unknown as tf.TensorContainer;
    }) as unknown as [NonNullable<Steering["known"]>, tf.Tensor];
    rows.push(picture, ...await paint.show(masked));
    rows.push(
      ...await paint.paint(paint.noise(SHOWN), {
        sampler: "ancestral",
        steps: paint.context.sampling.steps,
        repeats: REPEATS,
        known,
        labels: labels && new Array(SHOWN).fill(labels[i]),
      }),
    );
    tf.dispose([known.clean, known.mask]);
  }
  clean.dispose();
  return {
    name: "inpainting",
    caption: "Held-out pictures, what is kept of them, and three times the rest painted to it",
    content: paint.sheet(rows, SHOWN + 2),
  };
}

/** Held-out pictures under rising noise, and what comes back. */
async function drawEdits(paint: PicturePainter): Promise<Artifact> {
  const { clean, pictures, labels } = paint.originals(COLUMNS);
  const rows = [...pictures];
  for (const time of EDITS) {
    rows.push(...await paint.paint(paint.noise(pictures.length), { from: { clean, time }, labels }));
  }
  clean.dispose();
  return {
    name: "edits",
    caption: `Above: held-out pictures; below: what becomes of them when they are noised up to time ${
      EDITS.join(", ")
    } and denoised again: the more noise, the freer`,
    content: paint.sheet(rows, pictures.length),
  };
}

/** Held-out pictures, the noise that they are made from, and what that noise gives. */
async function drawInversion(paint: PicturePainter): Promise<Artifact> {
  const { clean, pictures, labels } = paint.originals(COLUMNS);
  const levels = inversionLevels(paint.diffusion.options.schedule, INVERSION_STEPS);
  const plain = { guidance: 1, threshold: "none", labels } as const;
  const follow = (x: tf.Tensor, along: typeof levels) =>
    runPlan(paint.diffusion, paint.parameters, x, paint.request(samplingPlan("ddim", along), plain));
  const noise = await follow(clean, levels);
  const back = await follow(noise, [...levels].reverse());
  const error = tf.tidy(() => {
    const [one, other] = [back, clean].map((x) => paint.diffusion.options.scale.invert(paint.parameters, x));
    return one.sub(other).square().mean();
  });
  const decibels = -10 * Math.log10((await error.data())[0]);
  tf.dispose([clean, error]);
  const rows = [...pictures, ...await paint.show(noise), ...await paint.show(back)];
  return {
    name: "inversion",
    caption:
      `Held-out pictures, the noise that ${INVERSION_STEPS} steps of ddim upwards make of them, and what as many ` +
      `steps down bring back (peak signal to noise ${decibels.toFixed(1)} dB)`,
    content: paint.sheet(rows, pictures.length),
  };
}
