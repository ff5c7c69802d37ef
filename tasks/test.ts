/**
 * `deno task test [FILES and flags of deno test]`: runs the tests, several files side by side, with `@std/assert` from
 * JSR where JSR can be reached, else from `tests/support/assert.ts`. `--help` tells the rest.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { findAssertSource } from "./assert_source.ts";
import { type Given, Task } from "./cli.ts";
import { flag } from "./flags.ts";
import { PROJECT, typedPath } from "./paths.ts";
import { note } from "./run_task.ts";

/** Files side by side, more than there are cores: browsers and child processes leave cores waiting. */
const JOBS = String(2 * navigator.hardwareConcurrency);

/** `deno task test`. */
export const TASK = new Task({
  name: "test",
  help: "Runs the tests, or those in some files or folders. Whatever is no option here goes to deno test.",
  operand: {
    name: "FILE",
    help: "files or folders of tests, and options of deno test",
    wanted: "files",
    many: true,
  },
  flags: { all: flag("run long trainings and soaks as well") },
  foreign: true,
  examples: ["test", "test tests/envs", "test tests/core --filter nearest", "test --all"],
});

if (import.meta.main) await TASK.run(main);

async function main({ flags: { all }, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const given = operands.map((word) => existsSync(typedPath(word)) ? typedPath(word) : word);
  const files = given.some((word) => !word.startsWith("-")) ? given : ["tests/", ...given];
  const { flags, local } = await findAssertSource();
  if (local) note("JSR cannot be reached: @std/assert comes from tests/support/assert.ts");
  const env: Record<string, string> = {
    DENO_JOBS: Deno.env.get("DENO_JOBS") ?? JOBS,
    INIT_CWD: PROJECT, // the tests' own tasks are typed there
  };
  if (all) env.SOMNIUM_LONG_TESTS = "1";
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--parallel", ...flags, ...files],
    cwd: PROJECT,
    env,
  }).spawn().status;
  Deno.exit(code);
}
