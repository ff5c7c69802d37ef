import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../../../core/random_stream.ts";
import { type Dataset, shapeOf } from "../../../generative/data/dataset.ts";
import type { Artifact, GenerativeModel, ModelKind } from "../../../generative/models/model.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import type { NamedTensors } from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { disposeTrainState, type TrainState } from "../../../generative/train/mod.ts";

/** The model of a kind for some data, the book's but for some changes. */
export function createModel<C extends ModelConfig>(
  kind: ModelKind<C>,
  data: Dataset,
  changes: Partial<C> = {},
): GenerativeModel {
  return kind.create({ ...kind.presets.book, ...changes }, shapeOf(data));
}

/** How {@link learn} goes. */
export interface LearnOptions {
  steps: number;
  /** Examples in the one batch, each of the data as often as the others. @default each once */
  batchSize?: number;
  /** Of the parameters and, beside the step's number, of what a step draws. @default 1 */
  seed?: number;
  /** What steps draw by instead. @default `seed` */
  draws?: number;
}

/** Where some steps on the whole data lead, and their losses; the state is the caller's. */
export async function learn(
  model: GenerativeModel,
  data: Dataset,
  { steps, batchSize, seed = 1, draws = seed }: LearnOptions,
): Promise<{ state: TrainState; curve: Record<string, number>[] }> {
  const step = model.createStep!();
  const batch = wholeBatch(model, data, batchSize);
  let state = await model.begin(data, new RandomStream(seed));
  const curve: Record<string, number>[] = [];
  for (let i = 0; i < steps; i++) {
    const draw = seedTensor([draws, i]);
    const next = await step.run(state, batch, draw);
    curve.push(numbersOf(next.losses));
    tf.dispose([next.losses, draw]);
    disposeTrainState(state);
    state = next.state;
  }
  tf.dispose(batch);
  step.dispose();
  return { state, curve };
}

/** What is measured on the whole data. */
export function measure(
  model: GenerativeModel,
  parameters: NamedTensors,
  data: Dataset,
  batchSize?: number,
): Record<string, number> {
  return tf.tidy(() =>
    numbersOf(model.measure(parameters, wholeBatch(model, data, batchSize), seedTensor([0, 0])))
  );
}

/** All that a model shows. @param learned What it learned from. */
export function explore(
  model: GenerativeModel,
  parameters: NamedTensors,
  data: Dataset,
  learned = data,
): Promise<Artifact[]> {
  const context = { parameters, data, learned: () => Promise.resolve(learned), random: new RandomStream(1) };
  return Array.fromAsync(model.explore!(context));
}

/** Scalars, or the first numbers of tensors, by name. */
export function numbersOf(tensors: NamedTensors): Record<string, number> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync()[0]]));
}

function wholeBatch(model: GenerativeModel, data: Dataset, batchSize = data.count): NamedTensors {
  return model.batch(data, { indices: Int32Array.from({ length: batchSize }, (_, i) => i % data.count) });
}
