import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../core/mod.ts";
import { type NamedTensors, valueAndGradients } from "../generative/nn/mod.ts";
import { compile, seedTensor } from "../generative/runtime/mod.ts";
import {
  adamW,
  disposeTrainState,
  initialiseTrainState,
  type Model,
  type TrainState,
} from "../generative/train/mod.ts";

/** How often a step is measured. */
export const CALLS = 5;

/** Milliseconds a train step of a model, eager and compiled: the best of {@link CALLS}. */
export async function measureStep<Batch extends NamedTensors>(
  model: Model<Batch>,
  batch: Batch,
): Promise<{ eager: number; compiled: number }> {
  const optimiser = adamW({ learningRate: 1e-4 });
  const step = (state: TrainState, batch: Batch, seed: tf.Tensor) => {
    const { value, gradients } = valueAndGradients((p) => model.loss(p, batch, seed), state.parameters);
    const { parameters, state: moments } = optimiser.update(state.optimiser, state.parameters, gradients);
    return { state: { parameters, optimiser: moments }, loss: value.loss };
  };
  const compiled = compile(step);
  const seed = seedTensor([1, 2]);
  const time = async (run: (...inputs: Parameters<typeof step>) => Promise<ReturnType<typeof step>>) => {
    let state = initialiseTrainState(model, optimiser, new RandomStream(1));
    const advance = async () => {
      const next = await run(state, batch, seed);
      next.loss.dataSync();
      next.loss.dispose();
      state = next.state;
    };
    await advance();
    await advance();
    let best = Infinity;
    for (let i = 0; i < CALLS; i++) {
      const start = performance.now();
      await advance();
      best = Math.min(best, performance.now() - start);
    }
    disposeTrainState(state);
    return best;
  };
  const eager = await time((state, ...inputs) => {
    const next = tf.tidy(() => step(state, ...inputs) as unknown as tf.TensorContainer);
    disposeTrainState(state);
    return Promise.resolve(next as unknown as ReturnType<typeof step>);
  });
  const result = { eager, compiled: await time(compiled.runInPlace) };
  compiled.dispose();
  seed.dispose();
  return result;
}
