import { assert, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import {
  bytesInMemory,
  type Env,
  type EnvOptions,
  make,
  type Observation,
  RecordingFile,
  RecordInMemory,
  redrawRecording,
  registeredIds,
  ReplayEnv,
  resumeRecording,
} from "../../../envs/mod.ts";

const CASES: [id: string, options: EnvOptions][] = [
  ...registeredIds().map((id): [string, EnvOptions] => [id, {}]),
  ...["gray", "state"].map((observation): [string, EnvOptions] => ["CarRacing-v3", { observation }]),
];

for (const [id, options] of CASES) {
  Deno.test(`${id} ${JSON.stringify(options)} is recorded, drawn again and gone on with, bit by bit`, async () => {
    const env = new RecordInMemory(make(id, options) as Env<Observation>, { keyStateEvery: 16 });
    const random = new RandomStream(4);
    const seen = [env.reset({ seed: 12 }).observation];
    const actions: ArrayLike<number>[] = [];
    for (let over = false; !over && actions.length < 40;) {
      const action = env.actionSpace.sample(random);
      const { observation, terminated, truncated } = env.step(action);
      seen.push(observation.slice());
      actions.push(action);
      over = terminated || truncated;
    }
    env.close();
    const file = new RecordingFile(bytesInMemory(env.bytes()));
    assertEquals([file.steps, file.damage, file.header.env], [actions.length, undefined, id]);
    let step = 0;
    for await (const picture of redrawRecording<Observation>(file.range())) {
      assertAlike(picture, seen[step++], id);
    }
    assertEquals(step, seen.length);
    const replay = await ReplayEnv.open<Observation>(file.range());
    assertAlike(replay.reset().observation, seen[0], `${id} replayed`);
    const { terminated, truncated } = file.range();
    for (const [step, action] of actions.entries()) {
      const next = replay.step(action);
      assertAlike(next.observation, seen[step + 1], `${id} replayed, after step ${step}`);
      assertEquals([next.reward, next.terminated, next.truncated], [
        file.range().rewards[step],
        terminated[step] === 1,
        truncated[step] === 1,
      ]);
    }
    assertThrows(() => replay.advance(), TypeError, "got the end");
    replay.close();
    const from = Math.min(18, file.steps - 1);
    const resumed = resumeRecording<Observation>(file, from);
    const { rewards } = file.range();
    for (let step = from; step < file.steps; step++) {
      const { observation, reward } = resumed.step(actions[step]);
      assertEquals(reward, rewards[step]);
      assertAlike(observation, seen[step + 1], `${id} after step ${step}`);
    }
    resumed.close();
  });
}

function assertAlike(actual: Observation, expected: Observation, what: string): void {
  assert(
    actual.length === expected.length && actual.every((value, i) => Object.is(value, expected[i])),
    what,
  );
}
