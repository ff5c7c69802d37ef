import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { CNN_CLASSIFIER, CNNClassifier } from "../../../generative/classifiers/cnn_classifier.ts";
import { MLP_CLASSIFIER, MLPClassifier } from "../../../generative/classifiers/mlp_classifier.ts";
import { type PictureData, shapeOf } from "../../../generative/data/dataset.ts";
import { loadModel } from "../../../generative/models/load_model.ts";
import type { Artifact, ModelKind } from "../../../generative/models/model.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import { trainModel } from "../../../generative/models/train_model.ts";
import { countParameters, type NamedTensors, valueAndGradients } from "../../../generative/nn/mod.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { disposeTrainState, RunFolder } from "../../../generative/train/mod.ts";
import { writeTinyPictures } from "../models/support.ts";

await startBackend();
// deno-lint-ignore no-explicit-any -- kinds of different configurations
const KINDS: ModelKind<any>[] = [MLP_CLASSIFIER, CNN_CLASSIFIER];
const CIFAR = { size: 32, channels: 3, classes: 10 };

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

Deno.test("classifiers of CIFAR-10's shape have the published numbers of parameters", () => {
  assertEquals(countParameters(new MLPClassifier(CIFAR).parameters), 646_260);
  const { parameters } = new CNNClassifier({ ...CIFAR, dropoutRate: 0.5 });
  assertEquals(countParameters(parameters), 592_554);
  assertEquals(countParameters(parameters, { trainable: true }), 591_914);
});

for (const kind of KINDS) {
  Deno.test(`${kind.name}: before it learned anything its loss is ln of the classes`, () => {
    const data = noise(20, 10);
    const model = build(kind, data);
    const { parameters, optimiser } = model.begin(data, new RandomStream(1));
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

  Deno.test(`${kind.name} learns eight pictures by heart, the same way each time`, () => {
    const data = noise(8, 4);
    const model = build(kind, data, { learningRate: 3e-3 } as Partial<ModelConfig>);
    const curve = () => {
      const step = model.createStep!();
      let state = model.begin(data, new RandomStream(1));
      const batch = model.batch(data, { indices: [0, 1, 2, 3, 4, 5, 6, 7] });
      const losses: number[] = [];
      for (let i = 0; i < 60; i++) {
        const seed = seedTensor([1, i]);
        const next = step(state, batch, seed);
        losses.push(next.losses.loss.dataSync()[0]);
        tf.dispose([state, seed, next.losses]);
        state = next.state;
      }
      step.dispose();
      tf.dispose(batch);
      return { losses, state };
    };
    const before = tf.memory().numTensors;
    const { losses, state } = curve();
    assert(losses.at(-1)! < 0.15, `the loss is still ${losses.at(-1)}`);
    const again = curve();
    assertEquals(again.losses, losses);
    disposeTrainState(again.state);
    disposeTrainState(state);
    assertEquals(tf.memory().numTensors, before);
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
      const { parameters } = model.begin(data, new RandomStream(2));
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

Deno.test("a classifier that was stopped goes on as if it had not been, and shows what it mixes up", async () => {
  const root = Deno.makeTempDirSync({ prefix: "somnium-classifiers-" });
  const data = `${root}/pictures`;
  writeTinyPictures(data);
  const config = { ...CNN_CLASSIFIER.presets.book, data, size: 8, batchSize: 16, epochs: 3 };
  const run = async (name: string, signal?: AbortSignal, onCheckpoint = () => {}) => {
    using folder = RunFolder.open(name, { root, config });
    const onEvent = ({ type }: { type: string }) => type === "checkpoint" && onCheckpoint();
    return await trainModel(CNN_CLASSIFIER, config, folder.path, { signal, onEvent });
  };
  const metrics = await run("whole");
  assertEquals(Object.keys(metrics), ["loss", "accuracy"]);
  const controller = new AbortController();
  await assertRejects(
    () => run("stopped", controller.signal, () => controller.abort(new Error("stopped"))),
    Error,
    "stopped",
  );
  assertEquals(await run("stopped"), metrics);

  const loaded = loadModel(`${root}/whole`);
  const artifacts: Artifact[] = [];
  const before = tf.memory().numTensors;
  const context = {
    parameters: loaded.parameters,
    data: await loaded.loadData("test"),
    learned: () => loaded.loadData("train"),
    random: new RandomStream(1),
  };
  for await (const artifact of loaded.model.explore!(context)) artifacts.push(artifact);
  assertEquals(tf.memory().numTensors, before);
  const names = artifacts.map(({ name }) => name).filter((name) => name !== "confident_mistakes");
  assertEquals(names, ["predictions", "confusion_matrix", "first_layer"]);
  assert(artifacts.every(({ caption }) => caption.length > 20));
  loaded.dispose();
  Deno.removeSync(root, { recursive: true });
});
