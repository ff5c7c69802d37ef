import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../../../core/random_stream.ts";
import { type PictureData, shapeOf } from "../../../generative/data/dataset.ts";
import type { GenerativeModel, ModelKind } from "../../../generative/models/model.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import type { NamedTensors } from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { disposeTrainState, type TrainState } from "../../../generative/train/mod.ts";

/** Sizes of networks for pictures of 8x8 that learn in a second. */
export const TINY = { size: 8, filters: [16], latentSize: 8, batchSize: 32, learningRate: 3e-3 };

/** Eight grey pictures of 8x8, a bright square each, four at the left and four at the right; `right` tells which. */
export function eightSquares(): PictureData {
  const pictures = new Uint8Array(8 * 64);
  for (let n = 0; n < 8; n++) {
    const [left, top] = [n % 2 * 4, Math.floor(n / 2)];
    for (let y = top; y < top + 4; y++) {
      pictures.fill(140 + 30 * top, n * 64 + y * 8 + left, n * 64 + y * 8 + left + 4);
    }
  }
  const right = Uint8Array.from({ length: 8 }, (_, n) => n % 2);
  const shape = { count: 8, height: 8, width: 8, channels: 1, labels: Int32Array.from(right) };
  return {
    kind: "pictures",
    name: "squares",
    ...shape,
    pictures,
    classes: ["l", "r"],
    attributes: { right },
  };
}

/** The model of a kind for some pictures. */
export function tinyModel<C extends ModelConfig>(
  kind: ModelKind<C>,
  data: PictureData,
  changes: Partial<C> = {},
): GenerativeModel {
  return kind.create({ ...kind.presets.default, ...TINY, ...changes }, shapeOf(data));
}

/** Where some steps on the whole data lead, and their losses; the state is the caller's. */
export async function learn(
  model: GenerativeModel,
  data: PictureData,
  { steps, seed = 1 }: { steps: number; seed?: number },
): Promise<{ state: TrainState; curve: Record<string, number>[] }> {
  const step = model.createStep!();
  const batch = wholeBatch(model, data);
  let state = await model.begin(data, new RandomStream(seed));
  const curve: Record<string, number>[] = [];
  for (let i = 0; i < steps; i++) {
    const draw = seedTensor([seed, i]);
    const next = await step.run(state, batch, draw);
    curve.push(numbers(next.losses));
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
  data: PictureData,
): Record<string, number> {
  return tf.tidy(() => numbers(model.measure(parameters, wholeBatch(model, data), seedTensor([0, 0]))));
}

/** Thirty-two pictures, each of the data as often as the others. */
function wholeBatch(model: GenerativeModel, data: PictureData): NamedTensors {
  return model.batch(data, {
    indices: Int32Array.from({ length: TINY.batchSize }, (_, i) => i % data.count),
  });
}

const numbers = (tensors: NamedTensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync()[0]]));
