import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Config } from "../../../core/fields/field.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import type { PictureData } from "../../../generative/data/dataset.ts";
import { CONDITIONAL_WGAN_GP } from "../../../generative/gans/conditional_wgan_gp_kind.ts";
import { DCGAN_BRICKS } from "../../../generative/gans/dcgan_kind.ts";
import { WGAN_GP } from "../../../generative/gans/wgan_gp_kind.ts";
import type { ModelKind } from "../../../generative/models/model.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { backends } from "../support/finite_differences.ts";
import { explore, learn, measure } from "../support/learn.ts";
import { eightSquares, TINY, tinyModel } from "./support.ts";

// deno-lint-ignore no-explicit-any -- kinds with configurations of their own
const KINDS: ModelKind<any>[] = [DCGAN_BRICKS, WGAN_GP, CONDITIONAL_WGAN_GP];
const native = backends[0];
const { batchSize } = TINY;
/** Losses of the third step on native TensorFlow, as they were when results were published. */
const RECORDED: Record<string, number> = {
  "dcgan": 1.33087,
  "wgan-gp": 1.32687,
  "conditional-wgan-gp": 2.63619,
};

for (const backend of backends) {
  Deno.test(`where the opponent says nothing, losses are their closed forms (${backend})`, async () => {
    await tf.setBackend(backend);
    const data = eightSquares();
    for (const kind of KINDS) {
      const model = tinyModel(kind, data, { labelNoise: 0.1, attribute: "right" });
      const state = await model.begin(data, new RandomStream(1));
      for (const name of Object.keys(state.parameters).filter((name) => /\/score\//.test(name))) {
        state.parameters[name] = tf.zerosLike(state.parameters[name]);
      }
      const measured = measure(model, state.parameters, data, batchSize);
      const step = model.createStep!();
      const batch = model.batch(data, { indices: [0, 1, 2, 3] });
      const { losses, state: next } = step(state, batch, seedTensor([1, 2]));
      if (kind === DCGAN_BRICKS) {
        // D = 1/2 everywhere: -log(1/2), whatever the labels are
        for (const name of ["discriminator", "generator"]) {
          assertAlmostEquals(losses[name].dataSync()[0], Math.LN2, 1e-6);
          assertAlmostEquals(measured[name], Math.LN2, 1e-6);
        }
      } else {
        assertAlmostEquals(measured.wasserstein, 0, 1e-6);
        assertAlmostEquals(measured.penalty, 1, 1e-5); // a slope of 0 everywhere
        assertAlmostEquals(measured.critic, 10, 1e-4);
      }
      step.dispose();
      disposeTrainState(next);
    }
  });
}

Deno.test("one step changes both networks, their statistics and nothing else", async () => {
  await tf.setBackend(native);
  const data = eightSquares();
  for (const kind of KINDS) {
    const model = tinyModel(kind, data, { attribute: "right" });
    const start = await model.begin(data, new RandomStream(1));
    const { state, curve } = await learn(model, data, { steps: 3, batchSize });
    if (native === "tensorflow") assertAlmostEquals(curve[2].loss, RECORDED[kind.name], 1e-3);
    for (const [name, before] of Object.entries(start.parameters)) {
      if (name === "critic/score/bias") continue; // real and generated pictures pull it up and down alike
      assertNotEquals([...state.parameters[name].dataSync()], [...before.dataSync()], name);
    }
    assertEquals(Object.keys(state.parameters), Object.keys(start.parameters));
    assertEquals(Object.keys(state.optimiser), Object.keys(start.optimiser));
    for (const made of [start, state]) disposeTrainState(made);
  }
});

Deno.test("the critic learns as often as it is told, the generator once", async () => {
  await tf.setBackend(native);
  const data = eightSquares();
  const { state } = await learn(tinyModel(WGAN_GP, data, { criticSteps: 4 }), data, { steps: 2, batchSize });
  assertEquals(state.optimiser["critic/step"].dataSync()[0], 8);
  assertEquals(state.optimiser["generator/step"].dataSync()[0], 2);
  disposeTrainState(state);
});

Deno.test("a conditional generator draws what its label says, and samples keep to it", async () => {
  await tf.setBackend(native);
  const data = eightSquares();
  const model = tinyModel(CONDITIONAL_WGAN_GP, data, { attribute: "right" });
  assertEquals(model.labels, ["no-right", "right"]);
  const { state } = await learn(model, data, { steps: 60, batchSize });
  const draw = async (count: number, label?: string) => {
    const random = new RandomStream(4);
    const options: Config = label === undefined ? {} : { label };
    const samples = await model.sample!(state.parameters, { count, random, options });
    assert(samples.kind === "pictures");
    return samples.pictures.map(({ data }) => data);
  };
  const rightness = (pixels: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < 64; i++) sum += (i % 8 < 4 ? -1 : 1) * pixels[3 * i];
    return sum;
  };
  const [left, right] = [await draw(16, "no-right"), await draw(16, "right")];
  assert(left.filter((pixels) => rightness(pixels) < 0).length >= 15);
  assert(right.filter((pixels) => rightness(pixels) > 0).length >= 15);
  const both = await draw(32);
  assertEquals(both.filter((_, i) => i % 2 === 0), left);
  assertEquals(both.filter((_, i) => i % 2 === 1), right);

  const { size, decode } = model.latents!;
  assertEquals(size, TINY.latentSize + 2);
  const chosen = decode(
    state.parameters,
    tf.tensor2d([[...Array(8).fill(0), -2, 2], [...Array(8).fill(0), 2, -2]]),
  );
  const [first, second] = await chosen.array() as number[][][][];
  const flat = (picture: number[][][]) => picture.flat().flatMap(([grey]) => [grey, grey, grey]);
  assert(rightness(flat(first)) > 0 && rightness(flat(second)) < 0);
  disposeTrainState(state);
});

Deno.test("exploring a generator shows samples, labels, truncation, nearest pictures and what lies between", async () => {
  await tf.setBackend(native);
  const data = eightSquares();
  const model = tinyModel(CONDITIONAL_WGAN_GP, data, { attribute: "class" });
  assertEquals(model.labels, ["l", "r"]);
  const state = await model.begin(data, new RandomStream(1));
  const names = (await explore(model, state.parameters, data)).map(({ name }) => name);
  assertEquals(names, ["samples", "labels", "truncation", "nearest", "interpolations"]);
  disposeTrainState(state);
});

Deno.test("data and attributes that do not fit are refused in a sentence", () => {
  const shape = { kind: "pictures" as const, name: "test", count: 1, height: 32, width: 32, channels: 3 };
  assertThrows(
    () => DCGAN_BRICKS.create(DCGAN_BRICKS.presets.book, shape),
    TypeError,
    'Cannot train dcgan on "test": expected pictures of side 64',
  );
  const { create, presets } = CONDITIONAL_WGAN_GP;
  assertThrows(
    () => create({ ...presets.default, attribute: "glases" }, { ...shape, attributes: ["hat", "glasses"] }),
    RangeError,
    'expected --attribute to be one of hat, glasses, got "glases" (did you mean "glasses"?)',
  );
  assertThrows(() => create(presets.default, shape), RangeError, "its pictures have none");
  const points = { kind: "points" as const, name: "moons", count: 1, dimensions: 2 };
  assertThrows(() => WGAN_GP.create(WGAN_GP.presets.book, points), TypeError, "expected square pictures");
});

Deno.test("pictures of data go to -1 .. 1", () => {
  const data: PictureData = { ...eightSquares(), pictures: new Uint8Array(8 * 64).fill(255) };
  data.pictures.fill(0, 64);
  const { pictures, labels } = tinyModel(CONDITIONAL_WGAN_GP, data, { attribute: "right" }).batch(data, {
    indices: [0, 1],
  });
  assertEquals([pictures.max().dataSync()[0], pictures.min().dataSync()[0]], [1, -1]);
  assertEquals([...labels.dataSync()], [1, 0, 0, 1]);
});
