import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import type { Picture } from "../../../core/pictures/picture.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { type PictureData, shapeOf } from "../../../generative/data/dataset.ts";
import { CONDITIONAL_WGAN_GP } from "../../../generative/gans/conditional_wgan_gp_kind.ts";
import { judgeSamples } from "../../../generative/models/judge_samples.ts";
import { pictureOf } from "../../../generative/models/latents/exploration.ts";
import { loadModelData } from "../../../generative/models/model_data.ts";
import type { GenerativeModel, SampleRequest } from "../../../generative/models/model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import type { DataEvent } from "../../../generative/data/load_dataset.ts";
import { withOwnCache } from "../data/support.ts";
import { tinyVae, writeTinyPictures } from "./support.ts";

await startBackend();

/** A model that draws pictures that it was handed. */
function copier(draw: (request: SampleRequest, i: number) => Picture, rest: Partial<GenerativeModel> = {}) {
  return {
    sample: (_: unknown, request: SampleRequest) =>
      Promise.resolve({
        kind: "pictures",
        pictures: Array.from({ length: request.count }, (_, i) => draw(request, i)),
      }),
    ...rest,
  } as unknown as GenerativeModel;
}

Deno.test("judgeSamples() compares what a model draws with all data, labels as often as they come", async () => {
  await withOwnCache(async (folder) => {
    writeTinyPictures(join(folder, "pictures"));
    const config = tinyVae(join(folder, "pictures"), { examples: 4 });
    const data = await loadModelData({ ...config, examples: 0 }, "train") as PictureData;
    const events: DataEvent[] = [];
    const preparation = {
      name: "4-levels",
      apply: (bytes: Uint8Array) => bytes.map((byte) => 85 * Math.floor(byte / 64)),
    };
    const judge = await judgeSamples({ config, model: copier(() => pictureOf(data, 0), { preparation }) }, {
      folder,
      steps: 100,
      onEvent: (event) => events.push(event),
    });
    assert(judge);
    assert(events.some((event) => event.type === "progress" && event.dataset === "feature classifier"));
    const bright = (side: number) => (_: SampleRequest, i: number) =>
      pictureOf(data, data.labels!.indexOf(side, i));
    const random = new RandomStream(1);
    const both = copier((request, i) => bright(i % 2)(request, i >> 1));
    const fair = await judge.judge(both, {}, { count: 30, random });
    const onlyLeft = await judge.judge(copier(bright(0)), {}, { count: 30, random });
    assertEquals([fair.samples, fair.reference, fair.data], [30, 2, "pictures"]);
    assert(onlyLeft.frechet > 3 * fair.frechet, `${onlyLeft.frechet} against ${fair.frechet}`);

    const asked: [unknown, number][] = [];
    const labelled = copier((request, i) => {
      if (i === 0) asked.push([request.options?.label, request.count]);
      return bright(0)(request, i);
    }, { labels: ["no-hat", "hat"], labelShares: () => [0.9, 0.1] });
    await judge.judge(labelled, {}, { count: 30, random });
    assertEquals(asked, [["no-hat", 27], ["hat", 3]]);

    assert(/^pictures-8x8-4-levels-[0-9a-f]{8}$/.test(fair.measure), fair.measure);
    const held = await loadModelData({ ...config, examples: 0 }, "test") as PictureData;
    const prepared = { ...held, pictures: preparation.apply(held.pictures) };
    const reference = copier((_, i) => pictureOf(prepared, 2 * i));
    const none = await judge.judge(reference, {}, { count: 2, random });
    assert(Math.abs(none.frechet) < 1e-3, `${none.frechet}: held-out pictures are prepared, too`);

    const texts = copier(bright(0), { sample: () => Promise.resolve({ kind: "text", texts: ["a"] }) });
    await assertRejects(
      () => judge.judge(texts, {}, { count: 4, random }),
      TypeError,
      "expected pictures, got text",
    );
    judge.dispose();
  });
});

Deno.test("judgeSamples() has nothing to say of data that a classifier cannot learn", async () => {
  const model = copier(() => ({ width: 8, height: 8, data: new Uint8Array(192) }));
  const folder = "/nowhere";
  assertEquals(await judgeSamples({ config: tinyVae("moons"), model }, { folder }), undefined);
  await withOwnCache(async (folder) => {
    writeTinyPictures(folder);
    const config = tinyVae(join(folder, "left"));
    assertEquals(await judgeSamples({ config, model }, { folder }), undefined);
  });
});

Deno.test("a conditional model tells how often its labels come", () => {
  const [pictures, hat] = [new Uint8Array(4 * 64), Uint8Array.of(0, 1, 0, 0)];
  const shape = { count: 4, height: 8, width: 8, channels: 1, attributes: { hat } };
  const data: PictureData = { kind: "pictures", name: "hats", ...shape, pictures };
  const config = { ...CONDITIONAL_WGAN_GP.presets.smoke, size: 8, filters: [8], attribute: "hat" };
  const model = CONDITIONAL_WGAN_GP.create(config, shapeOf(data));
  assertEquals(model.labels, ["no-hat", "hat"]);
  assertEquals(model.labelShares!(data), [0.75, 0.25]);
});
