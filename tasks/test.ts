/**
 * `deno task test [FILES and flags of deno test]`: runs the tests, in several processes side by side, with `@std/assert`
 * from JSR where JSR can be reached, else from `tests/support/assert.ts`. `--help` tells the rest.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { findAssertSource } from "./assert_source.ts";
import { type Given, Task } from "./cli.ts";
import { flag, wholeNumber } from "./flags.ts";
import { formatDuration } from "./format.ts";
import { PROJECT, typedPath } from "./paths.ts";
import { note, print } from "./run_task.ts";
import { readCounts, testBatches } from "./test_batches.ts";

/** `deno task test`. */
export const TASK = new Task({
  name: "test",
  help: "Runs all tests, or those in some files or folders. Other options are passed on to deno test.",
  operand: {
    name: "FILE",
    help: "files or folders of tests, and options of deno test",
    wanted: "files",
    many: true,
  },
  flags: {
    all: flag("also run long trainings and soak tests"),
    jobs: wholeNumber("number of parallel processes", {
      minimum: 1,
      fallback: 2 * navigator.hardwareConcurrency, // browsers and other processes leave cores waiting
      unset: "two for each core",
    }),
  },
  foreign: true,
  examples: ["test", "test tests/envs", "test tests/core --filter nearest", "test --all"],
});

if (import.meta.main) await TASK.run(main);

async function main({ flags, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const { flags: imports, local } = await findAssertSource();
  if (local) note("JSR cannot be reached: @std/assert comes from tests/support/assert.ts");
  const paths = operands.filter((word) => existsSync(typedPath(word))).map(typedPath);
  const others = operands.filter((word) => !existsSync(typedPath(word)));
  const batches = testBatches(paths.length > 0 ? paths : ["tests"]);
  const shared = Deno.makeTempDirSync({ prefix: "somnium-tests-" }); // what the processes make once for all
  globalThis.addEventListener("unload", () => Deno.removeSync(shared, { recursive: true }));
  const env: Record<string, string> = {
    INIT_CWD: PROJECT, // the tests' own tasks are typed there
    SOMNIUM_TEST_FOLDER: shared,
  };
  if (flags.all) env.SOMNIUM_LONG_TESTS = "1";
  const commandOf = (files: string[], stdout: "piped" | "inherit") =>
    new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", ...imports, ...others, ...files],
      cwd: PROJECT,
      env,
      stdout,
      stderr: stdout,
    });
  if (batches.length === 1) Deno.exit((await commandOf(batches[0], "inherit").spawn().status).code);

  const start = performance.now();
  const total = { passed: 0, failed: 0, ignored: 0 };
  const broken: string[] = [];
  const failures: string[] = [];
  const queue = batches.values();
  const work = async () => {
    for (const files of queue) {
      const { code, stdout, stderr } = await commandOf(files, "piped").output();
      const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      print(text.trim());
      const counts = readCounts(text);
      for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += counts?.[key] ?? 0;
      if (code !== 0) failures.push(...files.length === 1 ? files : failedFiles(text, files));
      if (code !== 0 && !counts?.failed) broken.push(...files); // it never came to its end
    }
  };
  await Promise.all(Array.from({ length: flags.jobs }, work));
  if (failures.length > 0) print(`\nFailures in:\n  ${failures.join("\n  ")}`);
  if (broken.length > 0) print(`\nThese did not finish:\n  ${broken.join("\n  ")}`);
  const failed = total.failed + broken.length;
  const took = formatDuration((performance.now() - start) / 1000);
  print(
    `\n${
      failed > 0 ? "FAILED" : "ok"
    } | ${total.passed} passed | ${failed} failed | ${total.ignored} ignored (${took})`,
  );
  Deno.exit(failed > 0 ? 1 : 0);
}

/** Of a batch's files, those that its output names beside a failure. */
function failedFiles(text: string, files: readonly string[]): string[] {
  const named = files.filter((file) => text.includes(`=> ./${file}`));
  return named.length > 0 ? named : [...files];
}
