import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  collectEpisodes,
  type CollectEvent,
  type CollectOptions,
  openRecording,
  readRecording,
  RecordingError,
  redrawRecording,
} from "../../envs/mod.ts";
import "../../envs/car_traffic/register.ts";
import "../../envs/classic/register.ts";
import "../../envs/take_cover/register.ts";
import "../support/counter_env.ts";
import "./recordings/support.ts";

const OPTIONS = { env: "Counter-v0", options: { limit: 100 }, policy: "random", episodes: 3, seed: 4 };

function inFolder(test: (folder: string) => Promise<void> | void): () => Promise<void> {
  return async () => {
    const folder = Deno.makeTempDirSync();
    try {
      await test(folder);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

const collect = (
  folder: string,
  options: CollectOptions,
): CollectEvent[] => [...collectEpisodes(folder, options)];

Deno.test(
  "collected episodes lie in files by seed and hold what the events say",
  inFolder((folder) => {
    const events = collect(folder, OPTIONS);
    assertEquals(
      events.map(({ seed, steps, found }) => [seed, steps, found]),
      [4, 5, 6].map((seed) => [seed, 30, false]),
    );
    for (const { path, steps, return: total, seed } of events) {
      const recording = readRecording(path);
      assertEquals([recording.steps, recording.header.seed, recording.damage], [steps, seed, undefined]);
      assertEquals(recording.rewards.reduce((sum, reward) => sum + reward, 0), total);
      assertEquals(recording.header.metadata, { policy: "random" });
    }
    assertEquals(new Set(events.map((event) => event.return)).size, 3);
  }),
);

Deno.test(
  "an environment of vectors is collected too, with key states where they are asked for",
  inFolder((folder) => {
    const [{ path, steps }] = collect(folder, { env: "Drift-v0", keyStateEvery: 25 });
    const { header, vectors } = readRecording(path);
    assertEquals([steps, header.content, vectors.length], [60, "vectors", 2 * 61]);
    using recording = openRecording(path);
    assertEquals([...recording.keySteps], [25, 50]);
  }),
);

Deno.test(
  "a file of another kind is left alone",
  inFolder((folder) => {
    const path = `${folder}/Counter-v0-random-seed-4.rec`;
    Deno.writeTextFileSync(path, "my diary");
    assertThrows(() => collect(folder, OPTIONS), RecordingError, "got a file of another kind");
    assertEquals(Deno.readTextFileSync(path), "my diary");
  }),
);

Deno.test(
  "a collection goes on: whole files stay, a cut one is recorded again to the same bytes",
  inFolder((folder) => {
    const before = collect(folder, OPTIONS);
    const bytes = before.map(({ path }) => Deno.readFileSync(path));
    Deno.truncateSync(before[1].path, bytes[1].length - 4);
    Deno.truncateSync(before[2].path, 3); // not even a header
    const after = collect(folder, { ...OPTIONS, episodes: 4 });
    assertEquals(after.map(({ found }) => found), [true, false, false, false]);
    assertEquals(after.slice(0, 3).map((event) => event.return), before.map((event) => event.return));
    assertEquals(before.map(({ path }) => Deno.readFileSync(path)), bytes);
  }),
);

Deno.test(
  "a folder of other options is left alone",
  inFolder((folder) => {
    const [{ path }] = collect(folder, { ...OPTIONS, episodes: 1 });
    const bytes = Deno.readFileSync(path);
    assertThrows(
      () => collect(folder, { ...OPTIONS, options: { limit: 5 } }),
      Error,
      'expected options {"limit":5}',
    );
    assertEquals(Deno.readFileSync(path), bytes);
  }),
);

Deno.test(
  "scripted players collect better episodes than chance",
  inFolder((folder) => {
    for (const env of ["CartPole-v1", "Pendulum-v1", "TakeCover-v0", "CarTraffic-v0"]) {
      const [random, scripted] = ["random", "scripted"].map((policy) =>
        collect(folder, { env, policy, options: { maxEpisodeSteps: 400 } })[0].return
      );
      assert(scripted > random + 100, `${env}: ${scripted} against ${random}`);
    }
    assertThrows(
      () => collect(folder, { env: "CarRacing-v3", policy: "scripted", options: { continuous: false } }),
      TypeError,
      "Cannot drive CarRacing-v3: expected an environment with a scripted player for its actions",
    );
    assertThrows(
      () => collect(folder, { env: "Drift-v0", policy: "scripted" }),
      TypeError,
      "got one without",
    );
  }),
);

Deno.test(
  "collect refuses what it does not know",
  inFolder((folder) => {
    assertThrows(() => collect(folder, { env: "Counter-v1" }), RangeError, 'did you mean "Counter-v0"?');
    assertThrows(
      () => collect(folder, { ...OPTIONS, policy: "rando" }),
      RangeError,
      'did you mean "random"?',
    );
    assertThrows(() => collect(folder, { ...OPTIONS, episodes: 0 }), RangeError, "got 0");
    assertThrows(
      () => collect(folder, { ...OPTIONS, policy: "pursuit" }),
      TypeError,
      "Cannot drive Counter-v0",
    );
    assertThrows(() => collect(folder, { ...OPTIONS, seed: -3 }), RangeError);
    assertEquals([...Deno.readDirSync(folder)], []);
  }),
);

Deno.test(
  "the task collects the pursuit driver's CarRacing, as lines of JSON",
  inFolder(async (folder) => {
    const task = new URL("../../tasks/collect.ts", import.meta.url).pathname;
    const run = (...args: string[]) =>
      new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-lock", "--no-check", task, ...args] })
        .output();
    const { stdout, code } = await run(
      "--policy",
      "pursuit",
      "--episodes",
      "1",
      "--seed",
      "3",
      "--out",
      folder,
      "--json",
    );
    assertEquals(code, 0);
    const event: CollectEvent = JSON.parse(new TextDecoder().decode(stdout));
    const recording = readRecording(event.path);
    assertEquals([recording.header.env, recording.steps, event.return > 800], [
      "CarRacing-v3",
      event.steps,
      true,
    ]);
    const frames = await Array.fromAsync(redrawRecording(recording, { from: event.steps }));
    assertEquals(frames.map(({ length }) => length), [96 * 96 * 3]);

    const wrong = await run("--policy", "pursiut", "--out", folder);
    assertEquals(wrong.code, 2);
    assertEquals(new TextDecoder().decode(wrong.stderr).trim().split("\n").length, 1);
  }),
);
