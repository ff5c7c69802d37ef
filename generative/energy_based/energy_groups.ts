import * as tf from "@tensorflow/tfjs";
import { lineChart } from "../../core/pictures/line_chart.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { PictureData } from "../data/dataset.ts";
import { pictureBatch } from "../data/picture_tensors.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { seedTensor } from "../runtime/mod.ts";
import { areaUnderCurve } from "./area_under_curve.ts";
import { drawLetters } from "./draw_letters.ts";
import { type EBM, quarterTurn } from "./ebm.ts";

/** Pictures of one kind, and what a model says of them. */
export interface EnergyGroup {
  /** What they are. */
  name: string;
  /** The energy of each. */
  energies: Float32Array;
  /** How often a held-out picture has a lower energy than one of them, 0 .. 1. */
  area: number;
}

/** What the group of noise is called. */
export const NOISE = "noise";
/** Held-out pictures that are scored, and how many at a time. */
const [SCORED, BATCH] = [1000, 250];
/** Points of a curve. */
const BINS = 40;

/** Energies of held-out pictures, of the same after a quarter turn, of letters and of noise. */
export function scoreGroups(
  ebm: EBM,
  parameters: NamedTensors,
  data: PictureData,
  random: RandomStream,
): EnergyGroup[] {
  const count = Math.min(SCORED, data.count);
  const { size, channels } = ebm.options;
  return tf.tidy(() => {
    const score = (pictures: tf.Tensor) => ebm.score(parameters, pictures);
    const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => {
      const part = { length: Math.min(BATCH, count - i * BATCH) };
      return pictureBatch(data, Int32Array.from(part, (_, n) => i * BATCH + n)).toFloat().div(127.5).sub(1);
    });
    const real = tf.concat(batches.map(score));
    const noise = ebm.startChains(BATCH, seedTensor(random.fork("noise").seedPair()));
    const groups = [
      { name: "held-out pictures", scores: real },
      { name: "a quarter turn", scores: tf.concat(batches.map((batch) => score(quarterTurn(batch)))) },
      { name: "letters", scores: score(drawLetters(size, channels)) },
      { name: NOISE, scores: score(noise) },
    ];
    return groups.map(({ name, scores }) => ({
      name,
      energies: scores.neg().dataSync() as Float32Array,
      area: areaUnderCurve(real, scores).dataSync()[0],
    }));
  });
}

/** How often which energies come in each group, as curves. */
export function energyChart(groups: readonly EnergyGroup[]): string {
  const all = groups.flatMap(({ energies }) => [...energies]);
  const low = Math.min(...all);
  const width = (Math.max(...all) - low || 1) / BINS;
  const series = groups.map(({ name, energies }) => {
    const counts = new Array<number>(BINS).fill(0);
    for (const energy of energies) counts[Math.min(BINS - 1, Math.floor((energy - low) / width))]++;
    return {
      name,
      points: counts.map((count, i) => [low + (i + 0.5) * width, 100 * count / energies.length] as const),
    };
  });
  return lineChart({ title: "Energies", xLabel: "energy", yLabel: "% of the pictures", series });
}
