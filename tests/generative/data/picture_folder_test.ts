import { assert, assertEquals } from "@std/assert";
import { encode } from "fast-png";
import { join } from "node:path";
import { type DataEvent, loadDataset, type PictureData } from "../../../generative/data/mod.ts";
import { splitByContent } from "../../../generative/data/split_by_content.ts";
import { folder, pictures } from "./support.ts";

/** A PNG of 2x2 that is told by its number, which is its red. */
const picture = (red: number) =>
  encode({
    width: 2,
    height: 2,
    channels: 3,
    data: Uint8Array.from([red, 0, 9, red, 0, 9, red, 0, 9, red, 0, 9]),
  });

/** Files of these numbers. */
const files = (inside: string, ...numbers: number[]) =>
  Object.fromEntries(numbers.map((red) => [`${inside}${red}.png`, picture(red)]));

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Both sides of a folder: the number of each picture with its class, sorted, and what was told. */
async function load(path: string) {
  const skipped: string[] = [];
  const onEvent = (event: DataEvent) =>
    event.type === "skipped" && skipped.push(`${event.count}: ${event.first}`);
  const [train, test] = [
    pictures(await loadDataset(path, { onEvent })),
    pictures(await loadDataset(path, { split: "test", onEvent })),
  ];
  const numbers = (data: PictureData) =>
    Array.from({ length: data.count }, (_, n) => data.pictures[n * 12]).sort((a, b) => a - b);
  const labels = (data: PictureData) =>
    data.labels &&
    Object.fromEntries(Array.from(data.labels, (label, n) => [data.pictures[n * 12], data.classes![label]]));
  return {
    train: numbers(train),
    test: numbers(test),
    labels: labels(train),
    classes: train.classes,
    skipped,
  };
}

Deno.test("splitByContent() keeps every example on its side whatever comes or goes, and copies together", async () => {
  const digests = range(0, 2000).map((i) =>
    (i * 2654435761 % 2 ** 32).toString(16).padStart(8, "0").padEnd(16, "7")
  );
  const sides = async (some: string[]) => new Set((await splitByContent(some))!.held.map((i) => some[i]));
  const before = await sides(digests);
  assert(before.size > 80 && before.size < 120, `${before.size} of 2000 are held out`);
  const after = await sides([...digests.slice(3).reverse(), "0000000000000000", "ffffffffffffffff"]);
  assertEquals(
    after,
    new Set([...digests.slice(3).filter((digest) => before.has(digest)), "0000000000000000"]),
  );

  const copies = (await splitByContent([...digests, ...digests]))!;
  assertEquals(copies.held.length, 2 * before.size);
  const few = (await splitByContent(["a0", "b0", "c0"].map((digest) => digest.padEnd(16, "0"))))!;
  assertEquals(few, { held: [0], learned: [1, 2] });
  const high = ["00", "01"].map((digest) => digest.padEnd(16, "0"));
  assertEquals(await splitByContent(high), { held: [0], learned: [1] });
  assertEquals(await splitByContent([high[0], high[0]]), undefined);
  assertEquals(
    await splitByContent(["a", "b", "c", "d"].map((digest) => digest.padEnd(16, "0")), (i) => i > 1),
    {
      held: [0, 1, 2],
      learned: [3],
    },
  );
});

Deno.test("a folder's pictures keep their side when others are added, removed, copied or renamed", async () => {
  const path = folder(files("", ...range(0, 120)));
  const before = await load(path);
  Deno.renameSync(join(path, "7.png"), join(path, "other.jpg"));
  Deno.copyFileSync(join(path, "8.png"), join(path, "copy.png"));
  const held = before.test[0];
  Deno.copyFileSync(join(path, `${held}.png`), join(path, "copy of held.PNG"));
  for (const red of range(120, 130)) Deno.writeFileSync(join(path, `${red}.png`), picture(red));
  Deno.removeSync(join(path, `${before.train[30]}.png`));
  const after = await load(path);
  assertEquals(after.test.filter((red) => red < 120), [held, ...before.test]);
  assertEquals(
    after.train.filter((red) => red < 120),
    [8, ...before.train.filter((_, i) => i !== 30)].sort((a, b) => a - b),
  );
});

Deno.test("of few pictures, one that can be read is held out, and broken ones are named", async () => {
  const numbers = range(1, 12);
  const expected = await load(folder(files("", ...numbers)));
  const broken = folder(files("", ...numbers));
  Deno.writeFileSync(join(broken, `${expected.test[0]}.png`), picture(77).subarray(0, 50));
  const { train, test, skipped } = await load(broken);
  assertEquals([...train, ...test].sort((a, b) => a - b), numbers.filter((red) => red !== expected.test[0]));
  assertEquals([test.length, skipped.length], [1, 1]);
  assert(/^1: .*\/\d+\.png: damaged PNG: /.test(skipped[0]), skipped[0]);
});

Deno.test("a folder of copies of one picture is shown, with a warning", async () => {
  const path = folder(Object.fromEntries(["a.png", "b.png", "c.png"].map((name) => [name, picture(5)])));
  const warnings: string[] = [];
  const onEvent = (event: DataEvent) => event.type === "warning" && warnings.push(event.text);
  assertEquals((await loadDataset(path, { onEvent })).count, 2);
  assertEquals(warnings, [
    "all pictures are copies of one: the held-out pictures are training pictures, too",
  ]);
  assertEquals((await loadDataset(path, { split: "test" })).count, 1);
});

Deno.test("what is hidden or a program's own is left aside at any depth", async () => {
  const path = folder({
    ...files("cats/", ...range(0, 10)),
    ...files("dogs/", ...range(10, 20)),
    ...files(".ipynb_checkpoints/", 90),
    ...files("dogs/.ipynb_checkpoints/", 91),
    ...files("__MACOSX/cats/", 92),
    ...files("cats/deep/__MACOSX/", 93),
    "cats/._1.png": "resource fork",
  });
  const { train, test, classes, skipped } = await load(path);
  assertEquals([[...train, ...test].sort((a, b) => a - b), classes], [range(0, 20), ["cats", "dogs"]]);
  assertEquals(skipped, []);
});

Deno.test("folders called train and val or test are the split, with classes inside", async () => {
  const path = folder({
    ...files("Train/cats/", 1, 2, 3),
    ...files("Train/dogs/", 11, 12, 13),
    ...files("validation/cats/", 4),
    ...files("test/dogs/", 14, 11),
    ...files("", 99),
  });
  const { train, test, labels, classes, skipped } = await load(path);
  assertEquals([train, test, classes], [[1, 2, 3, 11, 12, 13], [4, 14], ["cats", "dogs"]]);
  assertEquals([labels![2], labels![12]], ["cats", "dogs"]);
  assertEquals(skipped, [
    `1: ${path}/99.png: it is beside the folders of the split`,
    `1: ${path}/test/dogs/11.png: a copy of a training picture`,
  ]);
  const plain = await load(folder({ ...files("pets/train/", 1, 2), ...files("pets/valid/", 3) }));
  assertEquals([plain.train, plain.test, plain.classes], [[1, 2], [3], undefined]);
  const within = await load(
    folder({ ...files("cats/train/", 1, 2), ...files("dogs/train/", 3), ...files("dogs/val/", 4) }),
  );
  assertEquals([within.train, within.test, within.classes], [[1, 2, 3], [4], ["cats", "dogs"]]);
  const named = await load(folder({ ...files("training_set/", 1, 2), ...files("test_set/", 3) }));
  assertEquals([named.train, named.test, named.classes], [[1, 2], [3], undefined]);
  const vehicles = await load(folder({ ...files("train/", 1, 2, 3), ...files("bus/", 4, 5, 6) }));
  assertEquals(vehicles.classes, ["bus", "train"]);
});

Deno.test("a picture beside the folders of classes is named and left out; where most lie beside, there are no classes", async () => {
  const path = folder({ ...files("cats/", 1, 2), ...files("dogs/", 11, 12), ...files("", 50) });
  const { classes, skipped, train, test } = await load(path);
  assertEquals([classes, train.length + test.length], [["cats", "dogs"], 4]);
  assertEquals(skipped, [`1: ${path}/50.png: it is beside the folders of the classes`]);
  const flat = await load(folder({ ...files("", 1, 2, 3, 4, 5), ...files("more/", 6), ...files("old/", 7) }));
  assertEquals([flat.classes, flat.train.length + flat.test.length], [undefined, 7]);
});

Deno.test("formats are told by content, whatever the name; others are named and left out", async () => {
  const path = folder({
    "a.jpg": picture(1),
    "b.JPEG": picture(2),
    "c.jfif": picture(3),
    "no ending": picture(4),
    "e.webp": picture(5),
    "drawing.svg": "<svg/>",
    "photo.cr2": "raw",
    "empty.png": "",
    "notes": "text",
    "labels.csv": "a,b",
  });
  const { train, test, skipped } = await load(path);
  assertEquals([...train, ...test].sort(), [1, 2, 3, 4, 5]);
  assertEquals(skipped.length, 1);
  assert(/^3: .*drawing.svg: expected a PNG, .* got another format$/.test(skipped[0]), skipped[0]);
});

Deno.test("linked folders are classes, loops of links end, and what is linked twice is read once", async () => {
  const there = folder({ ...files("cats/", 1, 2), ...files("dogs/", 11, 12) });
  const path = folder({ ...files("birds/", 21, 22) });
  for (const name of ["cats", "dogs"]) Deno.symlinkSync(join(there, name), join(path, name));
  Deno.symlinkSync(path, join(path, "birds", "again"));
  Deno.symlinkSync("..", join(path, "up"));
  Deno.symlinkSync("/", join(path, "root"));
  Deno.symlinkSync("itself", join(path, "itself"));
  Deno.symlinkSync(join(path, "birds"), join(path, "aves"));
  Deno.symlinkSync("nowhere", join(path, "gone.png"));
  const { train, test, classes, skipped } = await load(path);
  assertEquals([[...train, ...test].sort((a, b) => a - b), classes], [[1, 2, 11, 12, 21, 22], [
    "birds",
    "cats",
    "dogs",
  ]]);
  assertEquals(skipped, [`1: ${path}/gone.png: a broken link`]);
});
