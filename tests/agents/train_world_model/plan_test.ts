import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  TRAIN_WORLD_MODEL_FIELDS,
  TRAIN_WORLD_MODEL_PRESETS,
} from "../../../agents/train_world_model/config.ts";
import { checkRunConfig } from "../../../agents/train_world_model/check_run_config.ts";
import { planStages, visionLearnsIn } from "../../../agents/train_world_model/plan.ts";
import { assembleNetworks } from "../../../agents/train_world_model/assemble_networks.ts";
import { ASSESS_SEED, TEST_SEED, TRAIN_SEEDS } from "../../../agents/train_world_model/seeds.ts";
import { countParameters } from "../../../generative/nn/mod.ts";
import { checkConfig } from "../../../generative/train/mod.ts";

Deno.test("every preset is valid, and every stage of its plan has work and an expected time", () => {
  for (const config of Object.values(TRAIN_WORLD_MODEL_PRESETS)) {
    checkConfig(TRAIN_WORLD_MODEL_FIELDS, config);
    checkRunConfig(config);
    for (const stage of planStages(config)) {
      assert(stage.amount > 0 && stage.minutes > 0, JSON.stringify(stage));
    }
  }
  const minutes = planStages(TRAIN_WORLD_MODEL_PRESETS.default).reduce(
    (sum, stage) => sum + stage.minutes,
    0,
  );
  assert(minutes < 30, `the default preset promises half an hour, its plan says ${minutes}`);
});

Deno.test("a plan collects, sees, then remembers, learns and is assessed in each round, and is tested last", () => {
  const config = { ...TRAIN_WORLD_MODEL_PRESETS.smoke, rounds: 2, visionRefreshRounds: 1 };
  assertEquals(planStages(config).map(({ kind, round }) => `${kind} ${round}`), [
    "collect 0",
    "vision 0",
    "memory 1",
    "controller 1",
    "assess 1",
    "collect 1",
    "vision 1",
    "memory 2",
    "controller 2",
    "assess 2",
    "test 2",
    "pictures 2",
    "baselines 2",
  ]);
});

Deno.test("the last round has the controller's final updates as well, and baselines get as many in all", () => {
  const config = {
    ...TRAIN_WORLD_MODEL_PRESETS.smoke,
    rounds: 3,
    controllerSteps: 10,
    controllerFinalSteps: 25,
  };
  const amounts = (kind: string, changes = {}) =>
    planStages({ ...config, ...changes }).filter((stage) => stage.kind === kind).map(({ amount }) => amount);
  assertEquals(amounts("controller"), [10, 10, 35]);
  assertEquals(amounts("baselines"), [2 * 55]);
  assertEquals(amounts("controller", { controller: "cma-es", generations: 7 }), [7, 7, 7]);
});

Deno.test("training never draws a track that it is assessed or tested on", () => {
  for (const { assessEpisodes, testEpisodes } of Object.values(TRAIN_WORLD_MODEL_PRESETS)) {
    assert(TEST_SEED + testEpisodes <= ASSESS_SEED);
    assert(ASSESS_SEED + assessEpisodes <= TRAIN_SEEDS[0]);
  }
});

Deno.test("the paper preset has the paper's networks", () => {
  const { worldModel: { vision, memory }, policy } = assembleNetworks(TRAIN_WORLD_MODEL_PRESETS.paper);
  assertEquals(countParameters(vision.parameters), 4_348_547);
  assertEquals(countParameters(memory.lstm.parameters) + countParameters(memory.mixture.parameters), 422_368);
  assertEquals(countParameters(policy.parameters), 867);
});

Deno.test("vision learns in the first collection, then while it is refreshed, and never by no steps", () => {
  const config = { ...TRAIN_WORLD_MODEL_PRESETS.smoke, visionRefreshRounds: 2, visionRefreshSteps: 10 };
  assertEquals([0, 1, 2, 3].map((round) => visionLearnsIn(round, config)), [true, true, true, false]);
  const never = { ...config, visionRefreshSteps: 0 };
  assertEquals([0, 1, 2].map((round) => visionLearnsIn(round, never)), [true, false, false]);
});

Deno.test("settings in which the replay cannot hold an episode's end are refused, with the field that is too small", () => {
  const { default: standard, paper } = TRAIN_WORLD_MODEL_PRESETS;
  const refuse = (changes: Partial<typeof standard>, message: string) =>
    assertThrows(() => checkRunConfig({ ...standard, ...changes }), RangeError, message);
  refuse(
    { roundDecisions: 150 },
    "250 decisions of an episode of CarRacing-v3, got 150 at most (--round-decisions 150)",
  );
  refuse({ roundShortest: 80, roundLongest: 250 }, "got 249 at most (--round-longest 250)");
  refuse({ rounds: 1 }, "got 89 at most (--first-longest 90)");
  refuse({ frameSkip: 2 }, "expected room for the 500 decisions");
  checkRunConfig({ ...standard, frameSkip: 5, roundDecisions: 200, roundShortest: 100 });
  assertThrows(
    () => checkRunConfig({ ...paper, firstLongest: 1000, firstShortest: 900 }),
    RangeError,
    "got 999",
  );
});

Deno.test("baselines learn for as many updates as the controller", () => {
  const config = { ...TRAIN_WORLD_MODEL_PRESETS.default, rounds: 3, baselines: true };
  const stages = planStages(config);
  const learned = stages.filter(({ kind }) => kind === "controller").reduce(
    (sum, { amount }) => sum + amount,
    0,
  );
  assertEquals(stages.at(-1), { ...stages.at(-1)!, kind: "baselines", amount: 2 * learned });
  assertEquals(planStages({ ...config, baselines: false }).at(-1)!.kind, "pictures");
});
