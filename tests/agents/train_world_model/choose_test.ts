import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { evaluate } from "../../../agents/evaluate.ts";
import { assembleEnvironments } from "../../../agents/train_world_model/assemble_environments.ts";
import { loadRun } from "../../../agents/train_world_model/load_run.ts";
import { TEST_SEED } from "../../../agents/seeds.ts";
import { trainWorldModel } from "../../../agents/train_world_model/train_world_model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { loadCheckpoint, RunFolder, WORLD_MODEL_RUN } from "../../../generative/train/mod.ts";
import { tinyConfig } from "../../support/tiny_run.ts";

await startBackend();

const tiny = (changes: Record<string, unknown>) =>
  tinyConfig({ frameSkip: 25, baselines: false, testEpisodes: 2, chooseEpisodes: 3, ...changes });

Deno.test("of the last rounds the one that did best is chosen, tested beside the last one, and loaded", async () => {
  const root = Deno.makeTempDirSync();
  const config = tiny({ rounds: 4, chooseRounds: 3, seed: 5 });
  using folder = RunFolder.open("run", { root, kind: WORLD_MODEL_RUN, config });
  const { rounds, tests } = await trainWorldModel(config, folder.path);
  const best = rounds.slice(1).reduce((best, round) => round.reality > best.reality ? round : best);
  assertNotEquals(best.round, 4, "this seed's best round is an earlier one");
  assertEquals(tests.map(({ driver, round }) => [driver, round]), [["controller", best.round], [
    "last round",
    undefined,
  ]]);

  const { arrays, data } = loadCheckpoint<{ chosen: unknown }>(`${folder.path}/checkpoints`);
  assertEquals(data.chosen, { round: best.round, mean: best.reality });
  for (const group of ["memory", "controller"]) {
    assertEquals(Object.keys(arrays[group]), Object.keys(arrays[`${group}Last`]));
    assertNotEquals(arrays[group], arrays[`${group}Last`]);
  }
  const run = loadRun(folder.path), agent = run.drive(), env = assembleEnvironments(config, 2);
  const { mean } = await evaluate(agent, env, { seeds: [TEST_SEED, TEST_SEED + 1] });
  assertEquals(mean, tests[0].mean);
  agent.close();
  run.dispose();
  await env.close();

  const longer = await trainWorldModel({ ...config, rounds: 5, chooseRounds: 1 }, folder.path);
  assertEquals(longer.rounds.slice(0, 4), rounds);
  assertEquals(longer.tests.map(({ driver, round }) => [driver, round]), [["controller", undefined]]);
  assert(!("controllerLast" in loadCheckpoint(`${folder.path}/checkpoints`).arrays));
  Deno.removeSync(root, { recursive: true });
});
