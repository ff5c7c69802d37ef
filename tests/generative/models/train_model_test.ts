import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fields } from "../../../core/fields/field.ts";
import { readPng, writePng } from "../../../core/pictures/png.ts";
import { type Dataset, exampleDigests, type PictureData } from "../../../generative/data/mod.ts";
import { AUTOENCODER } from "../../../generative/autoencoders/autoencoder_kind.ts";
import { VAE_FASHION } from "../../../generative/autoencoders/vae_kind.ts";
import { describeModel, loadModel } from "../../../generative/load_model.ts";
import type { BatchRequest, ModelKind } from "../../../generative/models/model.ts";
import { commonFields, type ModelConfig } from "../../../generative/models/model_fields.ts";
import { type ModelEvent, trainModel } from "../../../generative/models/train_model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { RunFolder } from "../../../generative/train/mod.ts";
import { tinyVae, writeTinyPictures } from "./support.ts";

await startBackend();
const root = Deno.makeTempDirSync({ prefix: "somnium-models-" });
const cache = Deno.env.get("XDG_CACHE_HOME");
Deno.env.set("XDG_CACHE_HOME", `${root}/cache`);
globalThis.addEventListener("unload", () => {
  if (cache === undefined) Deno.env.delete("XDG_CACHE_HOME");
  else Deno.env.set("XDG_CACHE_HOME", cache);
  Deno.removeSync(root, { recursive: true });
});
const pictures = `${root}/pictures`;
writeTinyPictures(pictures);
const config = tinyVae(pictures);

/** Trains into a folder and keeps what was told. */
async function run(name: string, changes = {}, signal?: (event: ModelEvent, stop: () => void) => void) {
  const events: ModelEvent[] = [];
  const controller = new AbortController();
  const stop = () => controller.abort(new Error("stopped"));
  const all = { ...config, ...changes };
  using runFolder = RunFolder.open(name, { root, config: all });
  const { path } = runFolder;
  const onEvent = (event: ModelEvent) => {
    events.push(event);
    signal?.(event, stop);
  };
  const metrics = await trainModel(VAE_FASHION, all, path, { onEvent, signal: controller.signal });
  return { metrics, events, folder: path };
}

/** The files of a folder of classes. */
function picturesOf(folder: string): { path: string }[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name }) =>
    [...Deno.readDirSync(`${folder}/${name}`)].map((file) => ({ path: `${folder}/${name}/${file.name}` }))
  );
}

/** The parameters of a run as numbers. */
function learned(folder: string): Record<string, number[]> {
  const { parameters, dispose } = loadModel(folder);
  const numbers = Object.entries(parameters).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]);
  dispose();
  return Object.fromEntries(numbers);
}

Deno.test("trainModel() measures and draws after every epoch, says so, and leaves no tensor behind", async () => {
  const before = tf.memory().numTensors;
  const { metrics, events, folder } = await run("whole");
  assertEquals(tf.memory().numTensors, before);
  const plan = events.find(({ type }) => type === "plan");
  assertEquals(plan, {
    type: "plan",
    name: "vae-fashion",
    parameters: 92_672 + 2 * 258 + 384 + 239_840 + 289, // convolutions, mu and logVar; the way back
    trainable: 333_701,
    examples: 76,
    held: 4,
    epochSteps: 4,
    epochs: 2,
  });
  const evaluations = events.flatMap((event) => event.type === "evaluate" ? [event] : []);
  assertEquals(evaluations.map(({ step }) => step), [4, 8]);
  assertEquals(evaluations[1].metrics, metrics);
  assertEquals(Object.keys(metrics), ["loss", "reconstruction", "kl"]);
  assert(evaluations[1].metrics.loss < evaluations[0].metrics.loss, "it learns");
  assertEquals(readdirSync(`${folder}/samples`).toSorted(), ["epoch_1.png", "epoch_2.png"]);
  assert(existsSync(`${folder}/checkpoints/checkpoint.json`));
});

Deno.test("trainModel() gives the same numbers for the same seed, stopped or not, and others for another", async () => {
  const { metrics } = await run("same");
  assertEquals((await run("again")).metrics, metrics);
  assertNotEquals((await run("other", { seed: 2 })).metrics, metrics);

  const stopAt = (type: ModelEvent["type"]) => (event: ModelEvent, stop: () => void) => {
    if (event.type === type) stop();
  };
  await assertRejects(() => run("stopped", {}, stopAt("plan")), Error, "stopped");
  await assertRejects(() => run("stopped", {}, stopAt("checkpoint")), Error, "stopped");
  const { metrics: last, events } = await run("stopped");
  assertEquals(events.find(({ type }) => type === "start"), {
    type: "start",
    name: "vae-fashion",
    step: 4,
    steps: 8,
  });
  assertEquals(last, metrics);
  assertEquals(learned(`${root}/stopped`), learned(`${root}/same`));
  const sample = (name: string) => readFileSync(`${root}/${name}/samples/epoch_2.png`);
  assertEquals(sample("stopped"), sample("same"));
  assertEquals((await run("same")).metrics, metrics, "a finished run is only measured again");
});

Deno.test("trainModel() stops where the loss is not finite, and the last good checkpoint stays", async () => {
  const { folder } = await run("good", { epochs: 1 });
  const good = learned(folder);
  const bad = { ...config, epochs: 50, learningRate: 1e25 };
  const before = tf.memory().numTensors;
  const error = await assertRejects(() => trainModel(VAE_FASHION, bad, folder), Error);
  assertStringIncludes(error.message, "Cannot go on training vae-fashion: expected");
  assertStringIncludes(error.message, "at step ");
  assertStringIncludes(error.message, '"encoder/');
  assertEquals(tf.memory().numTensors, before);
  assertEquals(learned(folder), good);
});

Deno.test("trainModel() refuses a checkpoint of another model or other data in one sentence", async () => {
  const { folder } = await run("vae", { epochs: 1 });
  const autoencoder = { ...AUTOENCODER.presets.book, data: pictures, size: 8, epochs: 1, batchSize: 16 };
  await assertRejects(
    () => trainModel(AUTOENCODER, autoencoder, folder),
    TypeError,
    "expected a checkpoint of autoencoder, got one of vae-fashion",
  );
  await assertRejects(
    () => trainModel(VAE_FASHION, { ...config, size: 16 }, folder),
    TypeError,
    "has changed since training: height was 8, is 16",
  );
  await assertRejects(
    () => trainModel(VAE_FASHION, { ...config, latentSize: 3 }, folder),
    TypeError,
    'expected "encoder/mu/kernel" of shape [128,3], got [128,2]',
  );
  await assertRejects(
    () => trainModel(VAE_FASHION, { ...config, data: "fashion-mnits" }, folder),
    RangeError,
    'did you mean "fashion-mnist"?',
  );
  await assertRejects(
    () => trainModel(VAE_FASHION, { ...config, size: 9 }, `${root}/odd`),
    TypeError,
    "a side that is a multiple of 8 (set --size)",
  );
});

Deno.test("loadModel() needs no data, and names what is missing", async () => {
  writeTinyPictures(`${root}/gone`);
  const { folder } = await run("kept", { data: `${root}/gone`, epochs: 1 });
  Deno.removeSync(`${root}/gone`, { recursive: true });
  const loaded = loadModel(folder);
  assertEquals([loaded.kind.name, loaded.step, loaded.shape.kind], ["vae-fashion", 4, "pictures"]);
  const described = describeModel(folder);
  assertEquals([described.kind, described.shape], [loaded.kind, loaded.shape]);
  assertEquals(described.model.parameters, loaded.model.parameters);
  await assertRejects(() => loaded.loadData("test"), RangeError, "gone");
  loaded.dispose();
  using runFolder = RunFolder.open("empty", { root, config });
  const { path } = runFolder;
  for (const read of [loadModel, describeModel]) {
    assertThrows(() => read(path), Error, "expected a checkpoint, got none");
  }
});

Deno.test("a run never goes on with other data, and is never measured on what it learned from", async () => {
  const own = `${root}/growing`;
  writeTinyPictures(own);
  const { folder } = await run("grow", { data: own, epochs: 1 });
  const before = loadModel(folder);
  const held = await before.loadData("test") as PictureData;
  const learned = await before.loadData("train") as PictureData;
  assertEquals((await run("grow", { data: own, epochs: 1 })).folder, folder, "the same data are welcome");
  const record = JSON.parse(readFileSync(`${folder}/data.json`, "utf8"));
  assertEquals([record.data, record.learned.count, record.held.count], ["growing", 76, 4]);

  // All that was held out goes, so that the next picture, which was learned from, is held out instead, and a new one.
  for (const { path } of picturesOf(own)) {
    const pixels = Array.from(readPng(path).data.filter((_, i) => i % 3 === 0));
    const known = Array.from(
      { length: held.count },
      (_, n) => [...held.pictures.subarray(64 * n, 64 * n + 64)],
    );
    if (known.some((picture) => `${picture}` === `${pixels}`)) Deno.removeSync(path);
  }
  const events: ModelEvent[] = [];
  await assertRejects(
    () => before.loadData("test"),
    TypeError,
    "expected held-out examples that it did not learn from, got none among 1;",
  );
  for (let n = 0; n < 60; n++) {
    const data = new Uint8Array(192).fill(n);
    writePng(`${own}/left/new${n}.png`, { width: 8, height: 8, data });
  }
  const now = await before.loadData("test", (event) => events.push(event)) as PictureData;
  assert(now.count > 0);
  for (let n = 0; n < now.count; n++) {
    const plain = now.pictures.subarray(64 * n, 64 * n + 64);
    assert(plain.every((value) => value === plain[0]), "only new pictures, which are plain");
  }
  assertEquals(exampleDigests(learned).filter((digest) => exampleDigests(now).includes(digest)), []);
  await assertRejects(
    () => run("grow", { data: own, epochs: 1 }),
    TypeError,
    'its data "growing" has changed since training: 76 training examples became ',
  );
  before.dispose();
});

Deno.test("labels that change are other data", async () => {
  const own = `${root}/labels`;
  writeTinyPictures(own);
  const { folder } = await run("relabelled", { data: own, epochs: 1 });
  Deno.renameSync(`${own}/left/3.png`, `${own}/right/left3.png`);
  await assertRejects(
    () => trainModel(VAE_FASHION, { ...config, data: own, epochs: 1 }, folder),
    TypeError,
    "76 training examples have changed; restore the old data, or start another run",
  );
});

Deno.test("trainModel() fits models that need no steps at once", async () => {
  const kind: ModelKind = {
    ...VAE_FASHION as unknown as ModelKind,
    name: "mean",
    fields: fields(commonFields({ model: "mean", data: "moons", epochs: 1, batchSize: 16 })),
    create: () => ({
      parameters: { mean: { shape: [], initialiser: () => Float32Array.of(0) } },
      begin: (data) => ({ parameters: { mean: tf.scalar(data.count) }, optimiser: {} }),
      batch: (data, { indices }) => ({
        values: tf.tensor1d(Array.from(indices, (i) => data.kind === "pictures" ? data.pictures[i * 64] : 0)),
      }),
      measure: ({ mean }, { values }) => ({ loss: values.sub(mean).square().mean() }),
    }),
  };
  using runFolder = RunFolder.open("fitted", { root, config: { ...config } });
  const folder = runFolder.path;
  const events: ModelEvent[] = [];
  const before = tf.memory().numTensors;
  const metrics = await trainModel(kind, { ...config } as ModelConfig, folder, {
    onEvent: (e) => events.push(e),
  });
  assertEquals(tf.memory().numTensors, before);
  assertEquals(events.map(({ type }) => type).filter((type) => type !== "progress"), [
    "plan",
    "start",
    "evaluate",
  ]);
  assertEquals(events.findLast((event) => event.type === "evaluate")?.metrics, metrics);
});

Deno.test("a batch hears which step learns from it, and draws the same for that step when training resumes", async () => {
  const heard: [step: number, drawn: number][] = [];
  let measured = 0;
  const kind = {
    ...VAE_FASHION,
    create: (...inputs: Parameters<typeof VAE_FASHION.create>) => {
      const model = VAE_FASHION.create(...inputs);
      return {
        ...model,
        batch: (data: Dataset, request: BatchRequest) => {
          const { training } = request;
          if (training) heard.push([training.step, training.random.fork("crop").uniform()]);
          else measured++;
          return model.batch(data, request);
        },
      };
    },
  };
  const train = async (name: string, stopAt?: ModelEvent["type"]) => {
    const controller = new AbortController();
    using runFolder = RunFolder.open(name, { root, config: { ...config } });
    const onEvent = ({ type }: ModelEvent) => type === stopAt && controller.abort(new Error("stopped"));
    const trained = trainModel(kind, config, runFolder.path, { onEvent, signal: controller.signal });
    return stopAt ? await assertRejects(() => trained, Error, "stopped") : await trained;
  };
  await train("heard");
  const whole = heard.splice(0);
  assertEquals(whole.map(([step]) => step), [0, 1, 2, 3, 4, 5, 6, 7]);
  assertEquals(new Set(whole.map(([, drawn]) => drawn)).size, 8);
  assertEquals(measured, 2, "held-out examples are measured as they are, once an epoch");
  await train("heard-again", "checkpoint");
  await train("heard-again");
  assertEquals(new Map(heard), new Map(whole));
});
