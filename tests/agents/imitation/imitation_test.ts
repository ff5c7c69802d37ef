import { assert, assertEquals } from "@std/assert";
import { bestEpisodes } from "../../../agents/imitation/best_episodes.ts";
import { IMITATION_KIND } from "../../../agents/imitation/imitation_kind.ts";
import { learnerPresets, type RecordedEpisode } from "../../../agents/learner_kind.ts";
import { returnOf } from "../../../agents/offline/returns_to_go.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box, Discrete } from "../../../envs/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { banditEpisodes } from "../support/recorded_episodes.ts";
import { reload } from "../support/reload.ts";

await startBackend();

const SMALL = { ...learnerPresets(IMITATION_KIND).smoke, units: [16], learningRate: 1e-2 };

Deno.test("the best tenth is those with the highest returns, in their order, and one at least", () => {
  const random = new RandomStream(4);
  const episodes = Array.from({ length: 40 }, (): RecordedEpisode => ({
    observations: new Float32Array(3),
    actions: new Float32Array(3),
    rewards: Float64Array.from({ length: 3 }, () => random.normal()),
  }));
  const best = bestEpisodes(episodes, 0.1);
  const others = episodes.filter((episode) => !best.includes(episode));
  assertEquals(best.length, 4);
  assert(Math.min(...best.map(returnOf)) > Math.max(...others.map(returnOf)));
  assertEquals(best, episodes.filter((episode) => best.includes(episode)));
  assertEquals(bestEpisodes(episodes, 1), episodes);
  assertEquals(bestEpisodes(episodes, 1e-9).length, 1);
  const equal = banditEpisodes(6, 2);
  assertEquals(bestEpisodes(equal, 0.5), [equal[1], equal[3], equal[5]]);
});

Deno.test("it does what was done most, and of the best recordings what was done there", async () => {
  const spaces = { observations: new Box(-1, 1, { shape: [1] }), actions: new Discrete(2) };
  const episodes = [...banditEpisodes(4, 3), ...banditEpisodes(8, 3).filter((_, i) => i % 2 === 0)];
  for (const [best, action] of [[1, 0], [0.25, 1]]) {
    const learner = IMITATION_KIND.create({ ...SMALL, best }, spaces, episodes);
    while (learner.steps < SMALL.updates) await learner.learn();
    const { arrays: { policy, observations } } = await reload(await learner.save());
    for (const agent of [learner.agent(), IMITATION_KIND.load(SMALL, spaces, { policy, observations })]) {
      agent.reset(2);
      assertEquals([...await agent.act({ observations: new Float32Array(2), rewards: [0, 0] })], [
        action,
        action,
      ]);
      agent.close?.();
    }
    learner.dispose();
  }
});

Deno.test("numbers and pictures: it learns actions that depend on what is seen", async () => {
  const random = new RandomStream(6), length = 64, side = 8;
  const spaces = {
    observations: new Box(0, 255, { shape: [side, side, 1], dtype: "uint8" }),
    actions: new Box(-1, 1, { shape: [1] }),
  };
  const brightness = Array.from({ length }, () => random.integer(0, 256));
  const episode: RecordedEpisode = {
    observations: Uint8Array.from(
      { length: length * side ** 2 },
      (_, i) => brightness[Math.floor(i / side ** 2)],
    ),
    actions: Float32Array.from(brightness, (value) => value / 255 - 0.5),
    rewards: new Float64Array(length),
  };
  const config = { ...SMALL, updates: 200, filters: [4], features: 8, learningRate: 3e-3 };
  const learner = IMITATION_KIND.create(config, spaces, [episode]);
  const losses: number[] = [];
  while (learner.steps < config.updates) losses.push((await learner.learn()).loss);
  assertEquals(learner.steps, 200);
  assert(losses.at(-1)! < 0.005, `${losses}, where the variance is 0.08`);
  learner.dispose();
});
