import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RecordedDecisions } from "../../../agents/offline/recorded_decisions.ts";
import { returnOf, returnsToGo } from "../../../agents/offline/returns_to_go.ts";
import { Perception } from "../../../agents/perception/perception.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box } from "../../../envs/mod.ts";
import { markedEpisodes } from "../support/recorded_episodes.ts";

const SPACE = new Box(-Infinity, Infinity, { shape: [2] });
const LENGTHS = [1, 4, 9, 2];

Deno.test("the return-to-go is what is earned from a decision on, whatever is earned and however long it takes", () => {
  const random = new RandomStream(5);
  for (const length of [1, 2, 7, 40]) {
    const rewards = Float64Array.from({ length }, () => random.normal() * 10);
    const returns = returnsToGo(rewards);
    assertEquals(returns.length, length);
    assertAlmostEquals(returns[0], returnOf({ rewards }), 1e-9);
    assertEquals(returns[length - 1], rewards[length - 1]);
    for (let t = 0; t + 1 < length; t++) assertAlmostEquals(returns[t] - rewards[t], returns[t + 1], 1e-9);
  }
});

Deno.test("a window holds consecutive decisions of one episode, and nothing beyond its end", () => {
  const random = new RandomStream(1), length = 5, count = 200;
  const episodes = markedEpisodes(LENGTHS, random);
  const decisions = new RecordedDecisions(new Perception(SPACE, { normalise: false }), episodes);
  assertEquals(decisions.count, 16);
  const { observations, actions, returnsToGo: returns, timesteps, present } = decisions.draw(random, {
    count,
    length,
  });
  for (let window = 0; window < count; window++) {
    const at = window * length, episode = observations[2 * at], first = timesteps[at];
    const there = Math.min(length, LENGTHS[episode] - first);
    assertEquals([...present.subarray(at, at + length)], Array.from({ length }, (_, i) => i < there ? 1 : 0));
    const wanted = returnsToGo(episodes[episode].rewards);
    for (let i = at; i < at + length; i++) {
      const step = first + i - at;
      const row = [observations[2 * i], observations[2 * i + 1], actions[i], timesteps[i], returns[i]];
      assertEquals(
        row,
        i - at < there ? [episode, step, step, step, Math.fround(wanted[step])] : [0, 0, 0, 0, 0],
      );
    }
  }
});

Deno.test("each decision is as likely to begin a window, so that long episodes are seen more often", () => {
  const random = new RandomStream(2), count = 16_000;
  const decisions = new RecordedDecisions(
    new Perception(SPACE, { normalise: false }),
    markedEpisodes(LENGTHS, random),
  );
  const { observations } = decisions.draw(random, { count, length: 1 });
  const times = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const key = `${observations.subarray(2 * i, 2 * i + 2)}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  assertEquals(times.size, 16);
  for (const drawn of times.values()) assert(Math.abs(drawn - 1000) < 150, `${drawn} of 1000`); // 5 deviations
});

Deno.test("what is observed is normalised over all episodes, and the perception keeps by what", () => {
  const random = new RandomStream(3), perception = new Perception(SPACE, { normalise: true });
  const episodes = markedEpisodes(LENGTHS, random);
  const decisions = new RecordedDecisions(perception, episodes);
  const all = Float32Array.from(episodes.flatMap(({ observations }) => [...observations]));
  const seen = perception.perceive(all);
  for (const part of [0, 1]) {
    const values = [...seen].filter((_, i) => i % 2 === part);
    assertAlmostEquals(values.reduce((sum, value) => sum + value, 0) / 16, 0, 1e-3);
    assertAlmostEquals(values.reduce((sum, value) => sum + value ** 2, 0) / 16, 1, 1e-2);
  }
  const { observations } = decisions.draw(random, { count: 1, length: 1 });
  assert([...seen].includes(observations[1]));
  assertThrows(
    () => new RecordedDecisions(perception, []),
    RangeError,
    "Cannot learn from recordings: expected a decision at least",
  );
});
