import { assertEquals, assertStringIncludes } from "@std/assert";
import { runTask } from "../support/run_task.ts";

Deno.test("screenshots: help is help, and a mistake is a sentence with the nearest name", async () => {
  const help = await runTask("screenshots", ["--help"]);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "--out <DIR>");

  const runs = Deno.makeTempDirSync();
  Deno.mkdirSync(`${runs}/default-1`);
  Deno.writeTextFileSync(`${runs}/default-1/config.json`, "{}");
  const mistakes: [args: string[], sentence: string][] = [
    [
      ["--run", "default-11", "--runs", runs],
      'Cannot show run "default-11": no such run; did you mean "default-1"?',
    ],
    [["--ot", "docs"], 'did you mean "--out"?'],
    [["docs"], 'Cannot read "docs"'],
  ];
  for (const [args, sentence] of mistakes) {
    const { code, stdout, stderr } = await runTask("screenshots", args);
    assertEquals([code, stdout], [2, ""], stderr);
    assertStringIncludes(stderr, sentence);
  }
  Deno.removeSync(runs, { recursive: true });
});
