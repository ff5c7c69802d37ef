import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { planePlaces } from "../../../core/pictures/plane_picture.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { WORD_LSTM } from "../../../generative/autoregressive/word_lstm_kind.ts";
import { MLP_CLASSIFIER } from "../../../generative/classifiers/mlp_classifier_kind.ts";
import { type Dataset, type PictureData, type PointData, shapeOf } from "../../../generative/data/dataset.ts";
import { EBM_DIGITS } from "../../../generative/energy_based/ebm_kind.ts";
import { SCORE_MATCHING } from "../../../generative/energy_based/score_matching_kind.ts";
import { REAL_NVP } from "../../../generative/flows/real_nvp_kind.ts";
import { HELD_OUT_FILE, keepExamples } from "../../../generative/models/held_out_examples.ts";
import type { ModelKind } from "../../../generative/models/model.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import { disposeTensors } from "../../../generative/nn/mod.ts";
import { GPT_TEXT } from "../../../generative/transformers/gpt_kind.ts";
import { decodeSafetensors } from "../../../generative/train/safetensors.ts";
import { toTensors } from "../../../generative/train/tensor_arrays.ts";
import { attend } from "../../../viewer/lab/ask.ts";
import { type Channel, type ChannelKind, joinAll } from "../../../viewer/lab/channels.ts";
import { blackPicture, tinyTexts, writeUntrained } from "../support/model_runs.ts";
import { nativeLab, readFiles } from "./random_run.ts";

const lab = nativeLab();
await lab.backend();
const root = Deno.makeTempDirSync({ prefix: "somnium-lab-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

/** Opens an untrained run with its held-out examples. @returns Its number, and its parameters as the lab has them. */
async function open<C extends ModelConfig>(kind: ModelKind<C>, config: C, data: Dataset) {
  const { name } = kind;
  const path = await writeUntrained(kind, { root, name, config, data });
  keepExamples(path, data);
  const files = readFiles(path);
  const kept = data.kind !== "text";
  const examples = kept ? Deno.readFileSync(`${path}/${HELD_OUT_FILE}`) : undefined;
  const card = await lab.open({ ...files, name, examples });
  const model = kind.create(config, shapeOf(data));
  return { card, model, parameters: decodeSafetensors(files.groups.parameters, name).arrays };
}

function of<K extends ChannelKind>(kind: K, channels: readonly Channel[]): Extract<Channel, { kind: K }>[] {
  return channels.filter((channel): channel is Extract<Channel, { kind: K }> => channel.kind === kind);
}

const MOONS: PointData = {
  kind: "points",
  name: "moons",
  count: 3,
  dimensions: 2,
  points: Float32Array.of(0, 1, 2, -1, -2, 0.5),
};

Deno.test("a flow of points shows its samples on their way, over held-out points and its own density", async () => {
  const before = tf.memory().numTensors;
  const { card, model, parameters } = await open(
    REAL_NVP,
    { ...REAL_NVP.presets.smoke, couplings: 3 },
    MOONS,
  );
  assertEquals([card.picture, card.abilities.length], [undefined, 1]);
  const [{ id, inputs, outputs }] = card.abilities;
  assertEquals([id, Object.keys(inputs)], ["sample", ["count", "seed", "temperature", "film"]]);
  assertEquals(outputs, ["points", "film"]);
  const ask = (values: Record<string, number | boolean>) => joinAll(lab.ask(card.id, "sample", values));

  const all = await ask({ count: 7, seed: 2 });
  const [[film], [points]] = [of("film", all), of("points", all)];
  assertEquals(film.frames.map(({ label }) => label), ["step 0", "step 1", "step 2", "step 3"]);
  const last = film.frames.at(-1)!.content;
  assertEquals(last.kind === "points" && last.points, points.points);
  assertEquals([points.points.length, points.data, points.extent], [14, MOONS.points, 2.5]);

  const { side, values } = points.heat!;
  const tensors = toTensors(parameters);
  const places = planePlaces({ extent: points.extent, side });
  const density = tf.tidy(() =>
    model.plane!.logDensity!(tensors, tf.tensor2d(places, [side * side, 2])).exp().dataSync()
  );
  disposeTensors(tensors);
  values.forEach((value, i) => assertAlmostEquals(value, density[i], 1e-5));

  const alone = await ask({ count: 7, seed: 2, film: false });
  assertEquals(alone.map(({ kind }) => kind), ["points"]);
  const drawn = of("points", alone)[0].points;
  drawn.forEach((value, i) => assertAlmostEquals(value, points.points[i], 1e-5));
  assertNotEquals(of("points", await ask({ count: 7, seed: 3 }))[0].points, points.points);
  await lab.close(card.id);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a model that knows the score alone shows it as arrows, shorter than the distance between them", async () => {
  const before = tf.memory().numTensors;
  const { card } = await open(SCORE_MATCHING, { ...SCORE_MATCHING.presets.smoke, levels: 3 }, MOONS);
  const all = await joinAll(lab.ask(card.id, "sample", { count: 4, steps: 2 }));
  assertEquals(of("film", all)[0].frames.map(({ label }) => label), ["step 0", "step 2", "step 4", "step 6"]);
  const [{ field, heat, extent }] = of("points", all);
  assertEquals(heat, undefined);
  const gap = field!.places[2] - field!.places[0];
  assert(field!.places.every((value) => Math.abs(value) < extent));
  for (let i = 0; i < field!.arrows.length; i += 2) {
    assert(Math.hypot(field!.arrows[i], field!.arrows[i + 1]) < gap);
  }
  await lab.close(card.id);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a model of texts writes them token by token, with what it expected, and stops when nobody reads on", async () => {
  const before = tf.memory().numTensors;
  const data = tinyTexts();
  const config = { ...WORD_LSTM.presets.smoke, embeddingSize: 3, units: 4 };
  const { card, model, parameters } = await open(WORD_LSTM, config, data);
  const request = { count: 3, seed: 5, prompt: "the whale" };
  const [tokens] = of("tokens", await joinAll(lab.ask(card.id, "sample", request)));
  const texts = tokens.texts.map((text) => text.map(({ text }) => text).join(""));
  const tensors = toTensors(parameters);
  const options = { prompt: request.prompt };
  const sampled = await model.sample!(tensors, {
    count: 3,
    random: new RandomStream(5).fork("sample").fork(0),
    options,
  });
  disposeTensors(tensors);
  assertEquals(sampled, { kind: "text", texts });
  assert(texts.every((text) => text.startsWith("the whale")));
  for (const [first, ...rest] of tokens.texts) {
    assertEquals(first, { text: "the whale" });
    for (const { probability, alternatives } of rest) {
      assert(probability! > 0 && probability! < 1);
      const likely = alternatives!.map(({ probability }) => probability);
      assertEquals([likely.length, likely], [5, likely.toSorted((a, b) => b - a)]);
      assert(probability! <= likely[0] + 1e-6);
    }
  }
  let pieces = 0;
  for await (const _ of lab.ask(card.id, "sample", request)) if (++pieces === 2) break;
  await lab.close(card.id);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a transformer of texts tells what it looks at behind a text, and what it expects", async () => {
  const before = tf.memory().numTensors;
  const config = { ...GPT_TEXT.presets.smoke, layers: 3 };
  const { card, model, parameters } = await open(GPT_TEXT, config, tinyTexts());
  assertEquals(card.abilities.map(({ id }) => id), ["sample", "attention"]);
  const seen = await attend(lab, card.id, "the whale is");
  const tensors = toTensors(parameters);
  const wanted = await model.attend!(tensors, "the whale is");
  disposeTensors(tensors);
  assertEquals(seen, {
    ...wanted,
    next: wanted.next.map(({ text, probability }) => ({ text, probability: Math.fround(probability) })),
  });
  assertEquals([seen.tokens, seen.layers.length], [["the", " whale", " is"], 3]);
  await assertRejects(() => attend(lab, card.id, "the kraken"), RangeError, "expected words of the training");
  await lab.close(card.id);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a classifier says how probable each class of a picture is", async () => {
  const before = tf.memory().numTensors;
  const classes = ["cat", "dog", "owl"];
  const data: PictureData = { ...blackPicture(8), classes, labels: new Int32Array(1) };
  const { card, model, parameters } = await open(MLP_CLASSIFIER, MLP_CLASSIFIER.presets.smoke, data);
  assertEquals(card.abilities.map(({ id, outputs }) => [id, outputs]), [["classify", ["distribution"]]]);
  const { shape } = card.abilities[0].inputs.picture;
  assertEquals(shape, { type: "pictures", size: [8, 8], examples: new Uint8Array(192) });
  const picture = Uint8Array.from({ length: 192 }, (_, i) => Math.floor(i / 3));
  const [classified] = await joinAll(lab.ask(card.id, "classify", { picture }));
  const tensors = toTensors(parameters);
  const pixels = Float32Array.from({ length: 64 }, (_, i) => i / 255);
  const wanted = tf.tidy(() => model.classify!(tensors, tf.tensor4d(pixels, [1, 8, 8, 1])).dataSync());
  disposeTensors(tensors);
  assert(classified.kind === "distribution");
  assertEquals(classified.labels, classes);
  classified.shares.forEach((share, i) => assertAlmostEquals(share, wanted[i], 1e-5));
  await assertRejects(
    () => joinAll(lab.ask(card.id, "classify", { picture: new Uint8Array(3) })),
    RangeError,
    "expected one picture of 192 bytes, got 3 bytes",
  );
  await lab.close(card.id);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("chains over pictures come as a film, or as samples alone", async () => {
  const before = tf.memory().numTensors;
  const { card } = await open(EBM_DIGITS, EBM_DIGITS.presets.smoke, blackPicture(16));
  const all = await joinAll(lab.ask(card.id, "sample", { count: 2, steps: 3 }));
  assertEquals(all.map(({ kind }) => kind), ["film"]);
  const { frames } = of("film", all)[0];
  assertEquals(frames.map(({ label }) => label), ["step 0", "step 1", "step 2", "step 3"]);
  for (const { content } of frames) {
    assertEquals(content.kind === "pictures" && [content.size, content.data.length], [
      [16, 16],
      2 * 16 * 16 * 3,
    ]);
  }
  const [alone] = await joinAll(lab.ask(card.id, "sample", { count: 20, steps: 3, film: false }));
  assertEquals(alone.kind === "pictures" && alone.data.length, 20 * 16 * 16 * 3);
  await assertRejects(
    () => joinAll(lab.ask(card.id, "sample", { count: 65 })),
    RangeError,
    "Cannot set --count",
  );
  await lab.close(card.id);
  assertEquals(tf.memory().numTensors, before);
});
