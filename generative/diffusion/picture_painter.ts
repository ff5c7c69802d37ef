import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import type { Picture } from "../../core/pictures/picture.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { PictureData } from "../data/dataset.ts";
import { pictureBatch } from "../data/picture_tensors.ts";
import type { LabelChoice } from "../models/label_choice.ts";
import { pictureOf, sheetScale } from "../models/latents/exploration.ts";
import type { ExploreContext } from "../models/model.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { asPictures } from "./as_pictures.ts";
import type { Diffusion } from "./diffusion.ts";
import { drawNoise, runPlan, type RunPlanOptions, startAt, type Steering } from "./run_plan.ts";
import type { SamplingOptions } from "./sampling_options.ts";
import { samplingLevels, samplingPlan } from "./sampling_plan.ts";

/** What a {@link PicturePainter} works with beside the model. */
export interface PicturePainterContext extends ExploreContext {
  /** The shape of a picture, `[H, W, C]`. */
  shape: readonly number[];
  /** The labels that it learned with. */
  labels?: LabelChoice;
  /** How samples are drawn unless a picture shows otherwise. */
  sampling: Pick<SamplingOptions, "sampler" | "steps" | "threshold" | "guidance">;
  /** Numbers of steps that are compared. */
  steps: readonly number[];
}

/** Paints with one model; what its methods return belongs to the caller. */
export class PicturePainter {
  /** The learned parameters, the caller's. */
  readonly parameters: NamedTensors;
  /** Pictures that were not learned from. */
  readonly held: PictureData;
  /** The only source of chance. */
  readonly random: RandomStream;

  /** Takes a model; nothing is computed. */
  constructor(readonly diffusion: Diffusion, readonly context: PicturePainterContext) {
    this.parameters = context.parameters;
    this.held = context.data as PictureData;
    this.random = context.random;
  }

  /** The same noise each time, the first of it however much is asked for. */
  noise(count: number): tf.Tensor {
    return drawNoise(count, this.context.shape, this.random.fork("noise"));
  }

  /** All labels in turn, for models that have any. */
  labels(count: number): number[] | undefined {
    const { labels } = this.context;
    return labels && Array.from({ length: count }, (_, i) => i % labels.names.length);
  }

  /** How a plan is followed. */
  request(plan: RunPlanOptions["plan"], steering: Steering = {}): RunPlanOptions {
    const { threshold, guidance } = this.context.sampling;
    return { plan, random: this.random.fork("turns"), threshold, guidance, ...steering };
  }

  /** Pictures from noise. @param noise Is freed. */
  async paint(
    noise: tf.Tensor,
    options: Partial<Pick<SamplingOptions, "sampler" | "steps">> & Steering & {
      from?: { clean: tf.Tensor; time: number };
      repeats?: number;
    } = {},
  ): Promise<Picture[]> {
    const { sampler = this.context.sampling.sampler, steps = this.context.sampling.steps } = options;
    const { from, repeats, sampler: _sampler, steps: _steps, ...steering } = options;
    const levels = samplingLevels(sampler, this.diffusion.options.schedule, { steps, from: from?.time });
    const start = startAt(noise, levels[0], from?.clean);
    const plan = samplingPlan(sampler, levels, { repeats });
    const labels = steering.labels ?? this.labels(noise.shape[0]);
    const end = await runPlan(
      this.diffusion,
      this.parameters,
      start,
      this.request(plan, { ...steering, labels }),
    );
    tf.dispose([noise, start]);
    return await this.show(end);
  }

  /** What the network sees, as pictures. @param x Is freed. */
  show(x: tf.Tensor): Promise<Picture[]> {
    return asPictures(this.diffusion, this.parameters, x);
  }

  /** The first held-out pictures, as the network sees them, with their labels. */
  originals(most: number): { clean: tf.Tensor; pictures: Picture[]; labels?: number[] } {
    const count = Math.min(most, this.held.count);
    const indices = Array.from({ length: count }, (_, i) => i);
    const all = this.context.labels?.of(this.held);
    return {
      clean: tf.tidy(() =>
        this.diffusion.options.scale.apply(this.parameters, pictureBatch(this.held, indices))
      ),
      pictures: indices.map((i) => pictureOf(this.held, i)),
      ...all && { labels: indices.map((i) => all[i]) },
    };
  }

  /** Pictures in rows. */
  sheet(pictures: Picture[], columns: number): Picture {
    return contactSheet(pictures, columns, { scale: sheetScale(pictures[0]) });
  }
}
