import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { matchWords } from "../../../viewer/page/shell/match_words.ts";
import { rewardSpikes } from "../../../viewer/page/shell/reward_spikes.ts";
import {
  episodeFilter,
  severalEnvironments,
  shownEpisodes,
  sorting,
} from "../../../viewer/page/shell/shown_episodes.ts";
import { timeSince } from "../../../viewer/page/shell/time_since.ts";
import { sortFiles } from "../../../viewer/page/state/drop.ts";
import { readingTime } from "../../../viewer/page/state/notices.ts";
import { episodes } from "../../../viewer/page/state/session.ts";

const heap = (...paths: string[]) => new Map(paths.map((path) => [path, new File([], path)] as const));

Deno.test("a folder with a config.json is a run, wherever it lies in what was dropped", () => {
  const { runs, recordings, others } = sortFiles(
    heap(
      "runs/a/config.json",
      "runs/a/recordings/x.rec",
      "runs/b/config.json",
      "runs/notes.txt",
      "runs/y.rec",
    ),
  );
  assertEquals([...runs].map(([name, files]) => [name, [...files.keys()]]), [
    ["a", ["config.json", "recordings/x.rec"]],
    ["b", ["config.json"]],
  ]);
  assertEquals([...recordings.keys()], ["runs/y.rec"]);
  assertEquals([...others.keys()], ["runs/notes.txt"]);
});

Deno.test("a config.json within a run belongs to that run", () => {
  const { runs } = sortFiles(heap("a/samples/config.json", "a/config.json"));
  assertEquals([...runs].map(([name, files]) => [name, [...files.keys()]]), [
    ["a", ["samples/config.json", "config.json"]],
  ]);
});

Deno.test("rewards that stand out are marked where they came, the usual price of a step is not", () => {
  const rewards = new Float64Array(100).fill(-0.1);
  rewards[49] = 3.1; // picture 50
  rewards[74] = 1.5;
  rewards[99] = -100.1; // the last picture
  const { gains, losses } = rewardSpikes(rewards, { columns: 10 });
  assertEquals(
    [...gains].map((gain) => gain > 0),
    [5, 7].reduce((row, at) => row.with(at, true), Array(10).fill(false)),
  );
  assertAlmostEquals(gains[5], 1, 1e-6);
  assertAlmostEquals(gains[7], 0.5, 1e-6);
  assertEquals([...losses], [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
});

Deno.test("rewards that are all the same mark nothing", () => {
  const { gains, losses } = rewardSpikes(new Float64Array(20).fill(1), { columns: 4 });
  assertEquals([...gains, ...losses], Array(8).fill(0));
  assertEquals(rewardSpikes(new Float64Array(0), { columns: 2 }).gains.length, 2);
});

Deno.test("the palette finds all words in any order, words' beginnings first", () => {
  const titles = ["Replay", "Play or pause", "Loop", "Episode 3 of play"];
  assertEquals(matchWords(titles, "play", String), ["Play or pause", "Episode 3 of play", "Replay"]);
  assertEquals(matchWords(titles, "pau play", String), ["Play or pause"]);
  assertEquals(matchWords(titles, "  ", String), titles);
  assertEquals(matchWords(titles, "nothing", String), []);
});

Deno.test("times are told in their largest whole unit", () => {
  const ago = (seconds: number) => timeSince(1e12, 1e12 + seconds * 1000);
  assertEquals(ago(20), "just now");
  assertEquals(ago(60), "1 minute ago");
  assertEquals(ago(7199), "1 hour ago");
  assertEquals(ago(3 * 86_400), "3 days ago");
});

Deno.test("the environment gets a column where episodes differ in it, filters and sorts", () => {
  const entry = (env: string, seed: number, run?: string) => ({
    id: `${env}:${seed}`,
    title: `Episode ${seed}`,
    summary: {
      path: "",
      env,
      seed,
      steps: 9,
      return: 1,
      ending: "truncated",
      driver: "",
      dream: false,
    } as const,
    run,
    load: () => Promise.resolve(new Uint8Array()),
  });
  try {
    episodes.value = [
      entry("CarRacing-v3", 1),
      entry("CarRacing-v3", 2),
      entry("CartPole-v1", 3, "another run"),
    ];
    assertEquals(severalEnvironments.value, false);
    episodes.value = [entry("CartPole-v1", 1), entry("Acrobot-v1", 2), entry("CartPole-v1", 3)];
    assertEquals(severalEnvironments.value, true);
    sorting.value = { key: "env", descending: false };
    assertEquals(shownEpisodes.value.map(({ summary }) => summary.seed), [2, 1, 3]);
    episodeFilter.value = "cartpole";
    assertEquals(shownEpisodes.value.map(({ summary }) => summary.seed), [1, 3]);
    assertEquals(severalEnvironments.value, true, "the column stays while one filters");
  } finally {
    [episodes.value, sorting.value, episodeFilter.value] = [[], undefined, ""];
  }
});

Deno.test("a notice goes when it could be read, an error later than a remark", () => {
  const [remark, error] = (["info", "error"] as const).map((kind) =>
    readingTime({ kind, message: "Saved." })
  );
  assert(remark >= 4000 && error > remark && Number.isFinite(error));
  const long = "a word ".repeat(100);
  assert(readingTime({ kind: "info", message: long }) > 2 * remark, "a long one is shown for longer");
});
