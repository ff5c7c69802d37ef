import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { existsSync } from "node:fs";
import { assembleNetworks } from "../../agents/train_world_model/assemble_networks.ts";
import { presetsFor } from "../../agents/train_world_model/environment_presets.ts";
import { planStages } from "../../agents/train_world_model/plan.ts";
import { MetricsWriter, RunFolder, RunLock, saveCheckpoint } from "../../generative/train/mod.ts";
import { encodeRunConfig } from "../../generative/train/run_config.ts";
import { runTask } from "../support/run_task.ts";

const root = Deno.makeTempDirSync({ prefix: "somnium-runs-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

/** A run of a generative model after some of its epochs, without all that this task does not read. */
async function makeModel(
  name: string,
  { rate, epochs, loss, of = 2, best }: {
    rate: number;
    epochs: number;
    loss: number;
    of?: number;
    best?: number;
  },
) {
  using run = RunFolder.open(name, {
    root,
    kind: "vae-fashion",
    config: { model: "vae-fashion", learningRate: rate, latentSize: 2, epochs: of, patience: best ? 2 : 0 },
  });
  await saveCheckpoint(`${run.path}/checkpoints`, {
    tensors: {},
    data: { model: "vae-fashion", step: epochs, ...best && { best: { step: best, metrics: { loss } } } },
  });
  const metrics = new MetricsWriter(run.path);
  for (let epoch = 1; epoch <= epochs; epoch++) metrics.write("held-out", epoch, { loss });
}

await makeModel("done", { rate: 1e-3, epochs: 2, loss: 0.25 });
await makeModel("early", { rate: 1e-3, epochs: 5, loss: 0.25, of: 9, best: 3 });
await makeModel("patient", { rate: 1e-3, epochs: 4, loss: 0.25, of: 9, best: 3 });
await makeModel("half", { rate: 1e-2, epochs: 1, loss: 0.5 });

const world = presetsFor({ environment: "TakeCover-v0" }).smoke;
const test = { driver: "controller", episodes: 4, mean: 310, deviation: 90, dream: 400, dreamDeviation: 50 };
const progress = { steps: { vision: 1, memory: 1, controller: 1 }, rounds: [], tests: [test], learner: null };
Deno.mkdirSync(`${root}/older`);
Deno.writeTextFileSync(`${root}/older/config.json`, encodeRunConfig({ config: { ...world } })); // of no kind
await saveCheckpoint(`${root}/older/checkpoints`, {
  tensors: {},
  data: { ...progress, stage: planStages(world, assembleNetworks(world)).length },
});
Deno.mkdirSync(`${root}/broken`);
Deno.writeTextFileSync(`${root}/broken/config.json`, "{");

const runs = (...args: string[]) => runTask("runs", [...args, "--runs", root]);

Deno.test("runs are listed with kind, state and result; older ones as well, and damaged ones say why not", async () => {
  const { code, stdout, stderr } = await runs();
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^run +kind +last trained +state +result\n/);
  assertMatch(stdout, /\ndone +vae-fashion +\d{4}-\d\d-\d\d \d\d:\d\d +finished +loss 0.25\n/);
  assertMatch(stdout, /\nhalf +vae-fashion .* epoch 1 of 2 +loss 0.5\n/);
  assertMatch(stdout, /\nearly +vae-fashion .* finished early, best in epoch 3 of 5 /);
  assertMatch(stdout, /\npatient +vae-fashion .* epoch 4 of 9 /);
  assertMatch(stdout, /\nolder +train-world-model .* finished +310 ± 90 in 4 test episodes\n/);
  assertMatch(stdout, /\nbroken +\? .* Cannot read ".*config.json": expected JSON/);
});

Deno.test("runs are compared by their results and by the options that differ", async () => {
  const { stdout } = await runs("done", "half");
  assertMatch(stdout, /\nloss +0.25 +0.5\n/);
  assertMatch(stdout, /\n--learning-rate +0.001 +0.01$/m);
  assertEquals(stdout.includes("--latent-size"), false);
  const json = JSON.parse((await runs("done", "half", "--json")).stdout);
  assertEquals(json.runs.map(({ options }: { options: object }) => options), [
    { learningRate: 1e-3 },
    { learningRate: 1e-2 },
  ]);
});

Deno.test("a run is removed when that is confirmed, never one that is open, an example, or by a wrong name", async () => {
  const refuse = async (args: string[], code: number, sentence: string) => {
    const result = await runs(...args);
    assertEquals([result.code, result.stdout], [code, ""]);
    assertStringIncludes(result.stderr, sentence);
  };
  await refuse(["--remove", "half"], 2, "without asking: --yes removes it at once");
  await refuse(["--remove", "--yes", "halve"], 2, 'Cannot remove "halve": expected a run');
  await refuse(["--remove", "--yes"], 2, "Cannot remove: expected the name of a run, got none");
  await refuse(["--remove", "--yes", "pretrained/car-racing"], 2, "it comes with Somnium");
  {
    using _lock = RunLock.acquire(`${root}/half`);
    assertEquals([RunLock.isHeld(`${root}/half`), RunLock.isHeld(`${root}/done`)], [true, false]);
    await refuse(["--remove", "--yes", "half"], 1, "is writing to it");
  }
  assertEquals((await runs("--remove", "half", "broken", "--yes")).code, 0);
  assertEquals(["half", "broken", "done"].map((name) => existsSync(`${root}/${name}`)), [false, false, true]);
});

Deno.test("a run keeps its kind", () => {
  assertEquals(RunFolder.load(`${root}/done`).kind, "vae-fashion");
  assertEquals(RunFolder.load(`${root}/older`).kind, "train-world-model");
  const { config } = RunFolder.load(`${root}/done`);
  assertThrows(
    () => RunFolder.open("done", { root, kind: "gan", config }),
    Error,
    "of vae-fashion, not of gan",
  );
});
