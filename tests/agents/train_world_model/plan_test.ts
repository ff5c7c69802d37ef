import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkWorldModelConfig,
  type TrainWorldModelConfig,
  worldModelPresets,
} from "../../../agents/train_world_model/config.ts";
import type { Config } from "../../../core/fields/field.ts";
import { checkRunConfig } from "../../../agents/train_world_model/check_run_config.ts";
import { planStages } from "../../../agents/train_world_model/plan.ts";
import { assembleNetworks } from "../../../agents/train_world_model/assemble_networks.ts";
import { ASSESS_SEED, TEST_SEED, TRAIN_SEEDS } from "../../../agents/seeds.ts";
import { countParameters } from "../../../generative/nn/mod.ts";
import { MDN_RNN, RecurrentWorldModel, stepsIn, WORLD_KINDS } from "../../../worlds/mod.ts";

const PRESETS = worldModelPresets(MDN_RNN);
const plan = (config: TrainWorldModelConfig) => planStages(config, assembleNetworks(config));

Deno.test("every preset is valid, and every stage of its plan has work and an expected time", () => {
  for (const config of WORLD_KINDS.flatMap((kind) => Object.values(worldModelPresets(kind)))) {
    checkWorldModelConfig(config);
    checkRunConfig(config);
    for (const stage of plan(config)) {
      assert(stage.amount > 0 && stage.minutes > 0, JSON.stringify(stage));
    }
  }
  const minutes = plan(PRESETS.default).reduce(
    (sum, stage) => sum + stage.minutes,
    0,
  );
  assert(minutes < 30, `the default preset promises half an hour, its plan says ${minutes}`);
});

Deno.test("a plan collects, sees, then remembers, learns and is assessed in each round, and is tested last", () => {
  const config = { ...PRESETS.smoke, rounds: 2, visionRefreshRounds: 1 };
  assertEquals(plan(config).map(({ name, round }) => `${name} ${round}`), [
    "collect 0",
    "vision 1",
    "memory 1",
    "controller 1",
    "assess 1",
    "collect 1",
    "vision 2",
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
    ...PRESETS.smoke,
    rounds: 3,
    controllerSteps: 10,
    controllerFinalSteps: 25,
  };
  const amounts = (kind: string, changes = {}) =>
    plan({ ...config, ...changes }).filter((stage) => stage.kind === kind).map(({ amount }) => amount);
  assertEquals(amounts("controller"), [10, 10, 35]);
  assertEquals(amounts("baselines"), [2 * 55]);
  assertEquals(amounts("controller", { controller: "cma-es", generations: 7 }), [7, 7, 7]);
});

Deno.test("training never draws a track that it is assessed or tested on", () => {
  for (const { assessEpisodes, testEpisodes } of Object.values(PRESETS)) {
    assert(TEST_SEED + testEpisodes <= ASSESS_SEED);
    assert(ASSESS_SEED + assessEpisodes <= TRAIN_SEEDS[0]);
  }
});

Deno.test("the paper preset has the paper's networks", () => {
  const { worldModel, policy } = assembleNetworks(PRESETS.paper);
  assert(worldModel instanceof RecurrentWorldModel);
  const { vision, memory } = worldModel;
  assertEquals(countParameters(vision.parameters), 4_348_547);
  assertEquals(countParameters(memory.lstm.parameters) + countParameters(memory.mixture.parameters), 422_368);
  assertEquals(countParameters(policy.parameters), 867);
});

Deno.test("vision learns in the first round, then while it is refreshed, and never by no steps", () => {
  const config = { ...PRESETS.smoke, visionRefreshRounds: 2, visionRefreshSteps: 10 };
  const steps = (changes = {}) => {
    const [vision] = assembleNetworks({ ...config, ...changes }).components;
    return [1, 2, 3, 4].map((round) => stepsIn(vision, round));
  };
  assertEquals(steps(), [30, 10, 10, 0]);
  assertEquals(steps({ visionRefreshSteps: 0 }), [30, 0, 0, 0]);
});

Deno.test("settings in which the replay cannot hold an episode's end are refused, with the field that is too small", () => {
  const { default: standard, paper } = PRESETS;
  const refuse = (changes: Config, message: string) =>
    assertThrows(() => checkRunConfig({ ...standard, ...changes }), RangeError, message);
  refuse(
    { roundDecisions: 150 },
    "250 decisions of an episode of CarRacing-v3, got 150 at most (--round-decisions 150)",
  );
  refuse({ roundShortest: 80, roundLongest: 250 }, "got 249 at most (--round-longest 250)");
  refuse({ rounds: 1 }, "got 89 at most (--first-longest 90)");
  refuse(
    { controller: "ppo", minibatches: 3 },
    "a divisor of the 512 dreams of an update (--dream-batch), got 3",
  );
  refuse({ frameSkip: 2 }, "expected room for the 500 decisions");
  checkRunConfig({ ...standard, frameSkip: 5, roundDecisions: 200, roundShortest: 100 });
  assertThrows(
    () => checkRunConfig({ ...paper, firstLongest: 1000, firstShortest: 900 }),
    RangeError,
    "got 999",
  );
});

Deno.test("baselines learn for as many updates as the controller", () => {
  const config = { ...PRESETS.default, rounds: 3, baselines: true };
  const stages = plan(config);
  const learned = stages.filter(({ kind }) => kind === "controller").reduce(
    (sum, { amount }) => sum + amount,
    0,
  );
  assertEquals(stages.at(-1), { ...stages.at(-1)!, kind: "baselines", amount: 2 * learned });
  assertEquals(plan({ ...config, baselines: false }).at(-1)!.kind, "pictures");
});
