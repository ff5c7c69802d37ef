import { assertEquals, assertRejects } from "@std/assert";
import { DECISION_TRANSFORMER_KIND } from "../../../agents/decision_transformer/decision_transformer_kind.ts";
import { learnerPresets } from "../../../agents/learner_kind.ts";
import { PPO_KIND } from "../../../agents/ppo/ppo_kind.ts";
import { trainAgent } from "../../../agents/train_agent/train_agent.ts";
import { collectEpisodes, parseRecording } from "../../../envs/mod.ts";
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
  assertEquals([card.kind, card.drives, card.world], ["ppo", "CartPole-v1", undefined]);
  assertEquals(card.abilities, []);
  const driven = parseRecording(await lab.drive(card.id, { seed: 0 }));
  const tested = parseRecording(Deno.readFileSync(`${folder}/recordings/test-seed-0.rec`));
  assertEquals(driven.header.env, "CartPole-v1");
  assertEquals([...driven.actions], [...tested.actions]);
  await assertRejects(() => lab.startAgent(card.id), TypeError, "a ppo is not a world model");
  await assertRejects(() => lab.drive(card.id, { seed: -1 }), RangeError);
  await lab.close(card.id);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("a Decision Transformer drives in the lab as in its test, by what it was asked for there", async () => {
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
  assertEquals([card.kind, card.drives], ["decision-transformer", "CartPole-v1"]);
  const driven = parseRecording(await lab.drive(card.id, { seed: 0 }));
  const tested = parseRecording(Deno.readFileSync(`${folder}/recordings/test-seed-0.rec`));
  assertEquals([...driven.actions], [...tested.actions]);
  await lab.close(card.id);
  Deno.removeSync(folder, { recursive: true });
});
