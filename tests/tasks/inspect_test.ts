import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { unzipSync } from "fflate";
import { make, RecordEpisode, Wrapper } from "../../envs/mod.ts";
import { runTask } from "../support/run_task.ts";

/** A folder with two recordings of CarRacing: one of states with key states, and one of frames, cut off. */
function makeRecordings(): string {
  const root = Deno.makeTempDirSync();
  const short = () => make("CarRacing-v3", { maxEpisodeSteps: 20 });
  const whole = new RecordEpisode(short(), root, {
    name: () => "whole.rec",
    keyStateEvery: 8,
    metadata: { driver: "test" },
  });
  const frames = new RecordEpisode(new Wrapper(short()), root, { name: () => "deep/cut.rec", chunkSteps: 5 });
  for (const env of [whole, frames]) {
    env.reset({ seed: 7 });
    for (let step = 0; step < 20; step++) env.step([0, 1, 0]);
    env.close();
  }
  Deno.truncateSync(`${root}/deep/cut.rec`, Deno.statSync(`${root}/deep/cut.rec`).size - 20);
  Deno.writeTextFileSync(`${root}/notes.txt`, "no recording");
  return root;
}

Deno.test("deno task inspect tells what one recording holds, as text and as JSON", async () => {
  const root = makeRecordings();
  const path = `${root}/whole.rec`;
  const text = await runTask("inspect", [path]);
  assertEquals([text.code, text.stderr], [0, ""]);
  for (
    const line of [
      'environment {3}CarRacing-v3 {"maxEpisodeSteps":20}',
      "seed {10}7",
      'recorder {6}{"driver":"test"}',
      "observations {2}96 x 96 x 3, redrawn from states of \\d+ numbers",
      "steps {9}20",
      "ending {8}truncated",
      "key states {4}2, the last before step 16",
      "index {9}yes",
      "problem {7}none",
    ]
  ) assertMatch(text.stdout, RegExp(`^  ${line}$`, "m"));
  const json = await runTask("inspect", [path, "--json"]);
  const facts = JSON.parse(json.stdout);
  assertEquals([facts.path, facts.steps, facts.keySteps, facts.problem], [path, 20, [8, 16], null]);
  assertEquals([facts.content, facts.ending, facts.indexed], ["states", "truncated", true]);
  assertEquals(facts.bytes, Deno.statSync(path).size);
  Deno.removeSync(root, { recursive: true });
});

Deno.test("deno task inspect makes a table of a folder, and exits with 1 when one of its files is damaged", async () => {
  const root = makeRecordings();
  Deno.writeTextFileSync(`${root}/other.rec`, "GIF89a");
  const { code, stdout, stderr } = await runTask("inspect", [root]);
  assertEquals(code, 1);
  assertEquals(stderr, "2 of 3 recordings cannot be read completely\n");
  const lines = stdout.trim().split("\n");
  assertEquals(lines.length, 5, stdout);
  assertMatch(lines[2], /cut\.rec +CarRacing-v3 +7 +20 +[-\d.]+ +truncated .* 0 +truncated$/);
  assertMatch(lines[3], /other\.rec +foreign$/);
  assertMatch(lines[4], /whole\.rec +CarRacing-v3 +7 +test +20 .* 2 +none$/);
  const one = await runTask("inspect", [`${root}/deep/cut.rec`]);
  assertEquals(one.code, 1);
  assertMatch(
    one.stderr,
    /^Cannot read all of ".*cut\.rec": the file ends inside the chunk, \d+ bytes early at byte/,
  );
  Deno.removeSync(root, { recursive: true });
});

Deno.test("deno task inspect exports the steps that are asked for", async () => {
  const root = makeRecordings();
  const out = `${root}/part.npz`;
  const range = ["--from", "5", "--to", "9", "--npz", out];
  const { code, stdout, stderr } = await runTask("inspect", [`${root}/whole.rec`, ...range]);
  assertEquals([code, stdout, stderr], [0, `${out}\n`, ""]);
  const arrays = unzipSync(Deno.readFileSync(out));
  assertEquals(arrays["observations.npy"].length, 128 + 5 * 96 * 96 * 3);
  assert("rewards.npy" in arrays);
  Deno.removeSync(root, { recursive: true });
});

Deno.test("deno task inspect tells mistakes in one sentence", async () => {
  const root = makeRecordings();
  const file = `${root}/whole.rec`;
  const mistakes: [string[], string, number][] = [
    [[], "Cannot inspect: expected a recording or a folder, got none", 2],
    [[file, "--npz", `${root}/a.zip`], "expected a name that ends in .npz", 2],
    [[file, file, "--npz", `${root}/a.npz`], "expected one recording per archive", 2],
    [[file, "--to", "9"], "they choose the steps of --npz, which is missing", 2],
    [[file, "--npz", `${root}/a.npz`, "--to", "99"], "expected 0 <= from <= to <= 20, got from 0 to 99", 2],
    [
      [file, "--npz", `${root}/a.npz`, "--from", "-1"],
      'Cannot set --from: expected a whole number of 0 or more, got "-1"',
      2,
    ],
    [[file, "--jason"], 'did you mean "--json"?', 2],
    [[`${root}/none.rec`], 'none.rec": no such file or folder', 1],
  ];
  for (const [args, sentence, expected] of mistakes) {
    const { code, stderr, stdout } = await runTask("inspect", args);
    assertEquals([code, stdout], [expected, ""], stderr);
    assertStringIncludes(stderr, sentence);
    assertEquals(stderr.trim().split("\n").length, 1);
  }
  Deno.mkdirSync(`${root}/empty`);
  const empty = await runTask("inspect", [`${root}/empty`]);
  assertStringIncludes(empty.stderr, "expected .rec files in it, got none");
  const help = await runTask("inspect", ["--help"]);
  assertMatch(help.stdout, /^Usage: deno task inspect <FILE\.\.\.> /);
  Deno.removeSync(root, { recursive: true });
});
