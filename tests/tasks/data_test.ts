import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { encodePng, readPng } from "../../core/pictures/mod.ts";
import { runTask } from "../support/run_task.ts";

Deno.test("deno task data lists the sets, and shows one of the user's own with a sheet", async () => {
  const list = await runTask("data", []);
  assertEquals(list.code, 0, list.stderr);
  for (const name of ["fashion-mnist", "avatars", "bricks", "sotu"]) {
    assertMatch(list.stdout, RegExp(`^${name} `, "m"));
  }

  const root = Deno.makeTempDirSync();
  for (let i = 0; i < 24; i++) {
    const folder = join(root, "mine", i % 2 ? "cats" : "dogs");
    Deno.mkdirSync(folder, { recursive: true });
    const picture = { width: 7, height: 7, data: new Uint8Array(147).fill(10 * i) };
    Deno.writeFileSync(join(folder, `${i}.png`), i === 5 ? Uint8Array.of(1) : encodePng(picture));
  }
  const out = join(root, "sheet.png");
  const shown = await runTask("data", [join(root, "mine"), "--size", "16", "--count", "4", "--out", out]);
  assertEquals(shown.code, 0, shown.stderr);
  assertMatch(shown.stdout, /^22 pictures, 16 x 16, grey$/m);
  assertMatch(shown.stdout, /^cats +11 +50.0 %$/m);
  assertMatch(
    shown.stderr,
    /^mine: 1 skipped, the first: .*5\.png: expected a PNG, JPEG, .* got another format/m,
  );
  const sheet = readPng(out);
  assertEquals(sheet.width, 4 * 16 * 6 + 3 * 4);
});

Deno.test("deno task data shows points as SVG and texts as text", async () => {
  const root = Deno.makeTempDirSync();
  const points = await runTask("data", [
    "moons",
    "--limit",
    "50",
    "--json",
    "--out",
    join(root, "moons.svg"),
  ]);
  assertEquals(points.code, 0, points.stderr);
  const { count, shape, kind } = JSON.parse(points.stdout);
  assertEquals([kind, count, shape], ["points", 50, [2]]);
  assertEquals(Deno.readTextFileSync(join(root, "moons.svg")).match(/<circle /g)?.length, 50);

  Deno.writeTextFileSync(join(root, "tale.txt"), "It rained.\n\nIt poured.\n\nIt froze.");
  const text = await runTask("data", [join(root, "tale.txt"), "--out", join(root, "first.txt")]);
  assertMatch(text.stdout, /^2 texts, 201 tokens each, 6 words in the vocabulary\n/);
  assertMatch(Deno.readTextFileSync(join(root, "first.txt")), /^it \w+ \.\n\nit \w+ \.\n$/);
});

Deno.test("deno task data tells mistakes in one sentence and exits with 2", async () => {
  const mistakes: [string[], string][] = [
    [["brick"], 'Cannot find data "brick": expected one of'],
    [["moons", "--limit", "few"], 'Cannot set --limit: expected a whole number of 0 or more, got "few"'],
    [["moons", "--fit", "crop"], 'Cannot set --fit: expected pad or resize, got "crop"'],
    [["moons", "--out", "moons.png"], 'Cannot write "moons.png": expected a name that ends in .svg'],
    [["moons", "bricks"], "Cannot data: expected at most one data set, got moons bricks"],
    [["moons", "--sise", "3"], 'did you mean "--size"?'],
  ];
  for (const [args, sentence] of mistakes) {
    const { code, stderr, stdout } = await runTask("data", args);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, sentence);
    assertEquals(stderr.trim().split("\n").length, 1);
  }
});
