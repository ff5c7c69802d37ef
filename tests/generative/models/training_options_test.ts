import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { readFileSync } from "node:fs";
import { field, fields } from "../../../core/fields/field.ts";
import { positive } from "../../../core/fields/value_schemas.ts";
import type { PictureData } from "../../../generative/data/mod.ts";
import { DCGAN_BRICKS } from "../../../generative/gans/dcgan_kind.ts";
import { VAE_FASHION } from "../../../generative/autoencoders/vae_kind.ts";
import { EarlyStopping } from "../../../generative/models/early_stopping.ts";
import { loadModel } from "../../../generative/load_model.ts";
import type { ModelKind } from "../../../generative/models/model.ts";
import { commonFields, learningFields, modelFields } from "../../../generative/models/model_fields.ts";
import { savedParameters } from "../../../generative/models/saved_parameters.ts";
import { type ModelEvent, trainModel } from "../../../generative/models/train_model.ts";
import { type NamedTensors, Statistics } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import {
  adamW,
  checkConfig,
  createTrainStep,
  initialiseTrainState,
  loadCheckpoint,
  RunFolder,
} from "../../../generative/train/mod.ts";
import { tinyVae, writeTinyPictures } from "./support.ts";

await startBackend();
const root = Deno.makeTempDirSync({ prefix: "somnium-options-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
const pictures = `${root}/pictures`;
writeTinyPictures(pictures);

const FIELDS = fields({
  ...commonFields({ model: "drift", data: pictures, epochs: 8, batchSize: 16 }),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  target: field(positive, "Where the held-out loss is least.", 1000),
});
const config = FIELDS.defaults;

/** A parameter that grows by nearly 1 a step: its average lags behind, and its held-out loss falls, then rises. */
const DRIFT: ModelKind<typeof config> = {
  ...VAE_FASHION as unknown as ModelKind<typeof config>,
  name: "drift",
  fields: FIELDS,
  presets: { default: config, book: config, smoke: config },
  create({ target }) {
    const zero = { shape: [], initialiser: () => Float32Array.of(0) };
    const network = {
      parameters: { value: zero },
      buffers: { turns: zero },
      loss({ value, turns }: NamedTensors, { x }: NamedTensors) {
        const statistics = new Statistics();
        statistics.update("turns", turns.add(1));
        return { loss: value.mul(x.mean().add(1)).neg(), ...statistics.parts };
      },
    };
    const optimiser = adamW({ learningRate: 1 });
    return {
      parameters: network.parameters,
      begin: (_, random) => initialiseTrainState(network, optimiser, random),
      createStep: (options) => createTrainStep(network, optimiser, options),
      batch: (data, { indices }) => {
        const { pictures } = data as PictureData;
        return { x: tf.tensor1d(Array.from(indices, (i) => pictures[i * 64] / 255)) };
      },
      measure: ({ value }) => ({ loss: value.sub(target).abs(), value }),
      sample: ({ value }, { count }) =>
        Promise.resolve({ kind: "text", texts: Array(count).fill(`value ${value.dataSync()[0]}`) }),
    };
  },
};

/** Trains into a folder; what is killed stops at the checkpoint of that number. */
async function run(name: string, changes: Partial<typeof config> = {}, killAt?: number) {
  const events: ModelEvent[] = [];
  const controller = new AbortController();
  const all = { ...config, ...changes };
  using runFolder = RunFolder.open(name, { root, config: all, grows: ["epochs"] });
  const { path } = runFolder;
  const onEvent = (event: ModelEvent) => {
    events.push(event);
    if (events.filter(({ type }) => type === "checkpoint").length === killAt) {
      controller.abort(new Error("killed"));
    }
  };
  const before = tf.memory().numTensors;
  const metrics = await trainModel(DRIFT, all, path, { onEvent, signal: controller.signal });
  assertEquals(tf.memory().numTensors, before);
  const { arrays, data } = loadCheckpoint<{ best?: { step: number } }>(`${path}/checkpoints`);
  const number = (group: string, key = "value") => arrays[group]?.[key].data[0];
  return { metrics, events, path, arrays, data, number };
}

const evaluations = (events: ModelEvent[]) =>
  events.flatMap((event) => event.type === "evaluate" ? [event.metrics] : []);

Deno.test("measures and samples take the average where there is one, and the newest weights where there is none", async () => {
  const averaged = await run("averaged", { averageDecay: 0.9, epochs: 2 });
  const newest = await run("newest", { epochs: 2 });
  const [value, lagging] = [averaged.number("parameters"), averaged.number("average")];
  assertEquals(newest.number("parameters"), value, "averaging changes nothing of what is learned");
  assertEquals(newest.arrays.average, undefined);
  assert(lagging < value - 0.5, `${lagging} lags behind ${value}`);
  assertEquals([averaged.metrics.value, newest.metrics.value], [lagging, value]);
  assertEquals(savedParameters(averaged.arrays).value.data[0], lagging);
  const text = readFileSync(`${averaged.path}/samples/epoch_2.txt`, "utf8");
  assert(text.includes(`value ${lagging}`), text);
});

Deno.test("a loaded model has the average", async () => {
  const all = tinyVae(pictures, { averageDecay: 0.99, epochs: 1 });
  using runFolder = RunFolder.open("vae", { root, config: all });
  const metrics = await trainModel(VAE_FASHION, all, runFolder.path);
  assert(Number.isFinite(metrics.loss));
  const { arrays } = loadCheckpoint(`${runFolder.path}/checkpoints`);
  const { parameters, dispose } = loadModel(runFolder.path);
  for (const [name, tensor] of Object.entries(parameters)) {
    assertEquals([...tensor.dataSync()], [...arrays.average[name].data]);
    assertNotEquals([...tensor.dataSync()], [...arrays.parameters[name].data]);
  }
  dispose();
});

Deno.test("a run with average, buffers and a best epoch, killed anywhere and resumed, ends as an unbroken one", async () => {
  const changes = { averageDecay: 0.5, patience: 2, target: 14, epochs: 8 };
  const whole = await run("whole", changes);
  for (const killAt of [1, 3, 4, 6]) {
    await assertRejects(() => run(`broken-${killAt}`, changes, killAt), Error, "killed");
    const resumed = await run(`broken-${killAt}`, changes);
    assertEquals([resumed.metrics, resumed.arrays, resumed.data], [whole.metrics, whole.arrays, whole.data]);
  }
  assertEquals(whole.number("buffers", "turns"), whole.number("average", "average/step"));
});

Deno.test("training stops when no epoch was better for a while, keeps the best, and stays stopped", async () => {
  const { metrics, events, arrays, data, path } = await run("stopping", { patience: 2, target: 12.5 });
  const losses = evaluations(events).map(({ loss }) => Math.round(loss * 2) / 2);
  assertEquals(losses, [8.5, 4.5, 0.5, 3.5, 7.5], "four steps of nearly 1 in an epoch");
  assertEquals([data.best?.step, metrics], [12, evaluations(events)[2]]);
  assertEquals(savedParameters(arrays).value.data[0], metrics.value);
  assert(arrays.parameters.value.data[0] > 19, "training could go on from the newest");
  const best = events.find((event) => event.type === "best");
  assertEquals(best, { type: "best", name: "drift", epoch: 3, ended: 5, early: true, metrics });

  const again = await run("stopping", { patience: 2, target: 12.5, epochs: 20 });
  assertEquals(again.path, path);
  assertEquals([again.metrics, again.arrays], [metrics, arrays]);
  const patient = await run("patient", { patience: 8, target: 12.5 });
  assertEquals(patient.metrics, metrics, "the best is kept also where training does not stop early");
  assertEquals(evaluations(patient.events).length, 8);
  assertEquals((await run("all", { target: 12.5 })).metrics, evaluations(patient.events)[7]);
});

Deno.test("accumulated mini-batches make the update of one large batch", async () => {
  const one = await run("large", { batchSize: 32, epochs: 3 });
  const two = await run("small", { batchSize: 16, accumulate: 2, epochs: 3 });
  assertEquals(two.number("optimiser", "adamw/step"), 6);
  assertEquals([one.number("buffers", "turns"), two.number("buffers", "turns")], [6, 12]);
  assertAlmostEquals(two.number("parameters"), one.number("parameters"), 1e-5);
  await assertRejects(
    () => run("too-many", { batchSize: 16, accumulate: 5 }),
    RangeError,
    "Cannot train drift: expected at least 80 examples, batchSize x accumulate, got 76",
  );
});

Deno.test("the best epoch of a GAN is told by the distance of its samples, which must be measured", async () => {
  const { smoke } = DCGAN_BRICKS.presets;
  const all = { ...smoke, data: pictures, size: 8, filters: [4], batchSize: 16, patience: 1 };
  const before = tf.memory().numTensors;
  await assertRejects(
    () => trainModel(DCGAN_BRICKS, all, `${root}/gan`),
    RangeError,
    "Cannot tell the best epoch of dcgan: expected the distance of its samples",
  );
  assertEquals(tf.memory().numTensors, before);
  const stopping = new EarlyStopping({ patience: 2, epochSteps: 3, criterion: "distance" });
  for (const [i, distance] of [NaN, 5, 4, 4, 6].entries()) {
    assertEquals(stopping.enough, false);
    await stopping.take({ "FD-tiny": distance, discriminator: -i }, {}, 3 * (i + 1));
  }
  assertEquals([stopping.best?.step, stopping.enough], [9, true]);
  await assertRejects(
    () => stopping.take({ loss: 1 }, {}, 18),
    TypeError,
    `expected "FD" among what is measured`,
  );
});

Deno.test("runs from before there were these options are read, and resumed, as runs without them", () => {
  const { averageDecay: _, patience: __, accumulate: ___, ...older } = config;
  assertEquals(checkConfig(FIELDS, older), config);
  assertThrows(() => checkConfig(FIELDS, { ...older, target: undefined }), TypeError, "--target");
  const complete = (written: object) => ({ averageDecay: 0, patience: 0, accumulate: 1, ...written });
  RunFolder.open("older", { root, config: older }).close();
  using resumed = RunFolder.open("older", { root, config, complete });
  assert(resumed.resumed);
  resumed.close();
  assertThrows(
    () => RunFolder.open("older", { root, config: { ...config, patience: 3 }, complete }),
    Error,
    "patience is 0 in its config.json, 3 now",
  );
});
