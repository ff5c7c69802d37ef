import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import {
  DecisionTransformer,
  type DecisionTransformerOptions,
  type Trajectory,
  type TrajectoryBatch,
} from "../../../agents/decision_transformer/decision_transformer.ts";
import { predictionOf } from "../../../agents/offline/action_prediction.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box, Discrete } from "../../../envs/mod.ts";
import { countParameters, disposeTensors, initialiseParameters } from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { backends, checkGradients } from "../../generative/support/finite_differences.ts";

const OPTIONS: DecisionTransformerOptions = {
  shape: [3],
  prediction: predictionOf(new Box(-1, 1, { shape: [2] })),
  timesteps: 9,
  layers: 2,
  heads: 2,
  width: 8,
  dropout: 0.1,
  filters: [4],
  features: 5,
};
const BATCH = 2, LENGTH = 4;

function networkOf(options: Partial<DecisionTransformerOptions> = {}) {
  const network = new DecisionTransformer({ ...OPTIONS, ...options });
  return { network, parameters: initialiseParameters(network.parameters, new RandomStream(7)) };
}

/** Numbers that are drawn, `[batch, length, ..]`. */
function draw(shape: number[], seed: number): tf.Tensor {
  const random = new RandomStream(seed);
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => random.uniform(-1, 1)), shape);
}

function batchOf(length = LENGTH): TrajectoryBatch {
  return {
    observations: draw([BATCH * length, 3], 1),
    returnsToGo: draw([BATCH, length], 2),
    actions: draw([BATCH, length, 2], 3),
    timesteps: tf.tensor2d(
      Array.from({ length: BATCH * length }, (_, i) => i % length + 2),
      [BATCH, length],
      "int32",
    ),
    present: tf.ones([BATCH, length]),
  };
}

function trajectoryOf(length = LENGTH): Trajectory {
  const { observations: _, present: __, ...rest } = batchOf(length);
  return { ...rest, states: draw([BATCH, length, OPTIONS.width], 4) };
}

/** A copy in which the decisions from `from` on are others. */
function changed(values: tf.Tensor, from: number): tf.Tensor {
  const length = values.shape[1]!;
  const moved = tf.range(0, length).greaterEqual(from).toFloat().reshape([
    1,
    length,
    ...values.shape.slice(2).map(() => 1),
  ]);
  return values.add(moved);
}

Deno.test("a later return, state or action changes no earlier prediction, by bits; an action not even its own", () => {
  const { network, parameters } = networkOf();
  tf.tidy(() => {
    const trajectory = trajectoryOf();
    const predict = (change: Partial<Trajectory>) =>
      network.predict(parameters, { ...trajectory, ...change }).arraySync() as number[][][];
    const before = predict({});
    for (let from = 0; from < LENGTH; from++) {
      for (const part of ["returnsToGo", "states", "actions"] as const) {
        const after = predict({ [part]: changed(trajectory[part], from) });
        const same = part === "actions" ? from + 1 : from;
        for (let row = 0; row < BATCH; row++) {
          assertEquals(after[row].slice(0, same), before[row].slice(0, same), `${part} from ${from} on`);
          if (same < LENGTH) assertNotEquals(after[row][same], before[row][same], `${part} from ${from} on`);
        }
      }
    }
  });
  disposeTensors(parameters);
});

Deno.test("what fills a window up changes neither predictions nor the loss", () => {
  const { network, parameters } = networkOf();
  tf.tidy(() => {
    const whole = trajectoryOf(6),
      cut = (x: tf.Tensor) => x.slice(x.shape.map(() => 0), [-1, 4, ...x.shape.slice(2)]);
    const short = Object.fromEntries(Object.entries(whole).map(([name, x]) => [name, cut(x)])) as Trajectory;
    const long = cut(network.predict(parameters, whole)).dataSync();
    network.predict(parameters, short).dataSync().forEach((value, i) =>
      assertAlmostEquals(value, long[i], 1e-5)
    );

    const batch = batchOf(6), present = tf.tensor2d([[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 0, 0]]);
    const padded = network.loss(parameters, { ...batch, present }).loss.dataSync()[0];
    const { observations, present: _, ...rest } = batch;
    const shortened = Object.fromEntries(Object.entries(rest).map(([name, x]) => [name, cut(x)]));
    const plain = network.loss(parameters, {
      ...shortened as typeof rest,
      observations: cut(observations.reshape([BATCH, 6, 3])).reshape([-1, 3]),
      present: tf.ones([BATCH, 4]),
    }).loss.dataSync()[0];
    assertAlmostEquals(padded, plain, 1e-5);
  });
  disposeTensors(parameters);
});

for (const backend of backends) {
  Deno.test(`${backend}: the loss has the gradient of finite differences`, async () => {
    await tf.setBackend(backend);
    const small = { layers: 1, heads: 1, width: 4, timesteps: 6 };
    const { network, parameters } = networkOf(small);
    const batch = { ...batchOf(), present: tf.tensor2d([[1, 1, 1, 1], [1, 1, 0, 0]]) };
    checkGradients((tensors) => network.loss(tensors, batch).loss, parameters);
    disposeTensors(parameters);
    disposeTensors(batch);
    await tf.setBackend(backends[0]);
  });
}

Deno.test("training drops out by its seed, predicting does not", () => {
  const { network, parameters } = networkOf({ dropout: 0.5 });
  tf.tidy(() => {
    const batch = batchOf();
    const loss = (seed?: [number, number]) =>
      network.loss(parameters, batch, seed && seedTensor(seed)).loss.dataSync()[0];
    assertEquals(loss([1, 2]), loss([1, 2]));
    assertNotEquals(loss([1, 2]), loss([1, 3]));
    assertNotEquals(loss([1, 2]), loss());
    assertEquals(loss(), loss());
  });
  disposeTensors(parameters);
});

Deno.test("parameters are those of the tokens, the blocks and the output", () => {
  const C = 128, blocks = 3 * (4 * (C * C + C) + 2 * 4 * C * C + 5 * C + 4 * C);
  const tokens = (inputs: number) => inputs * C + C;
  const gym = { ...OPTIONS, layers: 3, heads: 1, width: C };
  const hopper = new DecisionTransformer({
    ...gym,
    shape: [11],
    prediction: predictionOf(new Box(-1, 1, { shape: [3] })),
    timesteps: 1000,
  });
  const rest = 1000 * C + 4 * C + blocks; // timesteps, two norms, blocks
  assertEquals(countParameters(hopper.parameters), tokens(1) + tokens(11) + tokens(3) + rest + C * 3 + 3);
  const discrete = new DecisionTransformer({
    ...gym,
    prediction: predictionOf(new Discrete(4)),
    timesteps: 1000,
  });
  assertEquals(countParameters(discrete.parameters), tokens(1) + tokens(3) + tokens(4) + rest + C * 4 + 4);
  const pictures = new DecisionTransformer({ ...OPTIONS, shape: [16, 16, 1] });
  assert("eyes/conv1/kernel" in pictures.parameters);
  assertEquals(pictures.parameters["tokens/state/kernel"].shape, [5, 8]);
});
