import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../../../core/random_stream.ts";
import { type PictureData, shapeOf } from "../../../generative/data/dataset.ts";
import type { GenerativeModel, ModelKind } from "../../../generative/models/model.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";

/** Pictures of noise. */
export function noisePictures(count: number, size: number, channels: number): PictureData {
  const random = new RandomStream(7);
  const pictures = Uint8Array.from({ length: count * size * size * channels }, () => random.integer(0, 256));
  return { kind: "pictures", name: "noise", count, height: size, width: size, channels, pictures };
}

/** Pictures that differ: a bright square somewhere, in a colour of its own. */
export function squarePictures(count: number, size: number, channels: number): PictureData {
  const random = new RandomStream(5);
  const pictures = new Uint8Array(count * size * size * channels);
  for (let n = 0; n < count; n++) {
    const [left, top] = [random.integer(0, size / 2), random.integer(0, size / 2)];
    const colour = Array.from({ length: channels }, () => random.integer(100, 256));
    for (let y = top; y < top + size / 2; y++) {
      for (let x = left; x < left + size / 2; x++) {
        colour.forEach((value, c) => pictures[((n * size + y) * size + x) * channels + c] = value);
      }
    }
  }
  return { kind: "pictures", name: "squares", count, height: size, width: size, channels, pictures };
}

/** The model of a kind for some pictures. */
export function createModel<C extends ModelConfig>(
  kind: ModelKind<C>,
  data: PictureData,
  changes: Partial<C> = {},
): GenerativeModel {
  return kind.create({ ...kind.presets.book, ...changes }, shapeOf(data));
}

/** The losses of some steps on the whole data, and what is measured afterwards. */
export async function learn(
  model: GenerativeModel,
  data: PictureData,
  { steps, seed = 1 }: { steps: number; seed?: number },
): Promise<{ losses: number[]; measured: Record<string, number> }> {
  const step = model.createStep!();
  const batch = model.batch(data, { indices: Int32Array.from({ length: data.count }, (_, i) => i) });
  let state = await model.begin(data, new RandomStream(seed));
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const draw = seedTensor([3, i]);
    const next = await step.run(state, batch, draw);
    losses.push((await next.losses.loss.data())[0]);
    tf.dispose([next.losses, draw]);
    disposeTrainState(state);
    state = next.state;
  }
  const measured = tf.tidy(() =>
    Object.fromEntries(
      Object.entries(model.measure(state.parameters, batch, seedTensor([0, 0])))
        .map(([name, value]) => [name, value.dataSync()[0]]),
    )
  );
  disposeTrainState(state);
  tf.dispose(batch);
  step.dispose();
  return { losses, measured };
}
