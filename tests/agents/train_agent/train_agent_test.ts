import * as v from "valibot";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import RANDOM_SEARCH from "../../../agents/examples/random_search.ts";
import { learnerKind, registerLearnerKind } from "../../../agents/kinds.ts";
import { type LearnerKind, learnerPresets } from "../../../agents/learner_kind.ts";
import { PPO_KIND } from "../../../agents/ppo/ppo_kind.ts";
import { AgentProgressSchema } from "../../../agents/train_agent/agent_checkpoint.ts";
import type { AgentEvent } from "../../../agents/train_agent/events.ts";
import { agentSpaces } from "../../../agents/train_agent/agent_environments.ts";
import { loadAgent } from "../../../agents/train_agent/load_agent.ts";
import { testAgent } from "../../../agents/train_agent/test_agent.ts";
import { trainAgent } from "../../../agents/train_agent/train_agent.ts";
import { registeredIds } from "../../../envs/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { checkConfig, RunFolder } from "../../../generative/train/mod.ts";

await startBackend();
registerLearnerKind(RANDOM_SEARCH);

const root = Deno.makeTempDirSync({ prefix: "somnium-agents-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

const PPO_TINY = { ...learnerPresets(PPO_KIND).smoke, decisions: 1024, units: [8], testEpisodes: 3 };
const SEARCH_TINY = { ...learnerPresets(RANDOM_SEARCH).smoke, testEpisodes: 3 };

/** Makes a run's folder. */
function folderOf(name: string, kind: string, config: object): string {
  using folder = RunFolder.open(name, { root, kind, config: { ...config }, grows: ["decisions"] });
  return folder.path;
}

for (const [kind, config] of [[PPO_KIND, PPO_TINY], [RANDOM_SEARCH, SEARCH_TINY]] as const) {
  Deno.test(`${kind.name}: a run that is stopped twice ends with the numbers of an unbroken one`, async () => {
    const whole = folderOf(`${kind.name}-whole`, kind.name, config);
    const measures: number[] = [];
    const result = await trainAgent(kind as LearnerKind, config, whole, {
      onEvent: (event) => event.type === "progress" && measures.push(event.losses.return ?? 0),
    });
    assert(result.steps >= config.decisions);
    assertEquals(result.test.episodes, 3);

    const parts = folderOf(`${kind.name}-parts`, kind.name, config);
    const seen: number[] = [];
    for (const rounds of [1, 2]) {
      const stop = new AbortController();
      let done = 0;
      const onEvent = (event: AgentEvent) => {
        if (event.type !== "progress") return;
        seen.push(event.losses.return ?? 0);
        if (++done === rounds) stop.abort(new Error("stopped"));
      };
      await assertRejects(
        () => trainAgent(kind as LearnerKind, config, parts, { onEvent, signal: stop.signal }),
        Error,
        "stopped",
      );
    }
    const onEvent = (event: AgentEvent) => event.type === "progress" && seen.push(event.losses.return ?? 0);
    assertEquals(await trainAgent(kind as LearnerKind, config, parts, { onEvent }), result);
    assertEquals(seen, measures);
    assertEquals(
      await trainAgent(kind as LearnerKind, config, parts),
      result,
      "a finished run tells its result again",
    );
    assertEquals(
      Array.from(Deno.readDirSync(`${parts}/recordings`), ({ name }) => name).toSorted(),
      ["test-seed-0.rec", "test-seed-1.rec", "test-seed-2.rec"],
    );

    const { agent, config: read } = loadAgent(parts);
    const { mean, deviation } = await testAgent(agent, read, { seeds: [0, 1, 2] });
    agent.close?.();
    assertEquals([mean, deviation], [result.test.mean, result.test.deviation]);
  });
}

Deno.test("a finished run goes on with more decisions, and is tested anew", async () => {
  const folder = folderOf("longer", "ppo", PPO_TINY);
  const first = await trainAgent(PPO_KIND, PPO_TINY, folder);
  const more = { ...PPO_TINY, decisions: 1536 };
  const events: string[] = [];
  const second = await trainAgent(PPO_KIND, more, folder, { onEvent: ({ type }) => events.push(type) });
  assertEquals([first.steps, second.steps], [1024, 1536]);
  assertEquals(events.filter((type) => type === "progress").length, 2);
  assertEquals(events.filter((type) => type === "test").length, 1);
});

Deno.test("agents see and decide by what environments say of themselves", () => {
  const spaces = (environment: string, more = {}) => {
    const { observations, actions } = agentSpaces({ ...PPO_TINY, environment, ...more });
    return [observations.shape, actions.shape];
  };
  assertEquals(spaces("CartPole-v1"), [[4], []]);
  assertEquals(spaces("CartPole-v1", { frameStack: 3 }), [[12], []]);
  assertEquals(spaces("Pendulum-v1"), [[3], [1]]);
  assertEquals(spaces("CarRacing-v3", { frameStack: 4 }), [[64, 64, 4], [2]]);
  assertEquals(spaces("CarRacing-v3", { grayscale: false }), [[64, 64, 3], [2]]);
  for (const id of registeredIds().filter((id) => /^(Car|Take|Acro|Mount)/.test(id))) spaces(id);
  assertThrows(() => spaces("CartPole-v2"), RangeError, "CartPole-v1");
});

Deno.test("kinds are known by name: a wrong one names the nearest, one that is taken is refused", () => {
  assertEquals(learnerKind("random-search"), RANDOM_SEARCH);
  assertThrows(
    () => learnerKind("pop"),
    RangeError,
    'Cannot find agent "pop": expected one of ppo, attention-agent, imitation, decision-transformer, random-search',
  );
  assertThrows(() => registerLearnerKind(RANDOM_SEARCH), RangeError, "got one that is taken");
  assertMatch(PPO_KIND.notes, /without a world model/);
});

Deno.test("presets: an environment's own, and the smoke preset on top of them", () => {
  const { default: standard, smoke } = learnerPresets(PPO_KIND, "Pendulum-v1");
  assertEquals([standard.environment, standard.gamma, smoke.gamma, smoke.decisions], [
    "Pendulum-v1",
    0.9,
    0.9,
    2048,
  ]);
  assertEquals(learnerPresets(PPO_KIND).default, PPO_KIND.fields.defaults);
  for (const id of Object.keys(PPO_KIND.environments)) {
    for (const preset of Object.values(learnerPresets(PPO_KIND, id))) {
      assertEquals(preset.environments * preset.roundDecisions % preset.minibatches, 0, id);
      agentSpaces(preset);
    }
  }
});

Deno.test("runs from before agents learned from recordings: their steps are decisions, and they recorded nothing", () => {
  const learner = { rounds: 1 }, test = null;
  assertEquals(v.parse(AgentProgressSchema, { decisions: 512, test, learner }), {
    steps: 512,
    test,
    learner,
  });
  assertEquals(v.parse(AgentProgressSchema, { steps: 7, test, learner }), { steps: 7, test, learner });
  const { recordEpisodes: _, ...older } = PPO_TINY;
  assertEquals(checkConfig(PPO_KIND.fields, older), PPO_TINY);
});
