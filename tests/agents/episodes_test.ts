import { assert, assertEquals } from "@std/assert";
import { Episodes } from "../../agents/episodes.ts";
import { RandomStream } from "../../core/random_stream.ts";
import { make, SyncVectorEnv } from "../../envs/mod.ts";

const environments = () =>
  new SyncVectorEnv<Float32Array>(Array.from({ length: 3 }, () => make<Float32Array>("CartPole-v1")));

/** Steps with a fixed course of actions, restarting what ends; what was observed. */
async function play(episodes: Episodes<Float32Array>, steps: number): Promise<number[][]> {
  const seen: number[][] = [];
  for (let t = 0; t < steps; t++) {
    const { terminated, truncated } = await episodes.step(Float32Array.of(t % 2, 1, Number(t % 3 > 0)));
    const ended = [0, 1, 2].filter((row) => terminated[row] || truncated[row]);
    await episodes.restart(ended);
    seen.push([...episodes.observations]);
  }
  return seen;
}

Deno.test("episodes go on where they were saved, with the same episodes after them", async () => {
  const random = new RandomStream(4);
  const episodes = await Episodes.begin(environments(), random);
  await play(episodes, 25);
  const saved = structuredClone(await episodes.save());
  const wanted = await play(episodes, 40);
  const resumed = await Episodes.resume(environments(), new RandomStream(4), saved);
  assertEquals(await play(resumed, 40), wanted);
  assertEquals(resumed.recent(), episodes.recent());
});

Deno.test("recent() is the mean of the episodes that ended, each counted whole", async () => {
  const episodes = await Episodes.begin(environments(), new RandomStream(4));
  assertEquals(episodes.recent(), {});
  await play(episodes, 300);
  const { return: total, length } = episodes.recent();
  assertEquals(total, length, "CartPole pays 1 a step");
  assert(length > 5 && length < 60, `${length}`);
});
