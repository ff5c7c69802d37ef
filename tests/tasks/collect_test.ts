import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runTask } from "../support/run_task.ts";

Deno.test("deno task collect tells mistakes in one sentence, and exits with 2", async () => {
  const root = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${root}/notes.txt`, "no folder");
  const mistakes: [string[], string][] = [
    [["--env", "CarTrafic-v0"], 'did you mean "CarTraffic-v0"?'],
    [["--env", "CartPole-v1", "--options", '{"gravity": 1}'], "expected options among suttonBartoReward"],
    [["--options", "gravity"], 'Cannot set --options: expected a JSON object, got "gravity"'],
    [["--policy", "scriptd"], 'did you mean "scripted"?'],
    [["--episods", "3"], 'did you mean "--episodes"?'],
    [["--episodes", "0"], "expected a whole number of 1 or more, got"],
    [["CartPole-v1"], 'Cannot read "CartPole-v1": expected --key value'],
    [["--out", `${root}/notes.txt`], "Cannot set --out: expected a folder, got the file"],
  ];
  for (const [args, sentence] of mistakes) {
    const { code, stdout, stderr } = await runTask("collect", ["--out", `${root}/out`, ...args]);
    assertEquals([code, stdout], [2, ""], stderr);
    assertStringIncludes(stderr, sentence);
    assertEquals(stderr.trim().split("\n").length, 1);
  }
  const help = await runTask("collect", ["--help"]);
  assertMatch(help.stdout, /TakeCover-v0/);
  Deno.removeSync(root, { recursive: true });
});
