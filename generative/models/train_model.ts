import { join } from "node:path";
import { RandomStream } from "../../core/random_stream.ts";
import { Batches } from "../data/batches.ts";
import { shapeOf } from "../data/dataset.ts";
import type { DataEvent } from "../data/load_dataset.ts";
import { countParameters, type NamedTensors } from "../nn/mod.ts";
import { disposeTrainState, train, type TrainEvent, type TrainState } from "../train/mod.ts";
import { distanceMetrics } from "../metrics/picture_distances.ts";
import { judgeSamples } from "./judge_samples.ts";
import { restoreModel, saveModel } from "./load_model.ts";
import { measureModel } from "./measure_model.ts";
import { loadModelData } from "./model_data.ts";
import type { GenerativeModel, ModelKind } from "./model.ts";
import type { ModelConfig } from "./model_fields.ts";
import { samplesArtifact, writeArtifact } from "./write_artifact.ts";

/** What training a model reports. */
export type ModelEvent =
  | TrainEvent
  | DataEvent
  | PlanEvent
  /** Something to look at is there. */
  | { type: "artifact"; path: string; caption: string };

/** What is about to be trained. */
export interface PlanEvent {
  /** What happened. */
  type: "plan";
  /** The model's name. */
  name: string;
  /** Numbers that it holds. */
  parameters: number;
  /** Those of them that gradients change. */
  trainable: number;
  /** Examples to learn from. */
  examples: number;
  /** Examples held back. */
  held: number;
  /** Steps in an epoch. */
  epochSteps: number;
  /** How many epochs; 0 for a model that is fitted at once. */
  epochs: number;
}

/** What {@link trainModel} talks to. */
export interface TrainModelHooks {
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
 * stopped in between. After every epoch it is measured on data that it does not learn from, and draws samples.
 *
 * @param folder The run's; `checkpoints/` and `samples/` lie inside.
 * @returns What was measured last.
 * @throws Error or SyntaxError of one sentence when data or checkpoint cannot be read, or the loss is not finite;
 * TypeError when the data changed since it learned from them.
 */
export async function trainModel<C extends ModelConfig>(
  kind: ModelKind<C>,
  config: C,
  folder: string,
  hooks: TrainModelHooks = {},
): Promise<Record<string, number>> {
  const { onEvent = () => {}, signal } = hooks;
  const data = await loadModelData(config, "train", onEvent);
  const held = await loadModelData(config, "test", onEvent);
  signal?.throwIfAborted();
  const shape = shapeOf(data);
  const model = kind.create(config, shape);
  const random = new RandomStream(config.seed);
  const batchSize = Math.min(config.batchSize, data.count);
  const batches = new Batches({ count: data.count, batchSize, random: random.fork("order") });
  const epochSteps = config.epochSteps || batches.perEpoch;
  const epochs = model.createStep ? config.epochs : 0;
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

  const { distanceSamples = 0 } = config;
  const restored = restoreModel(kind as ModelKind, folder, { model, learned: data, held });
  const judge = distanceSamples > 0 && model.sample
    ? await judgeSamples({ config, model }, { folder, ...hooks }).catch((error) => {
      if (restored) disposeTrainState(restored.state);
      throw error;
    })
    : undefined;
  let last: Record<string, number> | undefined;
  const finishEpoch = async (parameters: NamedTensors, epoch: number): Promise<Record<string, number>> => {
    last = await measureModel(model, parameters, held, random.fork("measure"), { signal });
    const request = { count: distanceSamples, random: random.fork("distance") };
    if (judge) Object.assign(last, distanceMetrics(await judge.judge(model, parameters, request)));
    await drawSamples(model, parameters, { random: random.fork("samples"), folder, epoch, epochs, onEvent });
    return last;
  };
  const { state: start, step: startStep } = restored ??
    { state: model.begin(data, random.fork("parameters")), step: 0 };
  const save = (state: TrainState, step: number) =>
    saveModel(kind as ModelKind, folder, { state, step, shape });
  const step = model.createStep?.();
  try {
    const state = step === undefined ? start : await train({
      name: kind.name,
      state: start,
      step,
      startStep,
      steps: epochs * epochSteps,
      random: random.fork("train"),
      batch: (index, random) =>
        model.batch(data, { indices: batches.at(index), training: { step: index, random } }),
      logEvery: LOG_STEPS,
      evaluateEvery: epochSteps,
      evaluate: ({ parameters }, done) => finishEpoch(parameters, Math.round(done / epochSteps)),
      checkpoint: { every: Math.min(batches.perEpoch, CHECKPOINT_STEPS), save },
      onEvent,
      now: hooks.now,
      signal,
    });
    try {
      if (last) return last;
      const metrics = await finishEpoch(state.parameters, epochs);
      if (step === undefined) {
        await save(state, 0);
        onEvent({ type: "start", name: kind.name, step: 0, steps: 0 });
        onEvent({ type: "evaluate", name: kind.name, step: 0, metrics });
      }
      return metrics;
    } finally {
      disposeTrainState(state);
    }
  } finally {
    step?.dispose();
    judge?.dispose();
  }
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
