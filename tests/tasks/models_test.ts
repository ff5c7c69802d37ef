import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { loadSafetensors, RunFolder, RunLock } from "../../generative/train/mod.ts";
import { encodeRunConfig } from "../../generative/train/run_config.ts";
import { tinyFlags, writeTinyPictures } from "../generative/models/support.ts";
import { runTask } from "../support/run_task.ts";
import { measurements } from "../support/tiny_run.ts";

const root = Deno.makeTempDirSync({ prefix: "somnium-models-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
const pictures = `${root}/pictures`;
writeTinyPictures(pictures);
const flags = ["vae-fashion", ...tinyFlags(pictures), "--runs", root];

const whole = `${root}/vae-fashion-default-1`;

/** The parameters of a run's checkpoint. */
function learned(folder: string): unknown {
  const index = JSON.parse(Deno.readTextFileSync(`${folder}/checkpoints/checkpoint.json`));
  return [index.data, loadSafetensors(`${folder}/checkpoints/${index.files.parameters.path}`).arrays];
}

const last = (text: string) => JSON.parse(text.trim().split("\n").at(-1)!);

Deno.test("a model is trained, killed, trained on, sampled, explored, evaluated, documented and listed", async () => {
  const trained = await runTask("train", flags);
  assertEquals(trained.code, 0, trained.stderr);
  assertStringIncludes(trained.stderr, `Writing to "${whole}"`);
  assertStringIncludes(
    trained.stderr,
    "vae-fashion: 333,701 parameters; 76 examples, 4 held out; 2 epochs of 4 steps",
  );
  assertMatch(trained.stderr, /epoch 2\/2: held-out loss [\d.]+, reconstruction [\d.]+, kl [\d.]+\n/);
  assertMatch(trained.stdout, /Held-out data: loss [\d.]+, reconstruction/);
  assert(existsSync(`${whole}/tensorboard/vae-fashion/events.out.tfevents.somnium`));

  const killed = await runTask("train", [...flags, "--run", "killed", "--json"], {
    kill: (line) => JSON.parse(line).type === "checkpoint" ? "SIGKILL" : undefined,
  });
  assertEquals(killed.code, 137, killed.stderr);
  const stopped = await runTask("train", [...flags, "--run", "killed", "--json"], {
    kill: (line) => JSON.parse(line).type === "start" ? "SIGINT" : undefined,
  });
  assert(stopped.code === 130 || stopped.code === 0, stopped.stderr); // the last steps may be done by then
  const again = await runTask("train", [...flags, "--run", "killed", "--json"]);
  assertEquals(again.code, 0, again.stderr);
  assertEquals(last(again.stdout).type, "result");
  assertEquals(learned(`${root}/killed`), learned(whole));
  assertEquals(measurements(`${root}/killed`), measurements(whole));

  const other = await runTask("train", [...flags, "--latent-size", "3"]);
  assertEquals([other.code, other.stdout], [1, ""]);
  assertMatch(other.stderr, /^Cannot go on with ".*": latentSize is 2 in its config.json, 3 now.*\n$/);

  const lock = RunLock.acquire(whole); // what writes to the run waits for its turn, what reads it does not
  const [sample, ...refused] = await Promise.all([
    runTask("sample", [whole, "--n", "3", "--seed", "7", "--out", `${root}/a.png`]),
    ...["sample", "explore", "evaluate"].map((task) => runTask(task, [whole])),
    runTask("train", flags),
  ]);
  lock.release();
  for (const { code, stderr } of refused) {
    assertEquals(code, 1);
    assertStringIncludes(
      stderr,
      `Cannot write to "${whole}": process ${Deno.pid} is writing to it; wait until`,
    );
  }
  const ten = await runTask("sample", [whole, "--n", "3", "--seed", "7", "--json"]);
  const warm = await runTask("sample", [whole, "--n", "3", "--seed", "7", "--temperature", "2", "--json"]);
  const explored = await runTask("explore", [whole]);
  assertEquals(sample.code, 0, sample.stderr);
  const { seconds, ...told } = last(ten.stdout);
  assert(seconds >= 0);
  assertEquals(told, {
    type: "samples",
    kind: "pictures",
    count: 3,
    seed: 7,
    path: `${whole}/samples/seed_7_n_3.png`,
  });
  assertEquals(readFileSync(`${root}/a.png`), readFileSync(`${whole}/samples/seed_7_n_3.png`));
  assert(!readFileSync(last(warm.stdout).path).equals(readFileSync(`${root}/a.png`)));
  assertEquals(explored.code, 0, explored.stderr);
  const index = Deno.readTextFileSync(`${whole}/samples/explore.md`);
  for (const name of ["reconstructions.png", "latent_scatter.svg", "kl_by_dimension.svg"]) {
    assertStringIncludes(index, `](${name})`);
    assertStringIncludes(explored.stdout, `${whole}/samples/${name}\n  `);
  }

  const evaluated = await runTask("evaluate", [whole, "--samples", "20", "--json"]);
  assertEquals(evaluated.code, 0, evaluated.stderr);
  const { loss, examples, distances, ...metrics } = last(evaluated.stdout);
  assertEquals([examples, distances.samples, distances.reference], [4, 20, 2]);
  assert(distances.frechet > distances.real.frechet);
  assertEquals(metrics[`FD-${distances.measure}`], distances.frechet);
  assertMatch(trained.stdout, new RegExp(`loss ${Number(loss.toPrecision(4))}`));

  const docs = `${root}/docs`;
  const documented = await runTask("document", [whole, "--docs", docs]);
  assertEquals(documented.code, 0, documented.stderr);
  const page = Deno.readTextFileSync(`${docs}/vae-fashion.md`);
  for (const file of page.matchAll(/\]\((vae-fashion\/[^)]+)\)/g)) assert(existsSync(`${docs}/${file[1]}`));
  assertStringIncludes(page, "| parameters | 333,701 |");
  assertStringIncludes(
    page,
    `| command | \`deno task train vae-fashion --preset default --data ${pictures} --size 8`,
  );
  assertStringIncludes(Deno.readTextFileSync(`${docs}/README.md`), "[vae-fashion](vae-fashion.md)");
  assert(!page.includes(" epochs |"));
  cpSync(whole, `${root}/unfinished`, { recursive: true });
  const { config } = RunFolder.load(whole);
  Deno.writeTextFileSync(
    `${root}/unfinished/config.json`,
    encodeRunConfig({ config: { ...config, epochs: 5 } }),
  );
  const unfinished = await runTask("document", [`${root}/unfinished`, "--docs", `${root}/more`]);
  assertEquals(unfinished.code, 0, unfinished.stderr);
  assertStringIncludes(Deno.readTextFileSync(`${root}/more/vae-fashion.md`), ", 2 of 5 epochs |");
  const listed = await runTask("models", ["--docs", docs]);
  assertMatch(listed.stdout, /\nvae-fashion +3 +Kingma and Welling 2013 .* 333,701 +default .*loss [\d.]+/);
  assertMatch(listed.stdout, /\nautoencoder +3 .* - +-\n/);
});

Deno.test("NaN in the loss, a damaged checkpoint and a full disk are one sentence each, and nothing is lost", async () => {
  const bad = await runTask("train", [...flags, "--run", "nan", "--learning-rate", "1e25"]);
  assertEquals(bad.code, 1);
  const sentence = bad.stderr.trim().split("\n").at(-1)!;
  assertMatch(
    sentence,
    /^Cannot go on training vae-fashion: expected .* at step \d+, got .*"(encoder|decoder)\//,
  );

  const before = `trap "" XFSZ; ulimit -f 100`; // stands in for a full disk
  const full = await runTask("train", [...flags, "--run", "full"], { before });
  assertEquals(full.code, 1);
  assertMatch(full.stderr, /Cannot write ".*safetensors": [^\n]+\n$/);
  const more = await runTask("train", [...flags, "--run", "full"]);
  assertEquals(more.code, 0, more.stderr);
  assertEquals(learned(`${root}/full`), learned(whole));

  const { files } = JSON.parse(Deno.readTextFileSync(`${root}/full/checkpoints/checkpoint.json`));
  const path = `${root}/full/checkpoints/${files.parameters.path}`;
  const bytes = Deno.readFileSync(path);
  bytes[bytes.length - 5] ^= 1;
  Deno.writeFileSync(path, bytes);
  for (
    const [task, args] of [["train", [...flags, "--run", "full"]], ["sample", [`${root}/full`]]] as const
  ) {
    const damaged = await runTask(task, [...args]);
    assertEquals(damaged.code, 1);
    assertMatch(
      damaged.stderr,
      /Cannot read ".*parameters\.\d+\.safetensors": expected checksum \d+, got \d+\n$/,
    );
  }
});

Deno.test("a run is resumed by its name, with its own options and those that may grow", async () => {
  const run = `${root}/killed`;
  const onward = await runTask("train", [run, "--epochs", "3"]);
  assertEquals(onward.code, 0, onward.stderr);
  assertMatch(onward.stderr, /epoch 3\/3: held-out/);
  const { kind, config } = RunFolder.load(run);
  assertEquals([kind, config.epochs, config.data], ["vae-fashion", 3, pictures]);
  const preset = await runTask("train", [run, "--preset", "smoke"]);
  assertEquals([preset.code, preset.stdout], [2, ""]);
  assertStringIncludes(preset.stderr, "is resumed, and keeps its own");
});

Deno.test("help is help, and a mistake is a sentence with the nearest name", async () => {
  const mistakes: [task: string, args: string[], code: number, sentence: string][] = [
    ["train", ["--runs", "tests/fixtures"], 2, "expected a suitable run"],
    ["train", ["vae-fashoin"], 2, 'did you mean "vae-fashion"?'],
    ["train", ["vae-fashion", "--preset", "boook"], 2, 'did you mean "book"?'],
    ["train", ["vae-fashion", "--latent-sise", "3"], 2, 'did you mean "--latent-size"?'],
    ["train", ["vae-fashion", "--model", "x"], 2, "no such option"],
    [
      "train",
      ["vae-fashion", "--epochs", "0"],
      2,
      "Cannot set --epochs: expected a whole number of 1 or more, got 0",
    ],
    ["train", ["vae-fashion", "--run", "a/b"], 2, "Cannot set --run: expected a name"],
    ["train", ["vae-fashion", "x"], 2, "got vae-fashion x"],
    [
      "train",
      ["vae-fashion", "--data", "fashion-mnst", "--runs", root, "--run", "x"],
      2,
      'did you mean "fashion-mnist"?',
    ],
    [
      "sample",
      ["pretrained/car-racing"],
      2,
      "expected a model of deno task train, got a run of deno task train-world-model",
    ],
    ["sample", [whole, "--n", "0"], 2, "Cannot set --n: expected a whole number of 1 or more"],
    ["sample", [whole, "--label", "cat"], 2, "Cannot set --label: no such option; --help lists all"],
    ["sample", [whole, "--temprature", "0"], 2, 'did you mean "--temperature"?'],
    [
      "sample",
      ["--truncation", "0", whole],
      2,
      "Cannot set --truncation: expected a number from 0.1 to 8, got 0",
    ],
    ["sample", [whole, "--out", "a.jpg"], 2, "expected a name that ends in .png"],
    [
      "sample",
      ["/no/run"],
      2,
      'Cannot sample "/no/run": expected a run\'s folder or name, got nothing there',
    ],
    ["explore", ["a", "b"], 2, "got a b"],
    [
      "evaluate",
      [whole, "--episodes", "3"],
      2,
      "Cannot set --episodes: a run of deno task train has no controller",
    ],
    ["document", ["/no/run"], 2, "got nothing there"],
    ["models", ["x"], 2, 'Cannot read "x"'],
  ];
  for (const [task, args, code, sentence] of mistakes) {
    const result = await runTask(task, args);
    assertEquals([result.code, result.stdout], [code, ""], `${task} ${args}: ${result.stderr}`);
    const lines = result.stderr.trim().split("\n");
    assertStringIncludes(lines.at(-1)!, sentence);
    assert(lines.slice(0, -1).every((line) => /^(Backend: |Writing to |sample: )/.test(line)), result.stderr);
  }
  assert(!existsSync(`${root}/x`), "a run that never began leaves nothing behind");
  const sampling = await runTask("sample", [whole, "--help"]);
  assertMatch(
    sampling.stdout,
    /Options of vae-fashion:\n +--temperature <X> [^-]*from 0 to 2;\s+default:\s+1\)\n +--truncation/,
  );
  const fields = await runTask("train", ["vae-fashion", "--help"]);
  assertMatch(fields.stdout, /--reconstruction-weight <X> [^-]*default:\s+500\)\n/);
});
