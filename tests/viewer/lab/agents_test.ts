import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DECISION_TRANSFORMER_KIND } from "../../../agents/decision_transformer/decision_transformer_kind.ts";
import { learnerPresets } from "../../../agents/learner_kind.ts";
import { PPO_KIND } from "../../../agents/ppo/ppo_kind.ts";
import { trainAgent } from "../../../agents/train_agent/train_agent.ts";
import type { Config } from "../../../core/fields/field.ts";
import {
  agentSight,
  collectEpisodes,
  FrameSkip,
  make,
  type Observation,
  parseRecording,
} from "../../../envs/mod.ts";
import { encodeRunConfig } from "../../../generative/train/run_config.ts";
import { nativeLab } from "./random_run.ts";

const lab = nativeLab();
await lab.backend();

Deno.test("an agent that learned by PPO drives in the lab as in its test, without what only training needs", async () => {
  const folder = Deno.makeTempDirSync();
  const config = { ...learnerPresets(PPO_KIND).smoke, decisions: 256, units: [8], testEpisodes: 1 };
  await trainAgent(PPO_KIND, config, folder);
  const { files } = JSON.parse(Deno.readTextFileSync(`${folder}/checkpoints/checkpoint.json`));
  const read = (group: string) => Deno.readFileSync(`${folder}/checkpoints/${files[group].path}`);
  const card = await lab.open({
    name: "pole",
    config: JSON.parse(encodeRunConfig({ kind: "ppo", config })),
    groups: { policy: read("policy"), observations: read("observations") },
  });
  assertEquals([card.kind, card.driver, card.world], [
    "ppo",
    { environment: "CartPole-v1", frameSkip: 1 },
    undefined,
  ]);
  assertEquals(card.abilities, []);
  const driven = parseRecording(await lab.drive(card.id, { seed: 0 }));
  const tested = parseRecording(Deno.readFileSync(`${folder}/recordings/test-seed-0.rec`));
  assertEquals(driven.header.env, "CartPole-v1");
  assertEquals([...driven.actions], [...tested.actions]);
  await assertRejects(() => lab.drive(card.id, { seed: -1 }), RangeError);

  // awake, it decides the same, and after another's action by what came of that
  const awake = await lab.startAgent(card.id);
  const env = make<Float32Array>("CartPole-v1");
  let { observation } = env.reset({ seed: 0 });
  for (const [step, wanted] of driven.actions.entries()) {
    const { action } = await lab.decide(awake, { observation, reward: step === 0 ? 0 : 1 });
    assertEquals([...action], [wanted], `step ${step}`);
    ({ observation } = env.step(action));
  }
  await assertRejects(
    () => lab.decide(awake, { observation: new Float32Array(3), reward: 1 }),
    RangeError,
    "Cannot see an observation of [4]: expected 4 numbers, got 3",
  );
  await lab.stopAgent(awake);
  await lab.close(card.id);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("an agent that sees several grey pictures at once is shown them one by one, in colour", async () => {
  const folder = Deno.makeTempDirSync();
  const smoke = learnerPresets(PPO_KIND, "TakeCover-v0").smoke;
  const config = { ...smoke, decisions: 64, frameSkip: 2, frameStack: 3, grayscale: true, testEpisodes: 1 };
  await trainAgent(PPO_KIND, config, folder);
  const { files } = JSON.parse(Deno.readTextFileSync(`${folder}/checkpoints/checkpoint.json`));
  const card = await lab.open({
    name: "cover",
    config: JSON.parse(encodeRunConfig({ kind: "ppo", config })),
    groups: { policy: Deno.readFileSync(`${folder}/checkpoints/${files.policy.path}`) },
  });
  const driven = parseRecording(await lab.drive(card.id, { seed: 4 }));
  const awake = await lab.startAgent(card.id);
  const env = agentSight(new FrameSkip(make<Observation>("TakeCover-v0"), 2));
  let { observation } = env.reset({ seed: 4 });
  let reward = 0;
  for (let decision = 0; 2 * decision < Math.min(driven.steps, 24); decision++) {
    const { action } = await lab.decide(awake, { observation, reward });
    assertEquals([...action], [...driven.actions.subarray(2 * decision, 2 * decision + 1)], `${decision}`);
    ({ observation, reward } = env.step(action));
  }
  await lab.stopAgent(awake);
  await lab.close(card.id);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("a Decision Transformer drives in the lab as in its test, or by what it is asked for", async () => {
  const folder = Deno.makeTempDirSync(), recordings = `${folder}/poles`;
  for (const _ of collectEpisodes(recordings, { env: "CartPole-v1", episodes: 4, seed: 500 }));
  const config = { ...learnerPresets(DECISION_TRANSFORMER_KIND).smoke, recordings, testEpisodes: 1 };
  await trainAgent(DECISION_TRANSFORMER_KIND, config, folder);
  const { files } = JSON.parse(Deno.readTextFileSync(`${folder}/checkpoints/checkpoint.json`));
  const read = (group: string) => Deno.readFileSync(`${folder}/checkpoints/${files[group].path}`);
  const card = await lab.open({
    name: "asked",
    config: JSON.parse(encodeRunConfig({ kind: "decision-transformer", config })),
    groups: { policy: read("policy"), observations: read("observations"), returns: read("returns") },
  });
  assertEquals([card.kind, card.driver?.environment], ["decision-transformer", "CartPole-v1"]);
  const driven = parseRecording(await lab.drive(card.id, { seed: 0 }));
  const tested = parseRecording(Deno.readFileSync(`${folder}/recordings/test-seed-0.rec`));
  assertEquals([...driven.actions], [...tested.actions]);

  const { askedReturn } = card.driver!.acting!;
  assertEquals([askedReturn.shape, askedReturn.usual?.[1]], [{ type: "number" }, askedReturn.default]);
  const drive = async (askedReturn: number) => {
    const recording = await lab.drive(card.id, { seed: 0, acting: { askedReturn } });
    return parseRecording(recording).actions;
  };
  const [low, high] = [await drive(-1000), await drive(1000)];
  assert(low.join() !== high.join(), "it heeds what it is asked for");
  const awake = await lab.startAgent(card.id, { askedReturn: 1000 });
  const env = make<Float32Array>("CartPole-v1");
  let { observation } = env.reset({ seed: 0 });
  for (const [step, wanted] of high.entries()) {
    const { action } = await lab.decide(awake, { observation, reward: step === 0 ? 0 : 1 });
    assertEquals([...action], [wanted], `step ${step}`);
    ({ observation } = env.step(action));
  }
  await lab.stopAgent(awake);
  for (const acting of [{ askedReturn: "much" }, { askedReward: 3 }] as Config[]) {
    const refused = /Cannot set --asked-re(turn: expected a number|ward: no such option)/;
    const ways = [() => lab.startAgent(card.id, acting), () => lab.drive(card.id, { seed: 0, acting })];
    for (const way of ways) assertMatch((await assertRejects(way, Error)).message, refused);
  }
  await lab.close(card.id);
  Deno.removeSync(folder, { recursive: true });
});
