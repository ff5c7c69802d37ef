import { assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CarRacing } from "../../envs/mod.ts";
import { runTask } from "../support/run_task.ts";
import { tinyFlags } from "../support/tiny_run.ts";

/** Frames of an episode that drives straight on. */
function frames(count: number): Uint8Array[] {
  const env = new CarRacing();
  const seen = [env.reset({ seed: 5 }).observation];
  while (seen.length < count) seen.push(env.step([0, 0.3, 0]).observation);
  env.close();
  return seen;
}

Deno.test("a run is measured again with the numbers of its test, and drives over the protocol of Gymnasium", async () => {
  const root = Deno.makeTempDirSync();
  const flags = tinyFlags({ rounds: 1, baselines: false, visionRefreshRounds: 0 });
  const trained = await runTask("train_world_model", [...flags, "--runs", root, "--json"]);
  assertEquals(trained.code, 0, trained.stderr);
  const { tests: [test], folder } = JSON.parse(trained.stdout.trim().split("\n").at(-1)!);

  const json = await runTask("evaluate", [folder, "--episodes", "2", "--json"]);
  assertEquals(json.code, 0, json.stderr);
  const [first, second, all] = json.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals([all.type, all.episodes, all.mean, all.deviation], [
    "evaluation",
    2,
    test.mean,
    test.deviation,
  ]);
  assertEquals([first.type, first.seed, second.seed].toSorted(), [0, 1, "episode"]);
  assertAlmostEquals((first.return + second.return) / 2, all.mean, 1e-9);

  const table = await runTask("evaluate", [folder, "--seeds", "7-9", "--episodes", "1"]);
  assertMatch(
    table.stdout,
    /mean ± sd +-?\d+ ± 0\nworst +-?\d+ \(seed 7\)\nbest +-?\d+ \(seed 7\)\noff the road +[\d.]+ %\n/,
  );

  const disturbed = await runTask("evaluate", [folder, "--episodes", "1", "--disturb", "none,bars"]);
  const name = folder.split("/").at(-1);
  assertMatch(disturbed.stdout, new RegExp(`^${name} +-?\\d+ ± 0 .*\\n${name}, bars +-?\\d+ ± 0 `, "m"));
  const ignored = await runTask("evaluate", [folder, "--serve-gymnasium", "--disturb", "bars"]);
  assertEquals([ignored.code, ignored.stdout], [2, ""]);
  assertStringIncludes(ignored.stderr, "Cannot set --disturb: neither new controllers");

  const messages = frames(6).flatMap((frame, i) => [
    i === 0 ? '{"reset": 5}\n' : '{"reward": -0.1}\n',
    Uint8Array.of(0, 108, 0, 0),
    frame,
  ]);
  const bytes = await new Blob(messages as BlobPart[]).bytes();
  const served = await runTask("evaluate", [folder, "--serve-gymnasium"], { input: bytes });
  assertEquals(served.code, 0, served.stderr);
  const actions = served.stdout.trimEnd().split("\n").map((line) => JSON.parse(line).action as number[]);
  assertEquals(actions.length, 6);
  for (const [steer, gas, brake] of actions) {
    assertEquals([Math.abs(steer) <= 1, gas >= 0 && gas <= 1, brake >= 0 && brake <= 1], [true, true, true]);
  }
  assertEquals(
    [actions[1], actions[2], actions[3]],
    [actions[0], actions[0], actions[0]],
    "held for four frames",
  );

  const early = await runTask("evaluate", [folder, "--serve-gymnasium"], { input: bytes.subarray(13) });
  assertEquals([early.code, early.stdout], [1, ""]);
  assertStringIncludes(early.stderr, 'expected a line {"reset": seed} before the first observation');
  Deno.removeSync(root, { recursive: true });
});

Deno.test("help is help, and a mistake is a sentence", async () => {
  const mistakes: [args: string[], code: number, sentence: string][] = [
    [["a", "b"], 2, 'Cannot evaluate "a": expected a run\'s folder or name, got nothing there'],
    [["a", "--episode", "3"], 2, 'no such option (did you mean "--episodes"?)'],
    [["a", "--episodes", "0"], 2, "expected a whole number of 1 or more"],
    [["a", "--seeds", "9-3"], 2, "expected A-B with A <= B"],
    [["a", "--seeds", "3-9", "--episodes", "8"], 2, "expected at most 7, as many as there are seeds, got 8"],
    [["a", "--disturb", "fog"], 2, "Cannot set --disturb: expected some of none, dark, bright,"],
    [["a", "--json=yes"], 2, 'Cannot set --json: expected true or false, got "yes"'],
    [
      ["/no/such/run"],
      2,
      'Cannot evaluate "/no/such/run": expected a run\'s folder or name, got nothing there',
    ],
  ];
  const [help, ...results] = await Promise.all(
    [["--help"], ...mistakes.map(([args]) => args)].map((args) => runTask("evaluate", args)),
  );
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "--serve-gymnasium");
  for (const [i, [, code, sentence]] of mistakes.entries()) {
    assertEquals([results[i].code, results[i].stdout], [code, ""]);
    assertStringIncludes(results[i].stderr, sentence);
  }
});
