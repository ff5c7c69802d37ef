import { assert, assertEquals, assertThrows } from "@std/assert";
import { assembleNetworks } from "../../../agents/train_world_model/assemble_networks.ts";
import { checkRunConfig } from "../../../agents/train_world_model/check_run_config.ts";
import { checkWorldModelConfig, worldModelPresets } from "../../../agents/train_world_model/config.ts";
import { controllerControls } from "../../../agents/train_world_model/controller_actions.ts";
import { presetsFor } from "../../../agents/train_world_model/environment_presets.ts";
import { boxControls } from "../../../envs/controls.ts";
import { Box, Discrete } from "../../../envs/spaces.ts";
import { countParameters } from "../../../generative/nn/mod.ts";
import { RecurrentWorldModel, WORLD_KINDS } from "../../../worlds/mod.ts";

Deno.test("CarRacing has the presets as they are, and every environment with pictures presets that are valid", () => {
  for (const kind of WORLD_KINDS) {
    const world = kind.name;
    assertEquals(presetsFor({ world }), worldModelPresets(kind));
    for (const environment of ["TakeCover-v0", "CarTraffic-v0", "CarRacingLap-v0", "CarRace-v0"]) {
      for (const config of Object.values(presetsFor({ world, environment }))) {
        checkRunConfig(checkWorldModelConfig(config));
      }
    }
  }
});

Deno.test("rollouts and dreams are as long as an environment's longest episode", () => {
  const lengths = (frameSkip?: number) => {
    const { roundDecisions, roundLongest, dreamDecisions } =
      presetsFor({ environment: "TakeCover-v0", frameSkip }).default;
    return [roundDecisions, roundLongest, dreamDecisions];
  };
  assertEquals(lengths(), [525, 526, 525]);
  assertEquals(lengths(2), [1050, 1051, 1050]);
});

Deno.test("Take Cover's paper preset has the paper's networks", () => {
  const config = presetsFor({ environment: "TakeCover-v0" }).paper;
  const { worldModel, policy } = assembleNetworks(config);
  assert(worldModel instanceof RecurrentWorldModel);
  const { vision, memory } = worldModel;
  assertEquals(countParameters(vision.parameters), 4_446_915);
  // In the paper the LSTM takes in restarts as well (2,048 numbers), and the mixture's layer gives them (513).
  const { lstm, mixture } = memory;
  assertEquals(
    countParameters(lstm.parameters) + countParameters(mixture.parameters),
    1_678_785 - 2048 - 513,
  );
  assertEquals(countParameters(policy.parameters), 1_088 + 1); // and a bias
});

Deno.test("controls of a box go from bound to bound and back; other actions are refused", () => {
  const { space, toActions, toDecisions } = boxControls("Box-v0", new Box([-2, 0], [2, 1]));
  assertEquals([space.low.length, ...space.low, ...space.high], [2, -1, -1, 1, 1]);
  const decisions = Float32Array.of(-1, -1, 0.5, 0.5, 1, 1);
  assertEquals([...toActions(decisions)], [-2, 0, 1, 0.75, 2, 1]);
  assertEquals(toDecisions(toActions(decisions)), decisions);
  assertEquals([...toDecisions(Float32Array.of(9, -9))], [1, -1]);
  const refuse = (space: Box | Discrete) =>
    assertThrows(
      () => boxControls("Some-v0", space),
      TypeError,
      "Cannot learn to act in Some-v0: expected float",
    );
  refuse(new Discrete(3));
  refuse(new Box(-1, Infinity, { shape: [1] }));
  const config = { ...presetsFor({}).default, environment: "TakeCover-v0" };
  assertEquals(controllerControls(config).space.shape, [1]);
});
