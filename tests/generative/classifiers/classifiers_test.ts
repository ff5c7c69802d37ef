import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { CNNClassifier } from "../../../generative/classifiers/cnn_classifier.ts";
import { CNN_CLASSIFIER } from "../../../generative/classifiers/cnn_classifier_kind.ts";
import { MLP_CLASSIFIER } from "../../../generative/classifiers/mlp_classifier_kind.ts";
import { type PictureData, shapeOf } from "../../../generative/data/dataset.ts";
import type { ModelKind } from "../../../generative/models/model.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import { type NamedTensors, valueAndGradients } from "../../../generative/nn/mod.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";

await startBackend();
// deno-lint-ignore no-explicit-any -- kinds of different configurations
const KINDS: ModelKind<any>[] = [MLP_CLASSIFIER, CNN_CLASSIFIER];

/** Noise of 8x8 pixels in colour, in classes one after the other. */
function noise(count: number, classes: number): PictureData {
  const random = new RandomStream(4);
  return {
    kind: "pictures",
    name: "noise",
    count,
    height: 8,
    width: 8,
    channels: 3,
    pictures: Uint8Array.from({ length: count * 192 }, () => random.integer(0, 256)),
    labels: Int32Array.from({ length: count }, (_, i) => i % classes),
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
  };
}

function build(kind: ModelKind, data: PictureData, changes: Partial<ModelConfig> = {}) {
  return kind.create({ ...kind.presets.book, ...changes } as ModelConfig, shapeOf(data));
}

for (const kind of KINDS) {
  Deno.test(`${kind.name}: before it learned anything its loss is ln of the classes`, async () => {
    const data = noise(20, 10);
    const model = build(kind, data);
    const { parameters, optimiser } = await model.begin(data, new RandomStream(1));
    const [last] = Object.keys(parameters).filter((name) => name.endsWith("/kernel")).slice(-1);
    const batch = model.batch(data, { indices: Int32Array.from({ length: 20 }, (_, i) => i) });
    const seed = seedTensor([1, 2]);
    const even = model.measure({ ...parameters, [last]: tf.zerosLike(parameters[last]) }, batch, seed);
    assertAlmostEquals(even.loss.dataSync()[0], Math.log(10), 1e-5);
    const { loss, accuracy } = model.measure(parameters, batch, seed);
    assertAlmostEquals(loss.dataSync()[0], Math.log(10), 0.7);
    assert(accuracy.dataSync()[0] >= 0 && accuracy.dataSync()[0] <= 1);
    disposeTrainState({ parameters, optimiser });
  });

  Deno.test(`${kind.name} learns eight pictures by heart`, async () => {
    const data = noise(8, 4);
    const model = build(kind, data, { learningRate: 3e-3 } as Partial<ModelConfig>);
    const step = model.createStep!();
    let state = await model.begin(data, new RandomStream(1));
    const batch = model.batch(data, { indices: [0, 1, 2, 3, 4, 5, 6, 7] });
    let loss = Infinity;
    for (let i = 0; i < 60; i++) {
      const seed = seedTensor([1, i]);
      const next = step(state, batch, seed);
      [loss] = next.losses.loss.dataSync();
      tf.dispose([state, seed, next.losses]);
      state = next.state;
    }
    step.dispose();
    tf.dispose(batch);
    disposeTrainState(state);
    assert(loss < 0.15, `the loss is still ${loss}`);
  });

  Deno.test(`${kind.name} refuses data without classes, and what is no picture`, () => {
    const { classes: _classes, labels: _labels, ...plain } = noise(2, 2);
    assertThrows(
      () => build(kind, plain),
      TypeError,
      `Cannot train ${kind.name} on "noise": expected pictures with two classes or more, got none`,
    );
    assertThrows(
      () => kind.create(kind.presets.book, { kind: "points", name: "moons", count: 1, dimensions: 2 }),
      TypeError,
      "expected square pictures",
    );
  });
}

Deno.test("cnn-classifier has the gradients of finite differences", async (t) => {
  const network = new CNNClassifier({ size: 4, channels: 1, classes: 3, dropoutRate: 0 });
  const data = { ...noise(4, 3), height: 4, width: 4, channels: 1 };
  for (const backend of ["tensorflow", "cpu"]) {
    await t.step(backend, async () => {
      await tf.setBackend(backend);
      const model = CNN_CLASSIFIER.create(
        { ...CNN_CLASSIFIER.presets.book, dropoutRate: 0 },
        shapeOf(data),
      );
      const { parameters } = await model.begin(data, new RandomStream(2));
      const batch = model.batch(data, { indices: [0, 1, 2, 3] });
      const loss = (kernel: tf.Tensor) =>
        model.measure({ ...parameters, "conv2/kernel": kernel }, batch, seedTensor([0, 0])).loss;
      const kernel = parameters["conv2/kernel"];
      const { gradients } = valueAndGradients(
        ({ kernel }) => ({ loss: loss(kernel) }),
        { kernel } as NamedTensors,
      );
      const direction = tf.tensor(
        Float32Array.from({ length: kernel.size }, (_, i) => Math.cos(5 * i)),
        kernel.shape,
      );
      const at = (step: number) => loss(kernel.add(direction.mul(step))).dataSync()[0];
      const numeric = (at(2e-3) - at(-2e-3)) / 4e-3;
      assertAlmostEquals(gradients.kernel.mul(direction).sum().dataSync()[0], numeric, 0.02);
    });
  }
  await tf.setBackend("tensorflow");
  assertEquals(network.firstKernel in network.parameters, true);
});

Deno.test("a classifier shows what it mixes up", async () => {
  const data = noise(20, 4);
  const model = build(CNN_CLASSIFIER, data);
  const state = await model.begin(data, new RandomStream(1));
  const context = { data, learned: () => Promise.resolve(data), random: new RandomStream(1) };
  const artifacts = await Array.fromAsync(model.explore!({ ...context, parameters: state.parameters }));
  const names = artifacts.map(({ name }) => name).filter((name) => name !== "confident_mistakes");
  assertEquals(names, ["predictions", "confusion_matrix", "first_layer"]);
  disposeTrainState(state);
});
