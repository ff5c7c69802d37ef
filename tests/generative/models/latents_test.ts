import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import type { PictureData } from "../../../generative/data/dataset.ts";
import { exploreLatents } from "../../../generative/models/explore_latents.ts";
import { divergenceByLatent } from "../../../generative/models/latents/distributions.ts";
import { encodePictures } from "../../../generative/models/latents/encode_pictures.ts";
import { latentPlane } from "../../../generative/models/latents/latent_plane.ts";
import {
  normalDensity,
  normalQuantile,
  normalShare,
} from "../../../generative/models/latents/normal_quantiles.ts";
import { attributeVector } from "../../../generative/models/latents/attribute_arithmetic.ts";
import { fitProbe, probeAccuracy } from "../../../generative/models/latents/attribute_probe.ts";
import type { Artifact, LatentAccess } from "../../../generative/models/model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

await startBackend();

/** 300 pictures of 2x2 in two classes; the first pixel is what `bright` tells. */
function tinyData(): PictureData {
  const random = new RandomStream(1);
  const pictures = Uint8Array.from({ length: 300 * 4 }, () => random.integer(0, 256));
  const bright = Uint8Array.from({ length: 300 }, (_, i) => pictures[4 * i] > 127 ? 1 : 0);
  return {
    kind: "pictures",
    name: "tiny",
    count: 300,
    height: 2,
    width: 2,
    channels: 1,
    pictures,
    labels: Int32Array.from(bright),
    classes: ["dark", "bright"],
    attributes: { bright, never: new Uint8Array(300) },
  };
}

/** Latents that are the first pixels themselves. */
function pixelLatents(size: number, spread: boolean): LatentAccess {
  return {
    size,
    encode: (_, pictures) => {
      const mu = pictures.reshape([-1, 4]).slice([0, 0], [-1, size]);
      return spread ? { mu, logVar: mu.mul(0).sub(2) } : { mu };
    },
    decode: (_, latents) => tf.pad(latents as tf.Tensor2D, [[0, 0], [0, 4 - size]]).reshape([-1, 2, 2, 1]),
  };
}

async function explore(latents: LatentAccess, data = tinyData()): Promise<Artifact[]> {
  const context = { parameters: {}, data, random: new RandomStream(1), learned: () => Promise.resolve(data) };
  return await Array.fromAsync(exploreLatents(latents, context));
}

Deno.test("exploreLatents() makes the pictures that a model's latents allow, without leaving tensors", async () => {
  const before = tf.memory().numTensors;
  const common = ["reconstructions", "latent_scatter", "latent_grid", "prior_samples", "morphs"];
  const attributes = ["attribute_bright", "attribute_effects", "attribute_effects_table"];
  const vae = await explore(pixelLatents(2, true));
  assertEquals(
    vae.map(({ name }) => name).toSorted(),
    [
      ...common,
      ...attributes, // "never" has nobody to learn from
      "kl_by_dimension",
      "latent_histograms",
      "latent_shares",
    ].toSorted(),
  );
  const plain = await explore(pixelLatents(3, false));
  assertEquals(plain.map(({ name }) => name).toSorted(), [...common, ...attributes].toSorted());
  const decoder = await explore({ ...pixelLatents(2, false), encode: undefined });
  assertEquals(decoder.map(({ name }) => name), ["interpolations"]);
  assertEquals(tf.memory().numTensors, before);

  const named = Object.fromEntries(vae.map((artifact) => [artifact.name, artifact]));
  const scatter = (named.latent_scatter.content as { svg: string }).svg;
  assertStringIncludes(scatter, ">bright<");
  assertStringIncludes((named.prior_samples.content as { svg: string }).svg, 'href="data:image/png;base64,');
  assert(vae.every(({ caption }) => caption.length > 20));
  assertEquals(await explore(pixelLatents(2, true)), vae, "the same stream makes the same pictures");
});

Deno.test("reconstructions stand below their originals", async () => {
  const data = { ...tinyData(), attributes: undefined };
  const [first] = await explore(pixelLatents(4, false), data);
  const { width, height, data: pixels } = first.content as {
    width: number;
    height: number;
    data: Uint8Array;
  };
  assertEquals([width, height], [10 * 64 + 9 * 2, 2 * 64 + 2]);
  const at = (x: number, y: number) => pixels[(y * width + x) * 3];
  for (let i = 0; i < 10; i++) {
    assertEquals(at(66 * i + 10, 10), data.pictures[4 * i]);
    assertEquals(at(66 * i + 10, 76), data.pictures[4 * i]);
  }
});

Deno.test("encodePictures() gives the latents of the first pictures, block after block", async () => {
  const data = tinyData();
  const access = pixelLatents(2, true);
  const cloud = await encodePictures(access.encode!, { parameters: {}, data, limit: 260 });
  assertEquals([cloud.count, cloud.size, cloud.mu.length, cloud.logVar?.length], [260, 2, 520, 520]);
  assertAlmostEquals(cloud.mu[2 * 259 + 1], data.pictures[4 * 259 + 1] / 255, 1e-6);
});

Deno.test("latentPlane() takes the directions in which latents differ most, and finds its way back", () => {
  const random = new RandomStream(2);
  const latents = Float32Array.from(
    { length: 3 * 500 },
    (_, i) => [5, 1, 3][i % 3] * random.normal() + i % 3,
  );
  const plane = latentPlane(latents, 3);
  const [x, y, z] = plane.latents(1, 0).map((value, i) => value - plane.latents(0, 0)[i]);
  assert(Math.abs(x) > 0.98 && Math.abs(y) < 0.2 && Math.abs(z) < 0.2, `${[x, y, z]}`);
  const [u, v] = plane.place(Float32Array.from(plane.latents(2, -3)));
  assertAlmostEquals(u, 2, 1e-5);
  assertAlmostEquals(v, -3, 1e-5);
  assertStringIncludes(plane.labels[0], "first principal component (7");
  assertEquals(latentPlane(latents.subarray(0, 4), 2).latents(4, 5), [4, 5]);
  assertEquals(latentPlane(Float32Array.of(1, 2, 3), 1).place(Float32Array.of(3)), Float32Array.of(1, 0));
});

Deno.test("normalQuantile() is the inverse of normalShare(), which integrates the density", () => {
  assertAlmostEquals(normalShare(1.959964), 0.975, 1e-6);
  assertAlmostEquals(normalQuantile(0.975), 1.959964, 1e-5);
  assertAlmostEquals(normalQuantile(0.5), 0, 1e-6);
  assertAlmostEquals(normalShare(-1) + normalShare(1), 1, 1e-9);
  assertAlmostEquals(normalDensity(0), 0.3989423, 1e-7);
});

Deno.test("divergenceByLatent() has its closed form; attributeVector() the direction between means", () => {
  const cloud = {
    count: 2,
    size: 2,
    mu: Float32Array.of(0, 1, 0, 3),
    logVar: Float32Array.of(0, 0, 0, Math.log(4)),
  };
  const [idle, used] = divergenceByLatent(cloud);
  assertAlmostEquals(idle, 0, 1e-6);
  assertAlmostEquals(used, (0.5 + (9 + 4 - 1 - Math.log(4)) / 2) / 2, 1e-5);
  const mu = Float32Array.from({ length: 80 }, (_, i) => i < 40 ? 1 : [4, 5][i % 2]);
  const has = Uint8Array.from({ length: 40 }, (_, i) => i < 20 ? 0 : 1);
  const [x, y] = attributeVector({ count: 40, size: 2, mu }, has)!;
  assertAlmostEquals(x, 3 / 5, 1e-6);
  assertAlmostEquals(y, 4 / 5, 1e-6);
  assertEquals(attributeVector({ count: 40, size: 2, mu }, new Uint8Array(40)), undefined);
});

Deno.test("fitProbe() tells attributes from pixels; what it says of latent arithmetic is shown", async () => {
  const data = tinyData();
  const probe = fitProbe(data, { limit: 200 });
  assertEquals(probe.attributes, ["bright"]);
  const [accuracy] = probeAccuracy(probe, data);
  assert(accuracy > 0.95, `${accuracy}`);
  const guess = { ...data, attributes: { bright: data.attributes!.bright.map((_, i) => i % 2) } };
  assert(Math.abs(probeAccuracy(probe, guess)[0] - 0.5) < 0.1, "guessing");

  const artifacts = await explore(pixelLatents(2, true), data);
  const table = artifacts.find(({ name }) => name === "attribute_effects_table")!.content as { text: string };
  const [, row] = table.text.trim().split("\n");
  const [name, right, ...shares] = row.split(/ +/);
  assertEquals([name, Number(right) > 0.95], ["bright", true]);
  assertEquals([shares.length, Number(shares[0]), Number(shares[8])], [9, 0, 1], "none at -4, all at 4");
});
