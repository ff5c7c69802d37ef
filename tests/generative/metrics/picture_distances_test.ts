import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import type { Picture } from "../../../core/pictures/mod.ts";
import type { PictureData } from "../../../generative/data/dataset.ts";
import { takePictures } from "../../../generative/data/take_pictures.ts";
import { distanceMetrics, featureClassifier, pictureJudge } from "../../../generative/metrics/mod.ts";
import { pictureOf } from "../../../generative/models/latents/exploration.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import type { TrainEvent } from "../../../generative/train/mod.ts";
import { withOwnCache } from "../data/support.ts";

await startBackend();
const STEPS = 40;

/** Grey 8x8 pictures: bright on the left (class 0), on the right (1) or at the top (2), with noise. */
function bars(count: number, seed: number): PictureData {
  const random = new RandomStream(seed);
  const labels = Int32Array.from({ length: count }, () => random.integer(0, 3));
  const bright = [(x: number) => x < 4, (x: number) => x >= 4, (_x: number, y: number) => y < 4];
  const pictures = new Uint8Array(count * 64);
  for (let i = 0; i < pictures.length; i++) {
    const on = bright[labels[i >> 6]](i % 8, (i >> 3) % 8);
    pictures[i] = random.integer(0, 80) + (on ? 150 : 0);
  }
  const classes = ["left", "right", "top"];
  return {
    kind: "pictures",
    name: "bars-mnist",
    count,
    height: 8,
    width: 8,
    channels: 1,
    pictures,
    labels,
    classes,
  };
}

const data = bars(600, 1);
const held = bars(300, 2);

Deno.test("a feature classifier learns once, says how well, and is found again", async () => {
  await withOwnCache(async () => {
    const events: string[] = [];
    const onEvent = ({ type }: TrainEvent | { type: string }) => events.push(type);
    const before = tf.memory().numTensors;
    const first = await featureClassifier(data, { held, steps: STEPS, onEvent });
    assert(first.accuracy > 0.95, `${first.accuracy}`);
    assert(events.includes("end"));
    const described = await first.describe(takePictures(held, { limit: 7 }));
    assertEquals([described.count, described.size, described.values.length], [7, 64, 7 * 64]);

    events.length = 0;
    const second = await featureClassifier(data, { held, steps: STEPS, onEvent });
    assertEquals(events, []);
    assertEquals([second.id, second.accuracy], [first.id, first.accuracy]);
    assertEquals((await second.describe(takePictures(held, { limit: 7 }))).values, described.values);
    first.dispose();
    second.dispose();
    assertEquals(tf.memory().numTensors, before);

    const less = await featureClassifier(takePictures(data, { limit: 300 }), { held, steps: 2 });
    assert(less.id !== first.id, "other data, another classifier");
    less.dispose();
  });
});

Deno.test("a feature classifier learns attributes where there are no classes, and needs either", async () => {
  await withOwnCache(async () => {
    const { labels, classes: _classes, ...plain } = data;
    const withLeft = {
      ...plain,
      attributes: { left: Uint8Array.from(labels!, (label) => Number(label === 0)) },
    };
    const { attributes } = withLeft;
    const judged = {
      ...takePictures(withLeft, { limit: 100 }),
      attributes: { left: attributes.left.subarray(0, 100) },
    };
    const classifier = await featureClassifier(withLeft, { held: judged, steps: STEPS });
    assert(classifier.accuracy > 0.9, `${classifier.accuracy}`);
    classifier.dispose();
    await assertRejects(
      () => featureClassifier(plain, { held: plain }),
      TypeError,
      'Cannot train a classifier on "bars-mnist": expected pictures with classes or attributes, got neither',
    );
  });
});

Deno.test("a picture judge finds small distances of real pictures, larger ones the more is wrong", async () => {
  await withOwnCache(async () => {
    const judge = await pictureJudge(data, { held, steps: STEPS });
    const real = Array.from({ length: 150 }, (_, n) => pictureOf(held, 2 * n + 1));
    const same = await judge.compare(real);
    assert(/^bars-8x8-[0-9a-f]{8}$/.test(same.measure), same.measure);
    assertEquals([same.samples, same.reference, same.real.count, same.data], [150, 150, 150, "bars-mnist"]);
    const reference = await judge.compare(real.map((_, n) => pictureOf(held, 2 * n)));
    assertAlmostEquals(reference.frechet, 0, 1e-3); // the other half is what all are compared with
    assertAlmostEquals(same.frechet, same.real.frechet, 1e-6);
    assertAlmostEquals(same.kernel, same.real.kernel, 1e-6);

    const random = new RandomStream(9);
    const noise = (amount: number): Picture[] =>
      real.map((picture) => ({
        ...picture,
        data: picture.data.map((value) =>
          Math.min(255, Math.max(0, value + random.integer(-amount, amount + 1)))
        ),
      }));
    const [some, much] = [
      await judge.compare(noise(140)),
      await judge.compare(noise(250)),
    ];
    assert(
      same.frechet < some.frechet && some.frechet < much.frechet,
      `${[same, some, much].map((d) => d.frechet)}`,
    );
    assert(
      same.kernel < some.kernel && some.kernel < much.kernel,
      `${[same, some, much].map((d) => d.kernel)}`,
    );
    const collapsed = await judge.compare(real.map(() => real[0]));
    assert(collapsed.frechet > 3 * same.frechet, "one picture over and over is far from all of them");

    assertEquals(Object.keys(distanceMetrics(same)), [
      `FD-${same.measure}`,
      `KD-${same.measure}`,
    ]);
    assertEquals(await judge.compare(real), same);
    const padded = await pictureJudge({ ...data, fit: "pad" }, {
      held,
      steps: STEPS,
      preparation: "4-levels",
    });
    assertEquals((await padded.compare(real)).measure, same.measure.replace("8x8-", "8x8-pad-4-levels-"));
    padded.dispose();
    await assertRejects(
      () => pictureJudge(data, { held: takePictures(held, { limit: 3 }), steps: STEPS }),
      RangeError,
      "expected 4 held-out ones or more, got 3",
    );
    await assertRejects(
      () => judge.compare(real.slice(0, 1)),
      RangeError,
      "two or more, got 1",
    );
    const large = { width: 9, height: 8, data: new Uint8Array(216) };
    await assertRejects(
      () => judge.compare([large, large]),
      TypeError,
      'Cannot compare pictures with "bars-mnist": expected 8x8 pixels, got 9x8',
    );
  });
});
