import { assertEquals, assertThrows } from "@std/assert";
import { agentResultOf } from "../../tasks/agent_results.ts";
import { agentsPage } from "../../tasks/agents_page.ts";
import { withSeed, worldModelCommand } from "../../tasks/training_command.ts";
import { presetsFor } from "../../agents/train_world_model/environment_presets.ts";
import { readRunConfig } from "../../agents/train_world_model/read_run_config.ts";
import { temporaryFolder, tinyRunFolder } from "../viewer/support/fixtures.ts";

const CAR_RACING = {
  environment: "CarRacing-v3",
  world: "mdn-rnn",
  learner: "actor-critic",
  settings: "",
  seed: 1,
  episodes: 100,
  reality: { mean: 872, deviation: 27 },
  failures: 0.01,
  seconds: 900,
  machine: "2 cores, a processor",
  date: "2026-11-30",
};

const rowsOf = (page: string) =>
  page.split("\n").filter((line) => line.startsWith("| ")).map((line) => line.slice(2, -2).split(" | "));

Deno.test("runs of an environment stand together, by world, agent, settings and seed, with the columns that any has", () => {
  const [ten, two] = [10, 2].map((seed) => ({ ...CAR_RACING, seed, frames: 1_000_000 }));
  const recorded = { ...CAR_RACING, world: undefined, learner: "imitation", settings: "--mask 1,3" };
  const pole = { ...recorded, environment: "CartPole-v1", failures: undefined, seconds: 90 };
  const page = agentsPage({ ten, recorded, two, pole });
  assertEquals(rowsOf(page), [
    ["world", "agent", "settings", "seed", "return, in reality", "off the road", "frames", "minutes"],
    ["---", "---", "---", "---", "---", "---", "---", "---"],
    ["mdn-rnn", "actor-critic", "the defaults", "2", "872 ± 27", "1.0 %", "1,000,000", "15"],
    ["mdn-rnn", "actor-critic", "the defaults", "10", "872 ± 27", "1.0 %", "1,000,000", "15"],
    ["-", "imitation", "`--mask 1,3`", "1", "872 ± 27", "1.0 %", "recorded", "15"],
    ["world", "agent", "settings", "seed", "steps survived, in reality", "frames", "minutes"],
    ["---", "---", "---", "---", "---", "---", "---"],
    ["-", "imitation", "`--mask 1,3`", "1", "872 ± 27", "recorded", "1.5"],
  ]);
  const dreamt = { ...two, dream: { mean: 900, deviation: 9 }, lastRound: { mean: 850, deviation: 5 } };
  const gymnasium = { mean: 870, deviation: 30, version: "1.4.0", episodes: 40 };
  const [head, , row] = rowsOf(agentsPage({ run: { ...dreamt, gymnasium } }));
  assertEquals(head.slice(5, 7), ["in its dream", "in Gymnasium"]);
  assertEquals(row.slice(4, 7), ["872 ± 27 (last round 850 ± 5)", "900 ± 9", "870 ± 30, 40 episodes"]);
});

Deno.test("a run's command is the nearest preset and what differs from it", () => {
  const { default: standard, paper } = presetsFor({});
  assertEquals(withSeed(worldModelCommand(standard), 4), "deno task train-world-model --seed 4");
  assertEquals(worldModelCommand({ ...standard, excessWeight: 2, baselines: true }), {
    start: "deno task train-world-model",
    settings: "--excess-weight 2 --baselines true",
  });
  assertEquals(worldModelCommand({ ...paper, rounds: 3 }).settings, "--preset paper --rounds 3");
  const storm = presetsFor({ world: "storm", environment: "TakeCover-v0" }).smoke;
  assertEquals(worldModelCommand(storm), {
    start: "deno task train-world-model --world storm --environment TakeCover-v0",
    settings: "--preset smoke",
  });
});

Deno.test("a result is what the run's test says, and what Gymnasium was written beside it", async () => {
  const folder = `${temporaryFolder()}/mine`;
  Deno.mkdirSync(folder);
  const tiny = `${await tinyRunFolder()}/tiny`;
  for (const name of ["checkpoints", "config.json", "environment.json", "metrics.jsonl"]) {
    Deno.symlinkSync(`${tiny}/${name}`, `${folder}/${name}`);
  }
  const { command, result } = agentResultOf(folder);
  const config = readRunConfig(folder);
  assertEquals(command, withSeed(worldModelCommand(config), config.seed));
  const decisions = config.streams * config.firstDecisions * config.firstRollouts +
    (config.rounds - 1) * config.roundStreams * config.roundDecisions;
  assertEquals([result.frames, result.gymnasium], [decisions * config.frameSkip, undefined]);
  const gymnasium = { version: "1.4.0", mean: 1, deviation: 2, episodes: 3 };
  Deno.writeTextFileSync(`${folder}/gymnasium.json`, JSON.stringify(gymnasium));
  assertEquals(agentResultOf(folder).result, { ...result, gymnasium });
  Deno.writeTextFileSync(`${folder}/gymnasium.json`, "{}");
  assertThrows(() => agentResultOf(folder), TypeError, "gymnasium.json");
});
