import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DECISION_TRANSFORMER_KIND } from "../../../agents/decision_transformer/decision_transformer_kind.ts";
import { IMITATION_KIND } from "../../../agents/imitation/imitation_kind.ts";
import { learnerPresets, type OfflineConfig, type OfflineKind } from "../../../agents/learner_kind.ts";
import { PPO_KIND } from "../../../agents/ppo/ppo_kind.ts";
import type { AgentEvent } from "../../../agents/train_agent/events.ts";
import { actingOptions, loadAgent } from "../../../agents/train_agent/load_agent.ts";
import { testAgent } from "../../../agents/train_agent/test_agent.ts";
import { trainAgent } from "../../../agents/train_agent/train_agent.ts";
import { collectEpisodes, readRecording } from "../../../envs/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { RunFolder } from "../../../generative/train/mod.ts";

await startBackend();

const root = Deno.makeTempDirSync({ prefix: "somnium-offline-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

const recordings = `${root}/poles`;
for (const _ of collectEpisodes(recordings, { env: "CartPole-v1", episodes: 6, seed: 500 }));

const TRANSFORMER = {
  ...learnerPresets(DECISION_TRANSFORMER_KIND).smoke,
  recordings,
  updates: 60,
  batchSize: 4,
  context: 3,
  width: 8,
};
const IMITATION = { ...learnerPresets(IMITATION_KIND).smoke, recordings, updates: 60, units: [8] };

/** Makes a run's folder. */
function folderOf(name: string, kind: string, config: object): string {
  using folder = RunFolder.open(name, { root, kind, config: { ...config }, grows: ["decisions", "updates"] });
  return folder.path;
}

for (
  const [kind, config] of [[DECISION_TRANSFORMER_KIND, TRANSFORMER], [
    IMITATION_KIND,
    IMITATION,
  ]] as unknown as [
    OfflineKind,
    OfflineConfig,
  ][]
) {
  Deno.test(`${kind.name}: a run that is stopped and goes on ends with the numbers of an unbroken one`, async () => {
    const whole = folderOf(`${kind.name}-whole`, kind.name, config);
    const losses: number[] = [], events: string[] = [];
    const result = await trainAgent(kind, config, whole, {
      onEvent(event) {
        events.push(event.type);
        if (event.type === "progress") losses.push(event.losses.loss);
        if (event.type !== "plan") return;
        assertEquals([event.steps, event.unit], [60, "updates"]);
        assert("episodes" in event.from && event.from.episodes === 6);
      },
    });
    assertEquals([result.steps, losses.length, result.test.episodes], [60, 3, 2]);
    assertEquals(events.filter((type, i) => type !== events[i - 1]).slice(0, 3), ["work", "plan", "start"]);

    const parts = folderOf(`${kind.name}-parts`, kind.name, config);
    const seen: number[] = [], stop = new AbortController();
    const onEvent = (event: AgentEvent) => {
      if (event.type !== "progress") return;
      seen.push(event.losses.loss);
      stop.abort(new Error("stopped"));
    };
    const { signal } = stop;
    await assertRejects(() => trainAgent(kind, config, parts, { onEvent, signal }), Error, "stopped");
    assertEquals(await trainAgent(kind, config, parts, { onEvent }), result);
    assertEquals(seen, losses);

    const { agent, config: read } = loadAgent(parts);
    const { mean } = await testAgent(agent, read, { seeds: [0, 1] });
    agent.close?.();
    assertEquals(mean, result.test.mean);

    const longer = await trainAgent(kind, { ...config, updates: 70 }, parts);
    assertEquals(longer.steps, 70);
    const changed = `${root}/${kind.name}-others`;
    for (const _ of collectEpisodes(changed, { env: "CartPole-v1", episodes: 6, seed: 600 }));
    await assertRejects(
      () => trainAgent(kind, { ...config, recordings: changed }, parts),
      TypeError,
      "expected the recordings that the run began with, got others",
    );
  });
}

Deno.test("what an agent may be asked for is known from its run, and it is", async () => {
  const folder = folderOf("asked", "decision-transformer", { ...TRANSFORMER, updates: 10 });
  await trainAgent(DECISION_TRANSFORMER_KIND, { ...TRANSFORMER, updates: 10 }, folder);
  const returns = Array.from(
    Deno.readDirSync(recordings),
    ({ name }) => readRecording(`${recordings}/${name}`).rewards.length,
  );
  assertEquals(actingOptions(folder)?.defaults, { askedReturn: Math.max(...returns) });
  const { usual } = actingOptions(folder)!.entries.askedReturn;
  assertEquals(usual, [Math.min(...returns), Math.max(...returns)]);
  loadAgent(folder, { askedReturn: 20 }).agent.close?.();
  assertThrows(
    () => loadAgent(folder, { askedReturn: NaN }),
    RangeError,
    "expected a finite number, got NaN",
  );
  const other = folderOf("plain", "imitation", { ...IMITATION, updates: 10 });
  await trainAgent(IMITATION_KIND, { ...IMITATION, updates: 10 }, other);
  assertEquals(actingOptions(other), undefined);
});

Deno.test("a learner records episodes of growing skill on its way, the same ones when it was stopped", async () => {
  const config = {
    ...learnerPresets(PPO_KIND).smoke,
    decisions: 1536,
    units: [8],
    testEpisodes: 1,
    recordEpisodes: 5,
  };
  const read = (folder: string) =>
    Array.from(Deno.readDirSync(`${folder}/recordings`), ({ name }) => name).filter((name) =>
      name.startsWith("learning")
    )
      .toSorted().map((name) => ({
        name,
        actions: [...readRecording(`${folder}/recordings/${name}`).actions],
      }));
  const whole = folderOf("recorded", "ppo", config);
  await trainAgent(PPO_KIND, config, whole);
  const recorded = read(whole);
  assertEquals(recorded.map(({ name }) => name), [
    "learning-000000000-seed-700000.rec",
    "learning-000000512-seed-700001.rec", // the rounds are of 256 decisions; due at 307, 614, 921 and 1228
    "learning-000000768-seed-700002.rec",
    "learning-000001024-seed-700003.rec",
    "learning-000001280-seed-700004.rec",
  ]);
  assertEquals([...new Set(recorded[0].actions)].toSorted(), [0, 1], "actions are drawn");

  const parts = folderOf("recorded-parts", "ppo", config);
  const stop = new AbortController();
  const onEvent = ({ type }: AgentEvent) => type === "progress" && stop.abort(new Error("stopped"));
  await assertRejects(
    () => trainAgent(PPO_KIND, config, parts, { onEvent, signal: stop.signal }),
    Error,
    "stopped",
  );
  await trainAgent(PPO_KIND, config, parts);
  assertEquals(read(parts), recorded);
});
