import * as tf from "@tensorflow/tfjs";
import type { PlanePoints } from "../../core/pictures/plane_picture.ts";
import type { LabelChoice } from "../models/label_choice.ts";
import type { ExploreContext } from "../models/model.ts";
import type { NamedTensors } from "../nn/mod.ts";
import type { Diffusion } from "./diffusion.ts";
import type { NoiseLevel } from "./noise_level.ts";
import { drawNoise, runPlan, startAt } from "./run_plan.ts";

/** What pictures of a diffusion model of points work with beside the model. */
export interface PointPicturesContext extends ExploreContext {
  /** The labels that it learned with. */
  labels?: LabelChoice;
}

/** Where samples end, `[N, 2]`. @param request `x` is freed. */
export async function drawPointSamples(
  diffusion: Diffusion,
  parameters: NamedTensors,
  { x, ...request }: { x: tf.Tensor } & Parameters<typeof runPlan>[3],
): Promise<Float32Array> {
  const end = await runPlan(diffusion, parameters, x, request);
  const values = await end.data() as Float32Array;
  tf.dispose([x, end]);
  return values;
}

/** Noise for points where a sampler starts, `[count, 2]`. */
export function pointNoise(count: number, random: ExploreContext["random"], level: NoiseLevel): tf.Tensor {
  return tf.tidy(() => startAt(drawNoise(count, [2], random), level));
}

/** All labels in turn; zeros where there are none. */
export function inTurn(count: number, labels: LabelChoice | undefined): number[] {
  return Array.from({ length: count }, (_, i) => i % (labels?.names.length ?? 1));
}

/** The points of each label in a colour of its own. */
export function colored(points: Float32Array, labels: ArrayLike<number>): PlanePoints[] {
  const groups: number[][] = [];
  for (let n = 0; n < labels.length; n++) {
    (groups[labels[n] % 5] ??= []).push(points[2 * n], points[2 * n + 1]);
  }
  return groups.map((points, color) => ({ points, color })).filter(Boolean);
}
