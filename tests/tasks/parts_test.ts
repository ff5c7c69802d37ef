import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { RunFolder } from "../../generative/train/mod.ts";
import { tinyFlags, writeTinyPictures } from "../generative/models/support.ts";
import { runTask } from "../support/run_task.ts";

const root = Deno.makeTempDirSync({ prefix: "somnium-parts-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
const pictures = `${root}/pictures`;
writeTinyPictures(pictures);
const data = ["--data", pictures, "--size", "8"];
const train = (model: string, ...flags: string[]) =>
  runTask("train", [model, ...data, "--batch-size", "16", "--runs", root, ...flags]);
const mixture = (...flags: string[]) =>
  train("latent-mixture", "--components", "3", "--distance-samples", "0", ...flags);
const run = `${root}/latent-mixture-default-1`;

Deno.test("a model is built on the newest run that fits, remembers it, and needs it no more", async () => {
  const none = await mixture();
  assertEquals([none.code, none.stdout], [2, ""]);
  assertEquals(
    none.stderr,
    'Cannot use --autoencoder: expected a suitable run in "runs", got none; deno task train autoencoder ' +
      `--data ${pictures} --size 8 makes one\n`,
  );
  assert(!Array.from(Deno.readDirSync(root)).some(({ name }) => name.startsWith("latent")));

  const unfinished = await runTask(
    "train",
    ["vae-fashion", ...tinyFlags(pictures), "--runs", root, "--json"],
    {
      kill: (line) => JSON.parse(line).type === "checkpoint" ? "SIGKILL" : undefined,
    },
  );
  assertEquals(unfinished.code, 137, unfinished.stderr);
  const vae = `${root}/vae-fashion-default-1`;
  const classified = await train("mlp-classifier", "--epochs", "1"); // newer, but it encodes nothing
  assertEquals(classified.code, 0, classified.stderr);
  const trained = await mixture();
  assertEquals(trained.code, 0, trained.stderr);
  assertStringIncludes(trained.stderr, `Using the newest suitable run: "${vae}"`);
  assertStringIncludes(
    trained.stderr,
    `latent-mixture is built on a copy of the autoencoder "${vae}" (vae-fashion, after epoch 1 of 2)`,
  );
  assertMatch(
    trained.stderr,
    /parameters, 21 of them fitted; 76 examples, 4 held out; fitted at once/,
  );
  assertEquals(RunFolder.load(run).config.autoencoder, vae);

  const newer = await train("autoencoder", "--epochs", "1");
  assertEquals(newer.code, 0, newer.stderr);
  rmSync(vae, { recursive: true });
  for (const named of [[], ["--autoencoder", vae]]) {
    const again = await mixture(...named);
    assertEquals(again.code, 0, again.stderr);
    assertStringIncludes(again.stderr, `the autoencoder "${vae}" (vae-fashion, after epoch 1 of 2)`);
    assertEquals(again.stdout, trained.stdout);
  }
  const other = await mixture("--autoencoder", `${root}/autoencoder-default-1`);
  assertEquals([other.code, other.stdout], [1, ""]);
  assertMatch(other.stderr, /autoencoder is ".*vae.*" in its config.json, ".*autoencoder-default-1" now/);

  const docs = `${root}/docs`;
  for (
    const [task, ...flags] of [
      ["sample", "--n", "3"],
      ["explore"],
      ["evaluate", "--samples", "20"],
      ["document", "--docs", docs],
    ]
  ) {
    const { code, stderr } = await runTask(task, [run, ...flags]);
    assertEquals(code, 0, `${task}: ${stderr}`);
  }
  const page = Deno.readTextFileSync(`${docs}/latent-mixture.md`);
  assertStringIncludes(page, ` --autoencoder ${vae}`);
  assertMatch(page, /\| parameters \| [\d,]+ \(21 fitted\) \|/);
  assertStringIncludes(page, "](latent-mixture/latents_and_densities.svg)");
});

Deno.test("--help tells of the part, and a run that cannot be it is one sentence", async () => {
  const help = await runTask("train", ["latent-mixture", "--help"]);
  assertMatch(
    help.stdout.replaceAll(/\s+/g, " "),
    /--autoencoder <RUN> Run of an autoencoder of pictures, by its name or folder; the new run keeps a copy\./,
  );
  const wrong: [run: string, code: number, sentence: RegExp][] = [
    ["nowhere", 2, /^Cannot use --autoencoder "nowhere": expected a run's folder or name, got nothing there/],
    [
      `${root}/mlp-classifier-default-1`,
      2,
      /expected an autoencoder of pictures, got a run of mlp-classifier$/,
    ],
    ["pretrained/car-racing", 2, /^Cannot use --autoencoder .*got a run of deno task train-world-model/],
  ];
  const large = await train("autoencoder", "--epochs", "1", "--size", "16", "--run", "large");
  assertEquals(large.code, 0, large.stderr);
  wrong.push([
    `${root}/large`,
    2,
    /\(8x8x1\): expected data like .* \(16x16x1\); set --data \S+ --size 16, or another/,
  ]);
  const config = `${root}/autoencoder-default-1/config.json`;
  writeFileSync(config, readFileSync(config, "utf8").replace('"seed": 1', '"seed": 2'));
  wrong.push([`${root}/autoencoder-default-1`, 1, /config.json": it was edited or damaged/]);
  for (const [named, code, sentence] of wrong) {
    const refused = await mixture("--run", "refused", "--autoencoder", named);
    assertEquals([refused.code, refused.stdout], [code, ""], refused.stderr);
    assertMatch(refused.stderr.trim().split("\n").at(-1)!, sentence);
    assert(!Array.from(Deno.readDirSync(root)).some(({ name }) => name === "refused"), named);
  }
});
