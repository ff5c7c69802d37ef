import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { CNN_CLASSIFIER } from "../../../generative/classifiers/cnn_classifier_kind.ts";
import { MLP_CLASSIFIER } from "../../../generative/classifiers/mlp_classifier_kind.ts";
import type { PictureData } from "../../../generative/data/dataset.ts";
import type { ModelKind } from "../../../generative/models/model.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { checkGradients } from "../../worlds/gradient_check.ts";
import { createModel, explore, learn, measure } from "../support/learn.ts";
import { onBackends } from "../support/on_backends.ts";
import { noisePictures } from "../support/pictures.ts";

// deno-lint-ignore no-explicit-any -- kinds of different configurations
const KINDS: ModelKind<any>[] = [MLP_CLASSIFIER, CNN_CLASSIFIER];

/** Noise of 8x8 pixels in colour, in classes one after the other. */
function noise(count: number, classes: number): PictureData {
  return {
    ...noisePictures(count, 8, 3),
    labels: Int32Array.from({ length: count }, (_, i) => i % classes),
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
  };
}

for (const kind of KINDS) {
  Deno.test(`${kind.name}: before it learned anything its loss is ln of the classes`, async () => {
    const data = noise(20, 10);
    const model = createModel(kind, data);
    const state = await model.begin(data, new RandomStream(1));
    assertAlmostEquals(measure(model, state.parameters, data).loss, Math.log(10), 0.7);
    const [last] = Object.keys(state.parameters).filter((name) => name.endsWith("/kernel")).slice(-1);
    const even = { ...state.parameters, [last]: tf.zerosLike(state.parameters[last]) };
    assertAlmostEquals(measure(model, even, data).loss, Math.log(10), 1e-5);
    disposeTrainState(state);
  });

  Deno.test(`${kind.name} learns eight pictures by heart`, async () => {
    const data = noise(8, 4);
    const model = createModel(kind, data, { learningRate: 3e-3 });
    const { state, curve } = await learn(model, data, { steps: 60 });
    assert(curve[59].loss < 0.15, `the loss is still ${curve[59].loss}`);
    assertEquals(measure(model, state.parameters, data).accuracy, 1);
    disposeTrainState(state);
  });

  Deno.test(`${kind.name} refuses data without classes, and what is no picture`, () => {
    const { classes: _classes, labels: _labels, ...plain } = noise(2, 2);
    assertThrows(
      () => createModel(kind, plain),
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

onBackends("cnn-classifier has the gradients of finite differences", async () => {
  const data = { ...noise(4, 3), height: 4, width: 4, channels: 1 };
  const model = createModel(CNN_CLASSIFIER, data, { dropoutRate: 0 });
  const { parameters } = await model.begin(data, new RandomStream(2));
  const batch = model.batch(data, { indices: [0, 1, 2, 3] });
  checkGradients(
    (kernels) => ({ loss: model.measure({ ...parameters, ...kernels }, batch, seedTensor([0, 0])).loss }),
    { "conv2/kernel": parameters["conv2/kernel"] },
    { length: 2e-3 },
  );
});

Deno.test("a classifier shows what it mixes up", async () => {
  const data = noise(20, 4);
  const model = createModel(CNN_CLASSIFIER, data);
  const state = await model.begin(data, new RandomStream(1));
  const names = (await explore(model, state.parameters, data)).map(({ name }) => name);
  assertEquals(names.filter((name) => name !== "confident_mistakes"), [
    "predictions",
    "confusion_matrix",
    "first_layer",
  ]);
  disposeTrainState(state);
});
