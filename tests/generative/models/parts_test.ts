import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fields } from "../../../core/fields/field.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { AUTOENCODER } from "../../../generative/autoencoders/autoencoder_kind.ts";
import { LATENT_MIXTURE } from "../../../generative/autoencoders/latent_mixture_kind.ts";
import { MLP_CLASSIFIER } from "../../../generative/classifiers/mlp_classifier_kind.ts";
import { createParts } from "../../../generative/create_model.ts";
import type { DataShape } from "../../../generative/data/dataset.ts";
import { pictureBatch, unitPixels } from "../../../generative/data/picture_tensors.ts";
import { registerModelKind } from "../../../generative/kinds.ts";
import { loadModel, loadParts } from "../../../generative/load_model.ts";
import { checkModel } from "../../../generative/models/check_model.ts";
import type { ModelKind } from "../../../generative/models/model.ts";
import {
  commonFields,
  learningFields,
  type ModelConfig,
  modelFields,
} from "../../../generative/models/model_fields.ts";
import {
  createPart,
  expectPart,
  expectSamePictures,
  partSourcesOf,
} from "../../../generative/models/parts.ts";
import { type ModelEvent, trainModel } from "../../../generative/models/train_model.ts";
import { collectParameters, Linear, type NamedTensors } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import {
  adamW,
  createTrainStep,
  initialiseTrainState,
  loadCheckpoint,
  RunFolder,
} from "../../../generative/train/mod.ts";
import { writeTinyPictures } from "./support.ts";

await startBackend();
const root = Deno.makeTempDirSync({ prefix: "somnium-parts-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
const pictures = `${root}/pictures`;
writeTinyPictures(pictures);

const FIELDS = fields({
  ...commonFields({ model: "probe", data: pictures, size: 8, epochs: 2, batchSize: 16 }),
  coder: modelFields.part("a model that encodes"),
  ...learningFields,
});
const config = FIELDS.defaults;

/** Learns by gradients how bright a picture is, from its latents alone; hands the latents on. */
const PROBE: ModelKind<typeof config> = {
  ...AUTOENCODER as unknown as ModelKind<typeof config>,
  name: "probe",
  page: undefined,
  fields: FIELDS,
  presets: { default: config, book: config, smoke: config },
  published: undefined,
  parts: {
    coder: {
      wanted: "a model that encodes",
      fits: ({ latents }) => latents?.encode !== undefined,
      example: AUTOENCODER,
    },
  },
  create(_config, data, parts) {
    const coder = expectPart(parts, { name: "coder", model: "probe" });
    expectSamePictures(data, { part: coder, model: "probe" });
    const { size, encode, decode } = coder.model.latents!;
    const layer = new Linear("probe", { inputs: size, units: 1 });
    const encodeOwn = (parameters: NamedTensors, pictures: tf.Tensor) =>
      encode!(coder.own(parameters), pictures);
    const network = {
      parameters: collectParameters(coder, layer),
      loss(parameters: NamedTensors, { pictures }: NamedTensors) {
        const told = layer.apply(parameters, encodeOwn(parameters, pictures).mu);
        return { loss: told.sub(pictures.mean([1, 2])).square().mean() };
      },
    };
    const optimiser = adamW({ learningRate: 0.05 });
    return {
      parameters: network.parameters,
      begin: (_, random) => initialiseTrainState(network, optimiser, random),
      createStep: (options) => createTrainStep(network, optimiser, options),
      batch: (data, { indices }) => tf.tidy(() => ({ pictures: unitPixels(pictureBatch(data, indices)) })),
      measure: (parameters, batch) => network.loss(parameters, batch),
      latents: {
        size,
        encode: encodeOwn,
        decode: (parameters, latents) => decode(coder.own(parameters), latents),
      },
    };
  },
};
const probe = PROBE as unknown as ModelKind;
registerModelKind(probe);

/** Trains a model; what is killed stops at the first checkpoint. */
async function train<C extends ModelConfig>(
  kind: ModelKind<C>,
  config: C,
  { name, on = "", kill = false }: { name: string; on?: string; kill?: boolean },
) {
  const events: ModelEvent[] = [];
  const controller = new AbortController();
  using folder = RunFolder.open(name, { root, config: { ...config }, grows: ["epochs"] });
  const { path } = folder;
  const onEvent = (event: ModelEvent) => {
    events.push(event);
    if (kill && event.type === "checkpoint") controller.abort(new Error("killed"));
  };
  const before = tf.memory().numTensors;
  const parts = loadParts(kind as unknown as ModelKind, path, () => `${root}/${on}`);
  const trained = trainModel(kind, config, path, { parts, onEvent, signal: controller.signal });
  const metrics = kill ? await assertRejects(() => trained, Error, "killed") : await trained;
  assertEquals(tf.memory().numTensors, before);
  return { path, events, metrics, ...loadCheckpoint(`${path}/checkpoints`) };
}

/** An autoencoder that keeps an average of its weights. */
const small = {
  ...AUTOENCODER.presets.book,
  data: pictures,
  size: 8,
  epochs: 2,
  batchSize: 16,
  averageDecay: 0.5,
};
const coder = await train(AUTOENCODER, small, { name: "coder" });
const mixed = { ...LATENT_MIXTURE.presets.smoke, data: pictures, size: 8, components: 2 };

Deno.test("a run keeps frozen copies of what its part gives for samples, beside what it learns itself", async () => {
  const { arrays, events } = await train(
    PROBE,
    { ...config, coder: "coder", averageDecay: 0.5, patience: 9 },
    {
      name: "probe",
      on: "coder",
    },
  );
  const kernel = "encoder/conv1/kernel";
  assertEquals(arrays.parameters[`coder/${kernel}`], coder.arrays.average[kernel]);
  assertNotEquals(arrays.parameters[`coder/${kernel}`], coder.arrays.parameters[kernel]);
  const own = ["probe/bias", "probe/kernel"];
  assertEquals(Object.keys(arrays.best).toSorted(), own);
  assertEquals(Object.keys(arrays.average).toSorted(), ["average/step", ...own]);
  assertEquals(Object.keys(arrays.optimiser).filter((name) => name.includes("coder")), []);
  assertEquals(events.find(({ type }) => type === "part"), {
    type: "part",
    name: "probe",
    part: "coder",
    run: "coder",
    model: "autoencoder",
    epoch: 2,
    epochs: 2,
  });
  const plan = events.find((event) => event.type === "plan")!;
  assertEquals(plan.trainable, 2 + 1);
});

Deno.test("a run stands alone: it is loaded, measured and trained on when the other one is gone", async () => {
  cpSync(coder.path, `${root}/gone`, { recursive: true });
  const { path, metrics } = await train(LATENT_MIXTURE, mixed, { name: "mixture", on: "gone" });
  const { metrics: half, arrays } = await train(PROBE, { ...config, epochs: 1 }, { name: "on", on: "gone" });
  rmSync(`${root}/gone`, { recursive: true });
  const { model, parameters, dispose } = loadModel(path);
  const samples = await model.sample!(parameters, { count: 3, random: new RandomStream(1) });
  assert(samples.kind === "pictures" && samples.pictures.length === 3 && samples.pictures[0].width === 8);
  dispose();
  assertEquals((await train(LATENT_MIXTURE, mixed, { name: "mixture", on: "gone" })).metrics, metrics);
  const more = await train(PROBE, config, { name: "on", on: "gone" });
  assert((more.metrics as { loss: number }).loss < (half as { loss: number }).loss, "it learns on");
  const frozen = "coder/decoder/pixels/kernel";
  assertEquals(more.arrays.parameters[frozen], arrays.parameters[frozen]);
});

Deno.test("a run that is still being trained gives its checkpoint, and the epoch is told", async () => {
  await train(AUTOENCODER, small, { name: "begun", kill: true });
  const { events } = await train(PROBE, config, { name: "early", on: "begun" });
  const part = events.find((event) => event.type === "part")!;
  assertEquals([part.epoch, part.epochs], [1, 2]);
});

Deno.test("parts have parts of their own", async () => {
  await train(PROBE, { ...config, epochs: 1 }, { name: "inner", on: "coder" });
  const { path, arrays } = await train(PROBE, { ...config, epochs: 1 }, { name: "outer", on: "inner" });
  const kernel = "encoder/conv1/kernel";
  assertEquals(arrays.parameters[`coder/coder/${kernel}`], coder.arrays.average[kernel]);
  const { model, parameters, dispose } = loadModel(path);
  const mu = tf.tidy(() => model.latents!.encode!(parameters, tf.ones([1, 8, 8, 1])).mu.dataSync());
  dispose();
  const alone = loadModel(coder.path);
  assertEquals(
    mu,
    tf.tidy(() => alone.model.latents!.encode!(alone.parameters, tf.ones([1, 8, 8, 1])).mu.dataSync()),
  );
  alone.dispose();
});

Deno.test("a run that cannot be a part is one sentence", async () => {
  const load = (run: string) => loadParts(probe, `${root}/none`, () => `${root}/${run}`);
  const classifier = { ...MLP_CLASSIFIER.presets.smoke, data: pictures, size: 8, batchSize: 16 };
  await train(MLP_CLASSIFIER, classifier, { name: "classifier" });
  assertThrows(
    () => load("classifier"),
    TypeError,
    `Cannot use "${root}/classifier" as the coder of probe: expected a model that encodes, got a run of mlp-classifier`,
  );
  assertThrows(() => load("nowhere"), Error, `Cannot read "${root}/nowhere/config.json"`);
  using _empty = RunFolder.open("empty", { root, config: { ...small } });
  assertThrows(() => load("empty"), Error, `Cannot load "${root}/empty": expected a checkpoint, got none`);

  cpSync(coder.path, `${root}/damaged`, { recursive: true });
  const { files } = JSON.parse(readFileSync(`${root}/damaged/checkpoints/checkpoint.json`, "utf8"));
  const weights = `${root}/damaged/checkpoints/${files.average.path}`;
  const bytes = readFileSync(weights);
  bytes[bytes.length - 3] ^= 1;
  writeFileSync(weights, bytes);
  assertThrows(() => load("damaged"), SyntaxError, `Cannot read "${weights}": expected checksum`);

  await assertRejects(
    () => train(LATENT_MIXTURE, { ...mixed, size: 16 }, { name: "larger", on: "coder" }),
    TypeError,
    `Cannot train latent-mixture on "pictures" (16x16x1): expected data like those of its autoencoder, "pictures" ` +
      `(8x8x1); set --data ${pictures} --size 8, or another run as --autoencoder`,
  );
  await assertRejects(
    () => trainModel(LATENT_MIXTURE, mixed, `${root}/none`),
    TypeError,
    'Cannot build latent-mixture: expected a trained run as its part "autoencoder", got none',
  );
});

Deno.test("a part takes parameters of its model alone, and what a file says of it must be whole", () => {
  const shape: DataShape = { kind: "pictures", name: "p", count: 80, height: 8, width: 8, channels: 1 };
  const model = AUTOENCODER.create(small, shape);
  const source = { model: "autoencoder", config: small, data: shape, step: 8, parts: {} };
  const { "decoder/pixels/bias": _, ...rest } = coder.arrays.parameters;
  assertThrows(
    () => createPart("coder", { model, source, learned: rest }),
    TypeError,
    'Cannot restore autoencoder as the part "coder": expected "decoder/pixels/bias"',
  );
  assertThrows(
    () => createParts({ coder: { ...source, model: "theirs" } }),
    RangeError,
    'Cannot make the coder of the model: its kind "theirs" does not come with Somnium, and --module FILE is missing',
  );
  assertEquals(partSourcesOf({}, "run"), {});
  const damaged = JSON.stringify({ coder: { ...source, step: "many" } });
  for (const parts of [damaged, "{"]) {
    assertThrows(
      () => partSourcesOf({ parts }, "run"),
      SyntaxError,
      'Cannot load "run": expected where its parts',
    );
  }
});

Deno.test("checkModel holds kinds with parts to the contract", async () => {
  const check = (kind: ModelKind) =>
    checkModel(kind, { config: { averageDecay: 0.9 } as Partial<ModelConfig> });
  await check(probe);
  const { coder: _, ...others } = PROBE.fields.entries;
  const nameless = { ...probe, fields: fields(others) as unknown as ModelKind["fields"] };
  const { coder: __, ...preset } = config;
  const presets = { default: preset, book: preset, smoke: preset } as ModelKind["presets"];
  await assertRejects(
    () => check({ ...nameless, presets }),
    Error,
    'an option of the name of its part "coder"',
  );
  const coderSpec = probe.parts!.coder;
  const unfit = { ...probe, parts: { coder: { ...coderSpec, fits: () => false } } };
  await assertRejects(() => check(unfit), Error, "got autoencoder, which does not fit");
  const changing = (change: (spec: object, name: string) => object | undefined): ModelKind => ({
    ...probe,
    create(...inputs) {
      const model = probe.create(...inputs);
      const specs = Object.entries(model.parameters).map(([name, spec]) => [name, change(spec, name)]);
      return { ...model, parameters: Object.fromEntries(specs.filter(([, spec]) => spec)) };
    },
  });
  const kernel = "coder/encoder/conv1/kernel";
  await assertRejects(
    () => check(changing((spec) => ({ ...spec, frozen: false }))),
    Error,
    `expected the parameter "${kernel}" of its part "coder", frozen, got one that learns`,
  );
  await assertRejects(
    () => check(changing((spec, name) => name.startsWith("coder") ? undefined : spec)),
    Error,
    `expected the parameter "${kernel}" of its part "coder", frozen, got none`,
  );
  const learning: ModelKind = {
    ...probe,
    create(...inputs) {
      const model = probe.create(...inputs);
      const begin: typeof model.begin = async (data, random) => {
        const { parameters, ...state } = await model.begin(data, random);
        const { [kernel]: first, ...rest } = parameters;
        const changed = first.add(1);
        first.dispose();
        return { ...state, parameters: { ...rest, [kernel]: changed } };
      };
      return { ...model, begin };
    },
  };
  await assertRejects(() => check(learning), Error, `"${kernel}" of its part "coder" to stay as it was`);
});
