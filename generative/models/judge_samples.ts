import type { Picture } from "../../core/pictures/picture.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Dataset, PictureData } from "../data/dataset.ts";
import type { DataEvent } from "../data/load_dataset.ts";
import { canBeClassified } from "../metrics/feature_classifier.ts";
import { LEAST_HELD, type PictureDistances, pictureJudge } from "../metrics/picture_distances.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { unseenExamples } from "./learned_data.ts";
import { loadModelData } from "./model_data.ts";
import type { GenerativeModel } from "./model.ts";
import type { ModelConfig } from "./model_fields.ts";

/** Samples that are drawn at a time. */
const CHUNK = 250;

/** What {@link judgeSamples} judges by, and talks to. */
export interface JudgeSamplesOptions {
  /** The run's folder, which tells what was learned from: that is no part of what samples are compared with. */
  folder: string;
  /** Steps of the classifier's training. @default `pictureJudge`'s */
  steps?: number;
  /** Hears of data, and of the training of the classifier as `progress`. */
  onEvent?: (event: DataEvent) => void;
  /** The time in milliseconds, for rates. */
  now?: () => number;
  /** Stops between two steps. */
  signal?: AbortSignal;
}

/** Samples that are to be compared with data. */
export interface JudgeRequest {
  /** Number of samples. */
  count: number;
  /** Draws the samples. */
  random: RandomStream;
}

/** Tells how far what a model draws is from what it learned from. */
export interface SampleJudge {
  /** Draws samples and compares them; labels come as often as in the data. */
  judge(model: GenerativeModel, parameters: NamedTensors, request: JudgeRequest): Promise<PictureDistances>;
  /** Frees it. */
  dispose(): void;
}

/**
 * Prepares to compare a model's samples with all of its held-out data, see `pictureJudge`: as the model prepares them.
 *
 * @returns Nothing where there is nothing to compare: data other than pictures, without classes and attributes, or with
 * fewer than four pictures held out.
 */
export async function judgeSamples(
  { config, model: { preparation } }: { config: ModelConfig; model: GenerativeModel },
  { folder, steps, onEvent, now, signal }: JudgeSamplesOptions,
): Promise<SampleJudge | undefined> {
  const whole = { ...config, examples: 0 };
  const prepare = <D extends Dataset>(data: D): D =>
    preparation && data.kind === "pictures" ? { ...data, pictures: preparation.apply(data.pictures) } : data;
  const data = prepare(await loadModelData(whole, "train", onEvent));
  if (data.kind !== "pictures" || !canBeClassified(data)) return undefined;
  const loaded = await loadModelData(whole, "test", onEvent);
  const held = prepare(unseenExamples(folder, loaded).data) as PictureData;
  if (held.count < LEAST_HELD) return undefined;
  const { compare, dispose } = await pictureJudge(data, {
    held,
    preparation: preparation?.name,
    steps,
    now,
    signal,
    onEvent: (event) => {
      if (event.type !== "progress") return;
      if ("dataset" in event) onEvent?.(event);
      else onEvent?.({ type: "progress", dataset: event.name, done: event.step, of: event.steps });
    },
  });
  return {
    judge: async (model, parameters, request) =>
      await compare(await drawPictures(model, parameters, { ...request, data, signal })),
    dispose,
  };
}

async function drawPictures(
  model: GenerativeModel,
  parameters: NamedTensors,
  { count, random, data, signal }: JudgeRequest & { data: PictureData; signal?: AbortSignal },
): Promise<Picture[]> {
  const { labels = [undefined], sample } = model;
  const shares = model.labelShares?.(data) ?? labels.map(() => 1 / labels.length);
  const pictures: Picture[] = [];
  let due = 0;
  for (const [i, label] of labels.entries()) {
    due += count * shares[i];
    while (pictures.length < Math.round(due)) {
      signal?.throwIfAborted();
      const part = Math.min(CHUNK, Math.round(due) - pictures.length);
      const samples = await sample!.call(model, parameters, {
        count: part,
        random: random.fork(pictures.length),
        options: label === undefined ? {} : { label },
      });
      if (samples.kind !== "pictures") {
        throw new TypeError(`Cannot compare samples: expected pictures, got ${samples.kind}`);
      }
      pictures.push(...samples.pictures);
    }
  }
  return pictures;
}
