import { join } from "node:path";
import type { Config } from "../../core/fields/field.ts";
import { RandomStream } from "../../core/random_stream.ts";
import { type Dataset, shapeOf } from "../data/dataset.ts";
import type { DataEvent } from "../data/load_dataset.ts";
import { countParameters, type NamedTensors, thawedParameters } from "../nn/mod.ts";
import {
  disposeTrainState,
  evaluationParameters,
  startAverage,
  train,
  type TrainEvent,
  type TrainState,
  withAverage,
} from "../train/mod.ts";
import { canBeClassified } from "../metrics/feature_classifier.ts";
import { distanceMetrics } from "../metrics/picture_distances.ts";
import { EarlyStopping } from "./early_stopping.ts";
import { keepExamples } from "./held_out_examples.ts";
import { judgeSamples } from "./judge_samples.ts";
import { restoreModel, saveModel } from "./model_checkpoint.ts";
import { measureModel } from "./measure_model.ts";
import { loadModelData } from "./model_data.ts";
import type { GenerativeModel, ModelKind, Part, Parts } from "./model.ts";
import type { ModelConfig } from "./model_fields.ts";
import { epochStepsOf, stepBatches } from "./step_batches.ts";
import { samplesArtifact, writeArtifact } from "./write_artifact.ts";

/** What training a model reports. */
export type ModelEvent =
  | TrainEvent
  | DataEvent
  | PartEvent
  | PlanEvent
  | BestEvent
  /** Something to look at is there. */
  | { type: "artifact"; path: string; caption: string };

/** What a model is built on. */
export interface PartEvent {
  /** A model has a part. */
  type: "part";
  /** The model's name. */
  name: string;
  /** What the kind calls the part. */
  part: string;
  /** The run that it was taken from, as the configuration names it. */
  run: string;
  /** The name of the part's own kind. */
  model: string;
  /** The epoch that it was taken after: the run's best, or the newest that was begun; 0 for one that was fitted at once. */
  epoch: number;
  /** The epochs that its run was to have; 0 for one that was fitted at once. */
  epochs: number;
}

/** What is about to be trained. */
export interface PlanEvent {
  /** A training is about to begin. */
  type: "plan";
  /** The model's name. */
  name: string;
  /** Numbers that it holds. */
  parameters: number;
  /** Those of them that gradients change. */
  trainable: number;
  /** Examples to learn from. */
  examples: number;
  /** Examples that are held out. */
  held: number;
  /** Steps in an epoch. */
  epochSteps: number;
  /** How many epochs; 0 for a model that is fitted at once. */
  epochs: number;
}

/** Training that looks for the best epoch has ended, and keeps that. */
export interface BestEvent {
  /** A training has ended and keeps its best epoch. */
  type: "best";
  /** The model's name. */
  name: string;
  /** The best epoch, 1 for the first. */
  epoch: number;
  /** The epoch that training ended with. */
  ended: number;
  /** Whether it ended there because later epochs were no better. */
  early: boolean;
  /** What was measured after the best epoch. */
  metrics: Record<string, number>;
}

/** What {@link trainModel} builds on, and what it talks to. */
export interface TrainModelOptions {
  /** The parts of the model, for kinds that have any: see `loadParts`. */
  parts?: Parts;
  /** Hears what happens. */
  onEvent?: (event: ModelEvent) => void;
  /** The time in milliseconds, for rates. */
  now?: () => number;
  /** Stops training between two steps; what was saved stays. */
  signal?: AbortSignal;
}

/** Steps between two readings of the losses. */
const LOG_STEPS = 20;
/** Samples drawn after every epoch, unless the model says otherwise. */
const SAMPLES = 25;
/** Steps that a kill loses at most. */
const CHECKPOINT_STEPS = 500;

/**
 * Trains a model, or goes on where its folder stands: the same seed ends with the same numbers however often it was
 * stopped in between. After every epoch it is measured on data that it does not learn from, and draws samples, both with
 * the average of its weights where the configuration asks for one.
 *
 * @param folder The run's; `checkpoints/` and `samples/` lie inside.
 * @returns What was measured last, or after the best epoch where the configuration asks for that.
 * @throws Error or SyntaxError of one sentence when data or checkpoint cannot be read, or the loss is not finite;
 * TypeError when the data changed since it learned from them; RangeError when they do not fill a batch, or the best epoch
 * cannot be told because nothing measures it.
 */
export async function trainModel<C extends ModelConfig>(
  kind: ModelKind<C>,
  config: C,
  folder: string,
  options: TrainModelOptions = {},
): Promise<Record<string, number>> {
  const { parts, ...hooks } = options;
  const { onEvent = () => {}, signal } = hooks;
  const data = await loadModelData(config, "train", onEvent);
  const held = await loadModelData(config, "test", onEvent);
  signal?.throwIfAborted();
  const shape = shapeOf(data);
  const model = kind.create(config, shape, parts);
  const random = new RandomStream(config.seed);
  const { distanceSamples = 0, averageDecay = 0, patience = 0, accumulate } = config;
  const batches = stepBatches(model, data, config, random.fork("order"));
  const epochSteps = epochStepsOf(config, data.count);
  const epochs = model.createStep ? config.epochs : 0;
  if (patience > 0) checkCriterion(model, data, config);
  for (const part of Object.values(parts ?? {})) onEvent(partEvent(config, part));
  onEvent({
    type: "plan",
    name: kind.name,
    parameters: countParameters(model.parameters),
    trainable: countParameters(model.parameters, { trainable: true }),
    examples: data.count,
    held: held.count,
    epochSteps,
    epochs,
  });

  const restored = restoreModel(kind as ModelKind, folder, { model, learned: data, held });
  keepExamples(folder, held);
  const judge = distanceSamples > 0 && model.sample
    ? await judgeSamples({ config, model }, { folder, ...hooks }).catch((error) => {
      if (restored) disposeTrainState(restored.state);
      throw error;
    })
    : undefined;
  const stopping = patience > 0 && epochs > 0
    ? new EarlyStopping({ patience, epochSteps, criterion: model.criterion, best: restored?.best })
    : undefined;
  let last: { metrics: Record<string, number>; step: number } | undefined;
  const finishEpoch = async (state: TrainState, step: number): Promise<Record<string, number>> => {
    const parameters = evaluationParameters(state);
    const metrics = await measureModel(model, parameters, held, random.fork("measure"), { signal });
    const request = { count: distanceSamples, random: random.fork("distance") };
    if (judge) Object.assign(metrics, distanceMetrics(await judge.judge(model, parameters, request)));
    const epoch = Math.round(step / epochSteps);
    await drawSamples(model, parameters, { random: random.fork("samples"), folder, epoch, epochs, onEvent });
    await stopping?.take(metrics, thawedParameters(parameters, model.parameters), step);
    last = { metrics, step };
    return metrics;
  };
  const begin = async (): Promise<TrainState> => {
    const state = await model.begin(data, random.fork("parameters"), { signal });
    if (averageDecay === 0) return state;
    return { ...state, average: startAverage(thawedParameters(state.parameters, model.parameters)) };
  };
  const { state: start, step: startStep } = restored ?? {
    state: await begin().catch((error) => {
      judge?.dispose();
      throw error;
    }),
    step: 0,
  };
  const save = (state: TrainState, step: number) =>
    saveModel(kind as ModelKind, folder, { state, step, best: stopping?.best, shape, parts });
  const newest = model.createStep?.({ accumulate });
  const step = newest && averageDecay > 0 ? withAverage(newest, { decay: averageDecay }) : newest;
  try {
    const state = step === undefined ? start : await train({
      name: kind.name,
      state: start,
      step,
      startStep,
      steps: epochs * epochSteps,
      random: random.fork("train"),
      batch: batches.make,
      logEvery: LOG_STEPS,
      evaluateEvery: epochSteps,
      evaluate: finishEpoch,
      enough: () => stopping?.enough ?? false,
      checkpoint: { every: Math.min(batches.perEpoch, CHECKPOINT_STEPS), save },
      onEvent,
      now: hooks.now,
      signal,
    });
    try {
      if (last === undefined) { // fitted at once
        const metrics = await finishEpoch(state, 0);
        await save(state, 0);
        onEvent({ type: "start", name: kind.name, step: 0, steps: 0 });
        onEvent({ type: "evaluate", name: kind.name, step: 0, metrics });
        return metrics;
      }
      if (!stopping?.best) return last.metrics;
      await save(state, last.step); // the last epoch may be the best
      const { metrics, step: bestStep } = stopping.best;
      onEvent({
        type: "best",
        name: kind.name,
        epoch: Math.round(bestStep / epochSteps),
        ended: Math.round(last.step / epochSteps),
        early: stopping.enough,
        metrics,
      });
      return metrics;
    } finally {
      disposeTrainState(state);
    }
  } finally {
    step?.dispose();
    judge?.dispose();
  }
}

function partEvent(config: ModelConfig, { name, model, source }: Part): PartEvent {
  const { batchSize, accumulate, epochSteps, epochs } = source.config as ModelConfig;
  const perEpoch = epochStepsOf({ batchSize, accumulate, epochSteps }, source.data.count);
  return {
    type: "part",
    name: config.model,
    part: name,
    run: String((config as Config)[name]),
    model: source.model,
    epoch: Math.ceil(source.step / perEpoch),
    epochs: model.createStep ? epochs : 0,
  };
}

/** @throws RangeError when nothing that will be measured can tell the best epoch. */
function checkCriterion({ criterion }: GenerativeModel, data: Dataset, config: ModelConfig): void {
  if (criterion !== "distance") return;
  if (config.distanceSamples && data.kind === "pictures" && canBeClassified(data)) return;
  throw new RangeError(
    `Cannot tell the best epoch of ${config.model}: expected the distance of its samples from the data to be ` +
      "measured; set distanceSamples above 0 and choose pictures with classes or attributes, or set patience to 0",
  );
}

async function drawSamples(
  model: GenerativeModel,
  parameters: NamedTensors,
  { random, folder, epoch, epochs, onEvent }: {
    random: RandomStream;
    folder: string;
    epoch: number;
    epochs: number;
    onEvent: (event: ModelEvent) => void;
  },
): Promise<void> {
  const count = model.epochSamples ?? SAMPLES;
  if (!model.sample || count === 0) return;
  const samples = await model.sample(parameters, { count, random });
  const name = `epoch_${String(epoch).padStart(String(epochs).length, "0")}`;
  const artifact = samplesArtifact(samples, { name, caption: `Samples after epoch ${epoch}` });
  onEvent({
    type: "artifact",
    path: writeArtifact(join(folder, "samples"), artifact),
    caption: artifact.caption,
  });
}
