import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import type { Agent, Seen } from "../../../agents/agent.ts";
import { IMITATION_KIND } from "../../../agents/imitation/imitation_kind.ts";
import type { ImitationConfig } from "../../../agents/imitation/fields.ts";
import { learnerPresets } from "../../../agents/learner_kind.ts";
import { returnOf } from "../../../agents/offline/returns_to_go.ts";
import { agentSpaces } from "../../../agents/train_agent/agent_environments.ts";
import { readRecordings, recordedEnvironment } from "../../../agents/train_agent/read_recordings.ts";
import { recordAgent } from "../../../agents/train_agent/test_agent.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import {
  collectEpisodes,
  make,
  type Observation,
  readRecording,
  RecordEpisode,
  type Space,
  spaceSize,
} from "../../../envs/mod.ts";

const root = Deno.makeTempDirSync({ prefix: "somnium-read-recordings-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

function configOf(
  environment: string,
  recordings: string,
  more: Partial<ImitationConfig> = {},
): ImitationConfig {
  return { ...learnerPresets(IMITATION_KIND, environment).smoke, recordings, ...more };
}

/** Decides at random, and keeps what it saw, decided and was paid. */
class DiaryAgent implements Agent<Observation> {
  readonly observations: Observation[] = [];
  readonly actions: Float32Array[] = [];
  readonly rewards: number[] = [];
  readonly actionSize: number;
  readonly #random = new RandomStream(8);

  constructor(readonly space: Space) {
    this.actionSize = spaceSize(space);
  }

  reset(): void {}

  act({ observations, rewards }: Seen<Observation>): Promise<Float32Array> {
    if (this.observations.length > 0) this.rewards.push(rewards[0]);
    this.observations.push(observations.slice());
    this.actions.push(Float32Array.from(this.space.sample(this.#random)));
    return Promise.resolve(this.actions.at(-1)!.slice());
  }
}

for (
  const [environment, more] of [
    ["CartPole-v1", {}],
    ["Pendulum-v1", { frameSkip: 3, frameStack: 2 }],
    ["CarRacing-v3", { frameStack: 2 }],
  ] as const
) {
  Deno.test(`${environment}: a recorded episode is read as the agent lived it, by bits`, async () => {
    const folder = join(root, `diary-${environment}`);
    const config = configOf(environment, folder, more);
    const diary = new DiaryAgent(agentSpaces(config).actions);
    await recordAgent(diary, config, { seeds: [900], folder, name: "diary" });
    Deno.writeTextFileSync(join(folder, "config.json"), "{}"); // what tells a run from a folder of recordings
    assertEquals(recordedEnvironment(folder), environment);
    const { episodes: [episode], leftOut } = await readRecordings(config);
    assertEquals(leftOut, 0);
    const flat = <A extends ArrayLike<number>>(rows: A[]) => rows.flatMap((row) => Array.from(row));
    assertEquals([...episode.observations], flat(diary.observations));
    const actions = flat(diary.actions);
    assertEquals(episode.actions.length, actions.length);
    episode.actions.forEach((value, i) => assertAlmostEquals(value, actions[i], 1e-5));
    assertEquals([...episode.rewards.slice(0, -1)], diary.rewards);
    const { rewards } = readRecording(join(folder, "recordings", "diary-seed-900.rec"));
    assertAlmostEquals(returnOf(episode), rewards.reduce((sum, reward) => sum + reward, 0), 1e-9);
  });
}

Deno.test("episodes that were left, and those of the test, are not learned from", async () => {
  const folder = join(root, "parts");
  for (const _ of collectEpisodes(folder, { env: "CartPole-v1", episodes: 4, seed: 1 })); // 1 is the test's
  const env = new RecordEpisode<Observation>(make<Observation>("CartPole-v1"), folder);
  env.reset({ seed: 50 });
  env.step([0]);
  env.close();
  Deno.writeTextFileSync(join(folder, "notes.txt"), "no recording");
  const { episodes, leftOut } = await readRecordings(configOf("CartPole-v1", folder));
  assertEquals([episodes.length, leftOut], [3, 2]);
  await assertRejects(
    () => readRecordings(configOf("CartPole-v1", folder, { testEpisodes: 100 })),
    RangeError,
    "expected whole episodes with seeds from 100 on (the test plays those before), got none among 5",
  );
});

Deno.test("recordings that do not fit are one sentence", async () => {
  const collect = (name: string, env: string, options = {}) => {
    const folder = join(root, name);
    for (const _ of collectEpisodes(folder, { env, options, episodes: 1, seed: 900 }));
    return folder;
  };
  const poles = collect("poles", "CartPole-v1"), pendulums = collect("pendulums", "Pendulum-v1");
  Deno.mkdirSync(join(root, "none"));
  const states = collect("states", "CarRacing-v3", { observation: "state" });
  const cases: [ImitationConfig, string][] = [
    [
      configOf("CartPole-v1", ""),
      "expected a folder of recordings or a run that recorded episodes, got none",
    ],
    [
      configOf("CartPole-v1", join(root, "none")),
      "expected a folder with recordings (*.rec), got one without",
    ],
    [configOf("CartPole-v1", join(root, "nowhere")), "expected a folder with recordings (*.rec), got none"],
    [configOf("CartPole-v1", pendulums), "expected a recording of CartPole-v1, got one of Pendulum-v1"],
    [
      configOf("CarRacing-v3", states),
      "expected the CarRacing-v3 of default options, got observations of float32 of shape [",
    ],
    [
      configOf("CartPole-v1", poles, { frameSkip: 2 }),
      "expected actions that are held for 2 steps, got another one after 1; set --frame-skip",
    ],
    [
      configOf("CarRacing-v3", collect("cars", "CarRacing-v3"), { frameSkip: 1 }),
      "expected actions that its controls can take, got [",
    ],
  ];
  for (const [config, sentence] of cases) {
    const error = await assertRejects(() => readRecordings(config)) as Error;
    assert(error.message.includes(sentence), error.message);
    assert(error instanceof TypeError || error instanceof RangeError, error.message);
  }
  for (const name of Deno.readDirSync(pendulums)) {
    Deno.copyFileSync(join(pendulums, name.name), join(poles, name.name));
  }
  await assertRejects(
    () => readRecordings(configOf("CartPole-v1", poles)),
    TypeError,
    "expected a recording of CartPole-v1, got one of Pendulum-v1",
  );
  const more = collect("more", "Pendulum-v1");
  assertEquals((await readRecordings(configOf("Pendulum-v1", `${pendulums},${more}`))).episodes.length, 2);
  assertThrows(() => recordedEnvironment(join(root, "nowhere")), RangeError, "Cannot learn from");
});
