import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { FieldDescription } from "../../../core/fields/describe_fields.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { LATENT_MIXTURE } from "../../../generative/autoencoders/latent_mixture_kind.ts";
import { VAE_FASHION } from "../../../generative/autoencoders/vae_kind.ts";
import { type DataShape, type PictureData, shapeOf } from "../../../generative/data/dataset.ts";
import type { ModelKind } from "../../../generative/models/model.ts";
import { saveModel } from "../../../generative/models/model_checkpoint.ts";
import { createPart } from "../../../generative/models/parts.ts";
import { disposeTrainState, RunFolder } from "../../../generative/train/mod.ts";
import { decode, encode } from "../../../viewer/lab/ask.ts";
import type { RunFiles } from "../../../viewer/lab/lab.ts";
import { blackPicture, writeUntrained } from "../support/model_runs.ts";
import { samplePictures } from "../support/sample_pictures.ts";
import { nativeLab, readFiles } from "./random_run.ts";

const lab = nativeLab();
await lab.backend();
const root = Deno.makeTempDirSync({ prefix: "somnium-lab-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

/** A variational autoencoder that was never trained, as the page reads it. */
async function untrained(name: string, channels: number, shapeNow?: DataShape): Promise<RunFiles> {
  const config = { ...VAE_FASHION.presets.book, size: 8, latentSize: 3 };
  const data = blackPicture(8, channels);
  const path = await writeUntrained(VAE_FASHION, { root, name, config, data, shape: shapeNow });
  const { parameters } = readFiles(path).groups; // the page leaves optimisers where they are
  const run = { ...readFiles(path), groups: { parameters } };
  return { ...run, name };
}

const frames = (count: number) => Uint8Array.from({ length: count * 8 * 8 * 3 }, (_, i) => (i * 37) % 256);

for (const channels of [1, 3]) {
  Deno.test(`a run of deno task train shows latents and samples in RGB (${channels} channels)`, async () => {
    const before = tf.memory().numTensors;
    const card = await lab.open(await untrained(`vae-${channels}`, channels));
    assertEquals([card.kind, card.picture, card.latentSize], ["vae-fashion", [8, 8, 3], 3]);
    assertEquals(card.abilities.map(({ id }) => id), ["encode", "decode", "sample"]);
    assertEquals(card.world, undefined);
    assertEquals(structuredClone(card), card, "plain data, for workers and sockets");
    const { count, seed, temperature, truncation } = card.abilities[2].inputs as Record<
      string,
      FieldDescription
    >;
    assertEquals(temperature.shape, { type: "number", minimum: 0, maximum: 2 });
    assertEquals([count, seed, temperature, truncation].map((field) => field.default), [16, 0, 1, 8]);

    const { mu, logVar } = await encode(lab, card.id, frames(19));
    assertEquals([mu.length, logVar.length], [57, 57]);
    const alone = await encode(lab, card.id, frames(19).slice(18 * 192));
    for (let i = 0; i < 3; i++) assert(Math.abs(alone.mu[i] - mu[54 + i]) < 1e-5);

    const decoded = await decode(lab, card.id, mu);
    assertEquals(decoded.length, 19 * 8 * 8 * 3);
    if (channels === 1) {
      for (let i = 0; i < decoded.length; i += 3) {
        assertEquals([decoded[i + 1], decoded[i + 2]], [decoded[i], decoded[i]]);
      }
    }
    const sampled = await samplePictures(lab, card.id, { count: 18, seed: 4 });
    assertEquals(sampled.length, 18 * 8 * 8 * 3);
    assertEquals(await samplePictures(lab, card.id, { count: 18, seed: 4 }), sampled);
    assertNotEquals(await samplePictures(lab, card.id, { count: 18, seed: 5 }), sampled);
    const cold = await samplePictures(lab, card.id, { count: 2, seed: 4, temperature: 0 });
    assertEquals(cold.slice(192), cold.slice(0, 192));
    await lab.close(card.id);
    assertEquals(tf.memory().numTensors, before);
  });
}

Deno.test("a run that is built on another shows what it copied of it, and needs no other run", async () => {
  const before = tf.memory().numTensors;
  const name = "mixture";
  const config = { ...LATENT_MIXTURE.presets.book, size: 8, components: 2 };
  const coder = { ...VAE_FASHION.presets.book, size: 8, latentSize: 3 };
  const pictures = Uint8Array.from({ length: 640 }, (_, i) => (i * i) % 251);
  const data: PictureData = {
    kind: "pictures",
    name: "tiny",
    count: 10,
    height: 8,
    width: 8,
    channels: 1,
    pictures,
  };
  const shape = shapeOf(data);
  const source = { model: "vae-fashion", config: coder, data: shape, step: 0, parts: {} };
  const model = VAE_FASHION.create(coder, shape);
  const parts = { autoencoder: createPart("autoencoder", { model, source }) };
  using runFolder = RunFolder.open(name, { root, config });
  const { path } = runFolder;
  const state = await LATENT_MIXTURE.create(config, shape, parts).begin(data, new RandomStream(1));
  await saveModel(LATENT_MIXTURE as unknown as ModelKind, path, { state, step: 0, shape, parts });
  disposeTrainState(state);
  const card = await lab.open({ ...readFiles(path), name });
  assertEquals([card.kind, card.picture, card.latentSize], ["latent-mixture", [8, 8, 3], 3]);
  assertEquals(card.abilities.map(({ id }) => id), ["encode", "decode", "sample"]);
  const { mu } = await encode(lab, card.id, frames(2));
  assertEquals([mu.length, (await decode(lab, card.id, mu)).length], [6, 2 * 192]);
  assertEquals((await samplePictures(lab, card.id, { count: 2, seed: 4 })).length, 2 * 192);
  await lab.close(card.id);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("what cannot be shown is told in one sentence", async () => {
  const run = await untrained("vae", 1);
  const { id } = await lab.open(run);
  await assertRejects(
    () => samplePictures(lab, id, { count: 1, seed: 1, label: "cat" }),
    RangeError,
    "Cannot set --label: no such option; there are count, seed, temperature, truncation",
  );
  await assertRejects(() => samplePictures(lab, id, { count: 0, seed: 1 }), RangeError, "Cannot set --count");
  await assertRejects(() => decode(lab, id, new Float32Array(4)), RangeError, "expected rows of 3 numbers");
  await lab.close(id);
  const text = await untrained("text", 1, {
    kind: "text",
    name: "t",
    count: 1,
    length: 2,
    vocabulary: ["", "?"],
  });
  await assertRejects(() => lab.open(text), TypeError, "expected square pictures");
  const colour = { kind: "pictures", name: "t", count: 1, height: 8, width: 8, channels: 3 } as const;
  const other = await untrained("colour", 1, colour);
  await assertRejects(
    () => lab.open(other),
    TypeError,
    'expected "encoder/conv1/kernel" of shape [3,3,3,32]',
  );
});
