import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { loadCheckpoint, saveCheckpoint } from "../../generative/train/mod.ts";
import { runTask } from "../support/run_task.ts";
import { tinyFlags } from "../support/tiny_run.ts";
import { temporaryFolder, tinyRunFolder } from "../viewer/support/fixtures.ts";

const release = (...args: string[]) => runTask("release", args);

/** All files of a folder by path, with their bytes. */
function filesIn(folder: string, prefix = ""): Map<string, number> {
  const files = new Map<string, number>();
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) {
      for (const [file, bytes] of filesIn(path, `${prefix}${name}/`)) files.set(file, bytes);
    } else files.set(prefix + name, Deno.statSync(path).size);
  }
  return files;
}

Deno.test("a released run is small, whole, and a run like any other", async () => {
  const run = `${await tinyRunFolder()}/tiny`;
  const root = temporaryFolder();
  const to = `${root}/small`;
  const { code, stdout, stderr } = await release(run, "--to", to);
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /"\S+small": 9 files, [\d.]+ MB\n$/);
  const files = filesIn(to);
  assertEquals([...files.keys()].filter((path) => !path.endsWith(".rec")).sort(), [
    "README.md",
    "checkpoints/checkpoint.json",
    "checkpoints/controller.1.safetensors",
    "checkpoints/memory.1.safetensors",
    "checkpoints/vision.1.safetensors",
    "config.json",
    "environment.json",
    "metrics.jsonl",
  ]);
  assertEquals([...files.keys()].filter((path) => path.endsWith(".rec")).length, 1);
  assertEquals([...Deno.readDirSync(root)].map(({ name }) => name), ["small"]);

  const lines = Deno.readTextFileSync(`${run}/metrics.jsonl`).split("\n");
  const kept = Deno.readTextFileSync(`${to}/metrics.jsonl`).trimEnd().split("\n");
  assert(
    kept.length > 0 && kept.every((line) => lines.includes(line) && line.includes('"crc32"')),
    kept.join(),
  );

  const [before, after] = [run, to].map((folder) => loadCheckpoint(`${folder}/checkpoints`).arrays);
  for (const group of ["vision", "memory", "controller"]) {
    assertEquals(Object.keys(after[group]).sort(), Object.keys(before[group]).sort());
    for (const [name, { shape, data }] of Object.entries(after[group])) {
      assertEquals(shape, before[group][name].shape);
      data.forEach((value, i) => {
        const exact = before[group][name].data[i];
        assert(
          Math.abs(value - exact) <= Math.abs(exact) * 2 ** -11 + 2 ** -25,
          `${name}: ${value}, ${exact}`,
        );
      });
    }
  }

  const measured = await runTask("evaluate", [to, "--episodes", "2", "--json"]);
  assertEquals(measured.code, 0, measured.stderr);
  const { episodes, mean } = JSON.parse(measured.stdout.trim().split("\n").at(-1)!);
  assertEquals([episodes, Number.isFinite(mean)], [2, true]);
});

Deno.test("the model card has the run's own figures, and a head that Hugging Face reads", async () => {
  const run = `${await tinyRunFolder()}/tiny`;
  const to = `${temporaryFolder()}/tiny-card`;
  assertEquals((await release(run, "--to", to)).code, 0);
  const card = Deno.readTextFileSync(`${to}/README.md`);
  const { tests: [{ mean, deviation, dream, episodes }] } =
    JSON.parse(Deno.readTextFileSync(`${run}/checkpoints/checkpoint.json`)).data;
  const { machine } = JSON.parse(Deno.readTextFileSync(`${run}/environment.json`));
  assertMatch(card, /^---\nlicense: apache-2.0\n/);
  assertStringIncludes(card, `value: ${mean.toFixed(2)} +/- ${deviation.toFixed(2)}\n`);
  assertStringIncludes(card, `| return in reality | ${mean.toFixed(0)} ± ${deviation.toFixed(0)}, `);
  assertStringIncludes(card, `over ${episodes} episodes that training never uses |`);
  assertStringIncludes(card, `| return in its dream | ${dream.toFixed(0)} ± `);
  assertMatch(card, /`deno task train-world-model --preset smoke --streams 2 .*--seed 1`/);
  assertStringIncludes(card, `| machine | ${machine.cores} cores of ${machine.processor}, `);
  assertStringIncludes(card, "| licence | Apache-2.0 |");
  const [, seed, steps, total] = card.match(/\| seed (\d+), ([\d,]+) steps, return (-?\d+): /) ?? [];
  assert([seed, steps, total].every((text) => text !== undefined), card);
  assert(!/undefined|NaN|null/.test(card), card);
});

Deno.test("training cannot be resumed from a released run, and leaves it as it is", async () => {
  const run = `${await tinyRunFolder()}/tiny`;
  const root = temporaryFolder();
  assertEquals((await release(run, "--to", `${root}/small`)).code, 0);
  const before = filesIn(`${root}/small`);
  const flags = [...tinyFlags({ frameSkip: 4, baselines: false }), "--runs", root, "--run", "small"];
  const { code, stderr } = await runTask("train_world_model", flags);
  assertEquals(code, 1);
  assertMatch(stderr, /^Cannot resume "\S+small": it was released without the optimisers[^\n]+\n$/);
  assertEquals(filesIn(`${root}/small`), before);
});

Deno.test("a folder that is there is replaced only with --force; a refused release leaves nothing", async () => {
  const run = `${await tinyRunFolder()}/tiny`;
  const root = temporaryFolder();
  const to = `${root}/small`;
  Deno.mkdirSync(to);
  Deno.writeTextFileSync(`${to}/mine.txt`, "mine");
  const refused = await release(run, "--to", to);
  assertEquals([refused.code, refused.stdout], [2, ""]);
  assertStringIncludes(refused.stderr, "it already exists; --force replaces it");
  assertEquals([...filesIn(to).keys()], ["mine.txt"]);

  const large = await release(run, "--to", to, "--force", "--limit", "0.1");
  assertEquals(large.code, 2);
  assertMatch(large.stderr, /expected at most 0\.1 MB, got [\d.]+ MB; --limit allows more/);
  assertEquals([...filesIn(root).keys()], ["small/mine.txt"]);

  assertEquals((await release(run, "--to", to, "--force")).code, 0);
  assertEquals([filesIn(to).has("mine.txt"), filesIn(to).has("config.json")], [false, true]);
  assertEquals([...Deno.readDirSync(root)].length, 1);
});

Deno.test("a run that is not finished is not released", async () => {
  const run = `${await tinyRunFolder()}/tiny`;
  const checkpoints = `${run}/checkpoints`;
  const { arrays, data } = loadCheckpoint<{ stage: number }>(checkpoints);
  const stages = data.stage;
  await saveCheckpoint(checkpoints, { tensors: arrays, data: { ...data, stage: stages - 1 } });
  const to = `${temporaryFolder()}/small`;
  const { code, stderr } = await release(run, "--to", to);
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    `expected a finished run, got one after ${stages - 1} of ${stages} stages; resume its training first`,
  );
  Deno.removeSync(checkpoints, { recursive: true });
  assertStringIncludes((await release(run, "--to", to)).stderr, `got one after 0 of ${stages} stages`);
});

Deno.test("release --help is help, and a mistake is a sentence", async () => {
  const help = await release("--help");
  assertEquals([help.code, help.stderr], [0, ""]);
  for (const flag of ["--to", "--limit", "--force"]) assertStringIncludes(help.stdout, flag);
  const run = `${await tinyRunFolder()}/tiny`;
  const mistakes: [args: string[], sentence: string][] = [
    [["a", "b"], "got a b"],
    [
      ["no-such-run-here"],
      'Cannot release "no-such-run-here": expected a run\'s folder or name, got nothing there',
    ],
    [[run, "--limit", "none"], 'Cannot set --limit: expected megabytes above 0, got "none"'],
    [[run, "--to", "pretrained/my car"], 'expected a name of letters, digits, ".", "_", "-", got "my car"'],
  ];
  for (const [args, sentence] of mistakes) {
    const { code, stdout, stderr } = await release(...args);
    assertEquals([args, code, stdout], [args, 2, ""]);
    assertStringIncludes(stderr, sentence);
  }
});
