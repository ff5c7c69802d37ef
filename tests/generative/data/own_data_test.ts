import { assert, assertEquals, assertRejects } from "@std/assert";
import { encode } from "fast-png";
import { join } from "node:path";
import { type DataEvent, loadDataset, type LoadOptions } from "../../../generative/data/mod.ts";
import { KeptFiles } from "../../../generative/data/own/kept_files.ts";
import { decodeTokens } from "../../../generative/data/text/vocabulary.ts";
import { bytes, folder, pictures, texts, withOwnCache } from "./support.ts";

/** A PNG of one colour. */
const plain = (color: number[], width = 4, height = width) =>
  encode({
    width,
    height,
    channels: 3,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => color[i % 3]),
  });

/** Loads, and what it told. */
async function load(path: string, options: LoadOptions = {}) {
  const events: DataEvent[] = [];
  const onEvent = (event: DataEvent) => event.type === "progress" || events.push(event);
  return { data: await loadDataset(path, { ...options, onEvent }), events };
}

Deno.test("a folder of pictures: subfolders are classes, one in twenty is held back, a broken one is named and counted", async () => {
  const files = Object.fromEntries(
    Array.from(
      { length: 30 },
      (_, i) => [`${i % 3 ? "red" : "blue"}/${i}.png`, plain(i % 3 ? [255, i, 0] : [0, i, 255])],
    ),
  );
  const path = folder({
    ...files,
    "red/broken.png": plain([1, 2, 3]).subarray(0, 40),
    "red/notes.txt": "no picture",
  });
  const { data: train, events } = await load(path);
  const data = pictures(train);
  assertEquals([data.height, data.width, data.channels, data.classes], [4, 4, 3, ["blue", "red"]]);
  const { data: test, events: more } = await load(path, { split: "test" });
  assertEquals([data.count + test.count, pictures(test).classes], [30, ["blue", "red"]]);
  assertEquals([...events, ...more].length, 1);
  const [skipped] = [...events, ...more];
  assert(skipped.type === "skipped" && skipped.count === 1 && skipped.first.includes("broken.png: "));
  const seen = [data, pictures(test)].flatMap((part) =>
    Array.from({ length: part.count }, (_, n) => {
      assertEquals(part.pictures[n * 48] === 255, part.labels![n] === 1);
      return part.pictures[n * 48 + 1];
    })
  );
  assertEquals(seen.toSorted((a, b) => a - b), Array.from({ length: 30 }, (_, i) => i));
  const again = pictures((await load(path, { limit: 5 })).data);
  assertEquals(again.pictures, data.pictures.subarray(0, again.count * 48));
});

Deno.test("each of one's own pictures is read once: for its digest, for its colour and for its pixels", async () => {
  const path = folder(
    Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.png`, plain([i, i, i])])),
  );
  const told: string[] = [];
  const onEvent = (event: DataEvent) => {
    if (event.type !== "progress") return void told.push(event.type);
    for (const { name } of Deno.readDirSync(path)) Deno.removeSync(`${path}/${name}`); // their digests are known by now
  };
  const { count, channels } = pictures(await loadDataset(path, { onEvent }));
  assertEquals([count, channels, told], [11, 1, []]);
});

Deno.test("KeptFiles keeps what there is room for, and reads the rest again", async () => {
  const path = folder({ "small.bin": bytes(100), "large.bin": bytes(101), "last.bin": bytes(50) });
  const kept = new KeptFiles(150);
  const read = (name: string) => kept.read(`${path}/${name}.bin`);
  for (const name of ["small", "large", "last"]) await read(name);
  Deno.removeSync(path, { recursive: true });
  assertEquals([...await read("small"), ...await read("last")], [...bytes(100), ...bytes(50)]);
  await assertRejects(() => read("large"), Error, "large.bin");
});

Deno.test("pictures of mixed sizes need --size, and are then brought to it; grey ones stay grey", async () => {
  const path = folder({
    "a.png": plain([9, 9, 9]),
    "b.png": plain([7, 7, 7], 6, 3),
    "c.png": plain([5, 5, 5], 6, 3),
  });
  await assertRejects(
    () =>
      load(
        folder({ "a.png": plain([9, 9, 9]), "b.png": plain([7, 7, 7], 6, 3), "c.png": plain([5, 5, 5], 8) }),
      ),
    TypeError,
    "resize them with --size",
  );
  const data = pictures((await load(path, { size: 8 })).data);
  assertEquals([data.count, data.height, data.width, data.channels], [2, 8, 8, 1]);
  const values = new Set([
    ...data.pictures,
    ...pictures((await load(path, { size: 8, split: "test" })).data).pictures,
  ]);
  assertEquals([...values].sort(), [5, 7, 9]);
});

Deno.test("a folder without a picture that can be read, and a path where nothing lies, are told in one sentence", async () => {
  const cut = plain([1, 2, 3]).subarray(0, 40);
  const broken = folder({ "a.png": "no", "b.jpg": "no", "c.jpg": cut });
  await assertRejects(() => load(broken), TypeError, "got 0; 3 cannot be read");
  const one = folder({ "a.png": plain([1, 2, 3]), "b.jpg": "no" });
  await assertRejects(() => load(one), TypeError, "expected at least two pictures (.png, .jpg, ");
  await assertRejects(() => load(folder({})), TypeError, "got 0");
  await assertRejects(
    () => load("/nowhere/at/all"),
    RangeError,
    "expected a folder or a file there, got nothing",
  );
});

Deno.test("many pictures are kept decoded, and decoded anew when a file changes", async () => {
  await withOwnCache(async (cache) => {
    const files = Array.from(
      { length: 540 },
      (_, i) => [`${i}.png`, plain([i % 200, i >> 8, 7], 2)] as const,
    );
    const path = folder(Object.fromEntries(files));
    const first = pictures((await load(path)).data);
    const kept = () => [...Deno.readDirSync(join(cache, "somnium", "data"))].length;
    assert(first.count > 500 && first.count < 530, `${first.count} of 540`);
    assertEquals(kept(), 2); // digests and pixels
    assertEquals(pictures((await load(path)).data).pictures, first.pictures);
    assertEquals(kept(), 2);
    Deno.writeFileSync(join(path, "0.png"), plain([0, 250, 100], 2));
    const changed = [
      ...pictures((await load(path)).data).pictures,
      ...pictures((await load(path, { split: "test" })).data).pictures,
    ];
    assertEquals([kept() > 2, changed.filter((value) => value === 250).length], [true, 4]);
  });
});

Deno.test("CIFAR-10's binary batches: planes become pixels, damage is named with its place", async () => {
  const record = (label: number, seed: number) => Uint8Array.of(label, ...bytes(3072, seed));
  const [a, b, c] = [record(3, 1), record(9, 2), record(0, 3)];
  const path = folder({
    "data_batch_1.bin": Uint8Array.of(...a, ...b),
    "data_batch_2.bin": c,
    "test_batch.bin": c,
  });
  const { data: train, events } = await load(path);
  const data = pictures(train);
  assertEquals([data.count, data.height, data.channels, [...data.labels!]], [3, 32, 3, [3, 9, 0]]);
  assertEquals(data.classes![3], "cat");
  for (const [y, x, channel] of [[0, 0, 0], [5, 7, 1], [31, 31, 2]]) {
    assertEquals(data.pictures[3072 + (y * 32 + x) * 3 + channel], b[1 + channel * 1024 + y * 32 + x]);
  }
  assertEquals(events[0].type === "skipped" && events[0].first, "data_batch_3.bin: missing");
  assertEquals(pictures((await load(path, { split: "test" })).data).count, 1);

  const short = folder({ "test_batch.bin": a.subarray(0, 3000) });
  await assertRejects(() => load(short, { split: "test" }), SyntaxError, "cut short at record 0");
  await assertRejects(() => load(short), TypeError, "expected data_batch_1.bin or");
  const wrong = folder({ "test_batch.bin": Uint8Array.of(...a, ...record(77, 4)) });
  await assertRejects(
    () => load(wrong, { split: "test" }),
    SyntaxError,
    "expected a label below 10, got 77 at byte 3073",
  );
});

Deno.test("CelebA's lists, as on Kaggle and as they were: attributes by the lab's names", async () => {
  const rows = Array.from(
    { length: 8 },
    (_, i) => ({ file: `00000${i}.png`, blond: i % 2 ? 1 : -1, hat: i < 4 ? 1 : -1 }),
  );
  const images = Object.fromEntries(
    rows.slice(0, 7).map(({ file }, i) => [`img_align_celeba/${file}`, plain([i, 100, 0], 3)]),
  );
  const csv = [
    "image_id,Blond_Hair,Wearing_Hat",
    ...rows.map(({ file, blond, hat }) => `${file},${blond},${hat}`),
  ];
  const original = [
    "8",
    "Blond_Hair Wearing_Hat ",
    ...rows.map(({ file, blond, hat }) => `${file}  ${blond}  ${hat}`),
  ];
  for (const [name, list] of [["csv", csv.join("\n")], ["txt", original.join("\r\n")]]) {
    const { data: train, events } = await load(folder({ ...images, [`list_attr_celeba.${name}`]: list }));
    const data = pictures(train);
    assertEquals([data.count, Object.keys(data.attributes!)], [6, ["blondHair", "wearingHat"]]);
    for (let n = 0; n < data.count; n++) {
      const i = data.pictures[n * 27];
      assertEquals([data.attributes!.blondHair[n], data.attributes!.wearingHat[n]], [i % 2, Number(i < 4)]);
    }
    assertEquals(events, [
      { ...events[0], type: "skipped", count: 1, first: "000007.png: missing" } as DataEvent,
    ]);
  }
  const damaged = folder({ ...images, "list_attr_celeba.csv": [...csv, "000009.png,1"].join("\n") });
  await assertRejects(() => load(damaged), SyntaxError, 'got "000009.png,1" in line 10');
});

Deno.test("recipes and wine reviews are put together as in the book; incomplete ones are left out and counted", async () => {
  const recipe = (i: number) => ({ title: `Soup ${i}`, directions: ["Boil.", "Serve!"] });
  const recipes = [...Array.from({ length: 5 }, (_, i) => recipe(i)), {}, { title: "Air", directions: null }];
  const { data, events } = await load(
    folder({ "full_format_recipes.json": JSON.stringify(recipes) }) + "/full_format_recipes.json",
  );
  const read = texts(data);
  assertEquals([read.count, read.length], [4, 201]);
  const first = decodeTokens(read.tokens.subarray(0, 201), read.vocabulary);
  assert(/^recipe for soup \d \| boil \. serve !$/.test(first), first);
  assertEquals(events[0].type === "skipped" && events[0].count, 2);

  const wine = { country: "Italy", province: "Sicily", variety: "White Blend", description: "Dry, brisk." };
  const others = [{ ...wine, country: "Spain" }, { ...wine, country: "Chile" }, { ...wine, province: null }];
  const path = folder({ "wine.json": JSON.stringify([wine, ...others]) }) +
    "/wine.json";
  const reviews = texts((await load(path)).data);
  assertEquals([reviews.count, reviews.length], [2, 81]);
  const review = decodeTokens(reviews.tokens.subarray(0, 81), reviews.vocabulary);
  assert(/^wine review : \w+ : sicily : white blend : dry , brisk \.$/.test(review), review);
});

Deno.test("a text file is cut into pieces; empty, damaged and foreign files are told in one sentence", async () => {
  const file = (name: string, content: string | Uint8Array) => join(folder({ [name]: content }), name);
  const data = texts(
    (await load(file("tale.txt", "It was a dark night.\r\n\r\nIt rained. It poured."), { length: 8 })).data,
  );
  assertEquals([data.name, data.count, data.length], ["tale", 1, 8]);
  const words = async (content: string | Uint8Array) =>
    texts((await load(file("t.txt", content))).data).vocabulary.slice(2);
  const utf16 = (text: string, bigEndian = false) =>
    Uint8Array.from([...text].flatMap((letter) => {
      const [low, high] = [letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8];
      return bigEndian ? [high, low] : [low, high];
    }));
  const told = "\ufeffIt rained.\r\r“It poured.”\r\rIt froze.";
  for (const content of [told, utf16(told), utf16(told, true), utf16(told.slice(1))]) {
    assertEquals(await words(content), await words(told.replaceAll("\r", "\n")));
  }
  const three = folder({
    "a.txt": "One.\n\nTwo.",
    "b/c.md": "Three.\n\nFour.",
    "notes.pdf": "no",
    "d.txt": "Five.",
  });
  const both = [texts((await load(three)).data), texts((await load(three, { split: "test" })).data)];
  assertEquals(both.reduce((sum, { count }) => sum + count, 0), 5);
  assert(both[1].count <= 2, "one file is held out");
  await assertRejects(() => load(file("none.txt", " \n")), TypeError, "expected text, got an empty file");
  await assertRejects(
    () => load(file("latin.txt", Uint8Array.of(0x63, 0xe9, 0x20))),
    SyntaxError,
    "expected text in UTF-8 or UTF-16",
  );
  await assertRejects(() => load(file("cut.json", '[{"title": "So')), SyntaxError, "cut.json");
  await assertRejects(() => load(file("other.json", '[{"a": 1}]')), TypeError, "got 1 other records");
  await assertRejects(() => load(file("object.json", "{}")), TypeError, "expected a list of records");
});
