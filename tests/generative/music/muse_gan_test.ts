import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { decodeMidi, encodeMidi } from "../../../core/music/mod.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import type { MusicData } from "../../../generative/data/mod.ts";
import { resolveLoadOptions } from "../../../generative/data/load_dataset.ts";
import { musicData } from "../../../generative/data/music/music_data.ts";
import { gradientPenalty } from "../../../generative/gans/gradient_penalty.ts";
import {
  BARS,
  barsPiece,
  barsTensor,
  likeliestBars,
  SILENCE,
  wholeBars,
} from "../../../generative/music/bars.ts";
import { drawMuseLatents, figuresOf, playLatents } from "../../../generative/music/explore_bars.ts";
import { LATENT_SIZE, MUSE_LATENTS, MuseGAN } from "../../../generative/music/muse_gan.ts";
import { countParameters, initialiseParameters, parameter } from "../../../generative/nn/mod.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { randomChorale } from "../data/music/support.ts";

await startBackend();

const pieces = Array.from({ length: 4 }, (_, i) => randomChorale(i, 6));
const data = musicData(
  "chorales",
  { learned: pieces.slice(0, 3), held: pieces.slice(3) },
  resolveLoadOptions({ voices: 4, length: 256 }),
);
const model = new MuseGAN({ narrow: 16 });
const parameters = initialiseParameters(
  { ...model.generator.parameters, ...model.critic.parameters },
  new RandomStream(1),
);

Deno.test("the book's MuseGAN has 6,605,604 and 1,446,401 parameters", () => {
  const book = new MuseGAN({ narrow: 1 });
  assertEquals(countParameters(book.generator.parameters), 6_605_604);
  assertEquals(countParameters(book.critic.parameters), 1_446_401);
});

Deno.test("bars as what networks see, and back, and as MIDI, are the same bars", async () => {
  const bars = wholeBars(data);
  assert(bars.length > 10 && bars.length <= 15, "each bar but the last of three pieces of six");
  const tensor = barsTensor(bars);
  assertEquals(tensor.shape, [bars.length, 32, 84, 4]);
  assertEquals(tensor.max().dataSync()[0], 1);
  assertEquals(await likeliestBars(tensor), bars);
  const piece = barsPiece(bars[0], "bars");
  const again = decodeMidi(encodeMidi(piece), "bars");
  assertEquals(again.voices.map(({ notes }) => notes), piece.voices.map(({ notes }) => notes));
  const heard = new Uint8Array(bars[0].length).fill(SILENCE);
  piece.voices.forEach(({ notes }, track) => {
    for (const { pitch, start, length } of notes) {
      for (let time = start; time < start + length; time += 120) {
        heard[time / 120 * BARS.tracks + track] = pitch;
      }
    }
  });
  assertEquals(heard, bars[0]);
});

Deno.test("wholeBars() takes two bars of 4/4 that begin a bar, and names data without any", () => {
  const shifted: MusicData = { ...data, tokens: data.tokens.map((token, i) => i % 3 === 1 ? 3 : token) };
  assertThrows(
    () => wholeBars(shifted),
    TypeError,
    `Cannot use "chorales": expected two whole bars of 4/4`,
  );
});

Deno.test("a track's own melody and groove leave the other tracks as they were, by bits; chords move all", async () => {
  const start = drawMuseLatents(1, new RandomStream(1)), fresh = drawMuseLatents(1, new RandomStream(2));
  const played = (latents: Float32Array) =>
    model.generate(parameters, tf.tensor2d(latents, [1, LATENT_SIZE])).unstack(3).map((track) =>
      track.dataSync()
    );
  const before = played(start);
  const change = (first: number, length: number) => {
    const latents = start.slice();
    latents.set(fresh.subarray(first, first + length), first);
    return played(latents).map((track, i) => track.some((value, j) => value !== before[i][j]));
  };
  assertEquals(change(MUSE_LATENTS.melody[0] + 32, 32), [false, true, false, false]);
  assertEquals(change(MUSE_LATENTS.groove[0] + 96, 32), [false, false, false, true]);
  assertEquals(change(...MUSE_LATENTS.chords), [true, true, true, true]);
  assertEquals(change(...MUSE_LATENTS.style), [true, true, true, true]);
  assertEquals((await playLatents(model, parameters, start))[0].length, 128);
});

Deno.test("the critic is the book's convolutions in three dimensions", () => {
  const x = tf.randomNormal([1, 32, 84, 4], 0, 1, "float32", 3);
  const weights = (name: string) => ({
    kernel: parameter(parameters, `critic/${name}/kernel`),
    bias: parameter(parameters, `critic/${name}/bias`),
  });
  const conv = (
    x: tf.Tensor,
    name: string,
    size: [number, number, number],
    strides: [number, number, number],
    padding: "valid" | "same" = "valid",
  ) => {
    const { kernel, bias } = weights(name);
    const filters = kernel.shape[1]!;
    const shape = [...size, x.shape[4]!, filters] as [number, number, number, number, number];
    const y = tf.conv3d(x as tf.Tensor5D, kernel.reshape(shape) as tf.Tensor5D, strides, padding).add(bias);
    return y.leakyRelu(0.3);
  };
  let y: tf.Tensor = x.reshape([1, 2, 16, 84, 4]);
  y = conv(y, "bars", [2, 1, 1], [1, 1, 1]);
  y = conv(y, "mix", [1, 1, 1], [1, 1, 1]);
  y = conv(y, "octave", [1, 1, 12], [1, 1, 12]);
  y = conv(y, "octaves", [1, 1, 7], [1, 1, 7]);
  y = conv(y, "half", [1, 2, 1], [1, 2, 1]);
  y = conv(y, "quarter", [1, 2, 1], [1, 2, 1]);
  y = conv(y, "wide", [1, 4, 1], [1, 2, 1], "same");
  y = conv(y, "last", [1, 3, 1], [1, 2, 1], "same");
  const dense = y.reshape([1, -1]).matMul(weights("dense").kernel as tf.Tensor2D).add(weights("dense").bias)
    .leakyRelu(0.3);
  const score = dense.matMul(weights("score").kernel as tf.Tensor2D).add(weights("score").bias).dataSync()[0];
  assertAlmostEquals(model.score(parameters, x).dataSync()[0], score, 1e-5 + 1e-4 * Math.abs(score));
});

Deno.test("the penalty of a linear critic is (|w| - 1)^2, of all tracks or of each by itself", () => {
  const w = tf.randomNormal([1, 2, 3, 4], 0, 0.5, "float32", 7);
  const real = tf.zeros([5, 2, 3, 4]);
  const penalty = (byChannel: boolean) =>
    gradientPenalty((x) => x.mul(w).sum([1, 2, 3]), {
      real,
      generated: real.add(1),
      interpolation: "uniform",
      seed: seedTensor([1, 2]),
      byChannel,
    }).dataSync()[0];
  const squares = w.square().sum([0, 1, 2]).arraySync() as number[];
  const whole = (Math.sqrt(squares.reduce((a, b) => a + b)) - 1) ** 2;
  const each = squares.reduce((sum, square) => sum + (Math.sqrt(square) - 1) ** 2, 0) / 4;
  assertAlmostEquals(penalty(false), whole, 1e-4);
  assertAlmostEquals(penalty(true), each, 1e-4);
});

Deno.test("figuresOf() counts silent bars, pitch classes, notes of two sixteenths and copies", () => {
  const silent = new Uint8Array(128).fill(SILENCE);
  const held = new Uint8Array(128).fill(60);
  assertEquals(figuresOf([silent, silent]), { silent: 1, classes: 0, qualified: 0, distinct: 0.5 });
  assertEquals(figuresOf([silent, held]), { silent: 0.5, classes: 0.5, qualified: 1, distinct: 1 });
});
