import { assert, assertEquals } from "@std/assert";
import {
  TRAIN_WORLD_MODEL_PRESETS,
  TrainWorldModelSchema,
} from "../../../agents/train_world_model/config.ts";
import { checkRunConfig } from "../../../agents/train_world_model/check_run_config.ts";
import { planStages, visionLearnsIn } from "../../../agents/train_world_model/plan.ts";
import { assembleNetworks } from "../../../agents/train_world_model/assemble_networks.ts";
import { ASSESS_SEED, TEST_SEED, TRAIN_SEEDS } from "../../../agents/train_world_model/seeds.ts";
import { countParameters } from "../../../generative/nn/mod.ts";
import { checkConfig } from "../../../generative/train/mod.ts";

Deno.test("every preset is valid, and every stage of its plan has work and an expected time", () => {
  for (const config of Object.values(TRAIN_WORLD_MODEL_PRESETS)) {
    checkConfig(TrainWorldModelSchema, config);
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

Deno.test("training never draws a track that it is assessed or tested on", () => {
  for (const { assessEpisodes, testEpisodes } of Object.values(TRAIN_WORLD_MODEL_PRESETS)) {
    assert(TEST_SEED + testEpisodes <= ASSESS_SEED);
    assert(ASSESS_SEED + assessEpisodes <= TRAIN_SEEDS[0]);
  }
});

Deno.test("the paper preset has the paper's networks", () => {
  const { vision, memory, policy } = assembleNetworks(TRAIN_WORLD_MODEL_PRESETS.paper);
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
