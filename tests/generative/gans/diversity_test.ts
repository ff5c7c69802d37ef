import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { DCGAN_BRICKS } from "../../../generative/gans/dcgan_kind.ts";
import { diversity } from "../../../generative/gans/diversity.ts";
import { nearestPicture } from "../../../generative/gans/nearest_picture.ts";
import { WGAN_GP } from "../../../generative/gans/wgan_gp_kind.ts";
import { pictureOf } from "../../../generative/models/latents/exploration.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { longTest } from "../../support/long_tests.ts";
import { backends, pattern } from "../support/finite_differences.ts";
import { learn, measure, numbersOf } from "../support/learn.ts";
import { eightSquares, TINY, tinyModel } from "./support.ts";

for (const backend of backends) {
  Deno.test(`diversity: 1 for the data themselves, 0 for one picture again and again (${backend})`, async () => {
    await tf.setBackend(backend);
    const data = pattern([6, 4, 4, 1]);
    const same = numbersOf(diversity(data, data));
    assertAlmostEquals(same.spread, 1, 1e-6);
    assertEquals(same.coverage, 1);
    const collapsed = numbersOf(diversity(data.slice([2, 0, 0, 0], [1, 4, 4, 1]).tile([6, 1, 1, 1]), data));
    assertAlmostEquals(collapsed.spread, 0, 1e-3);
    assertAlmostEquals(collapsed.coverage, 1 / 6, 1e-6);
    assertAlmostEquals(numbersOf(diversity(data.mul(0.5), data)).spread, 0.5, 1e-6);
    const two = tf.tensor4d([0, 0, 3, 4], [2, 1, 1, 2]); // a distance of 5
    assertAlmostEquals(
      numbersOf(diversity(tf.tensor4d([0, 0, 1, 0], [2, 1, 1, 2]), two)).spread,
      1 / 5,
      1e-6,
    );
    assert(Number.isFinite(numbersOf(diversity(two.slice(0, 1), two.slice(0, 1))).spread));
  });
}

Deno.test("nearestPicture() finds the picture that differs least, in grey and in colour", () => {
  const random = new RandomStream(3);
  for (const channels of [1, 3]) {
    const shape = { count: 20, height: 20, width: 20, channels };
    const pictures = Uint8Array.from({ length: 20 * 400 * channels }, () => random.integer(0, 250));
    const data = { kind: "pictures" as const, name: "noise", ...shape, pictures };
    const picture = pictureOf(data, 13);
    assertEquals(nearestPicture(picture, data), { index: 13, distance: 0 });
    const brighter = { ...picture, data: picture.data.map((value) => value + 5) };
    assertEquals(nearestPicture(brighter, data).index, 13);
    assertAlmostEquals(nearestPicture(brighter, data).distance, 5 / 255, 1e-9);
  }
});

for (const [kind, steps] of [[DCGAN_BRICKS, 150], [WGAN_GP, 60]] as const) {
  longTest(`${kind.name} learns eight pictures and does not collapse: five of five seeds`, async () => {
    await tf.setBackend(backends[0]);
    const data = eightSquares();
    for (let seed = 1; seed <= 5; seed++) {
      const model = tinyModel<typeof kind.presets.default>(kind as typeof DCGAN_BRICKS, data);
      const start = await model.begin(data, new RandomStream(seed));
      const distance = async (parameters: typeof start.parameters) => {
        const samples = await model.sample!(parameters, { count: 64, random: new RandomStream(9) });
        assert(samples.kind === "pictures");
        const found = samples.pictures.map((picture) => nearestPicture(picture, data));
        return {
          mean: found.reduce((sum, { distance }) => sum + distance, 0) / found.length,
          found: new Set(found.map(({ index }) => index)).size,
        };
      };
      const before = await distance(start.parameters);
      const { state } = await learn(model, data, { steps, seed, batchSize: TINY.batchSize });
      const after = await distance(state.parameters);
      const { spread } = measure(model, state.parameters, data, TINY.batchSize);
      const told =
        `seed ${seed}: spread ${spread}, ${after.found} of 8, distance ${before.mean} to ${after.mean}`;
      assert(spread > 0.6 && spread < 1.5, told);
      assert(after.found >= 5, told);
      assert(after.mean < 0.7 * before.mean, told);
      disposeTrainState(start);
      disposeTrainState(state);
    }
  });
}
