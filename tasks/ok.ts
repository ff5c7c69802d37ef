/**
 * `deno task ok`: everything that a change must pass, in the order of what fails fastest. `--help` tells the rest.
 *
 * @module
 */
import { findAssertSource } from "./assert_source.ts";
import { type Given, Task } from "./cli.ts";
import { flag } from "./flags.ts";
import { lintDocumentation } from "./lint_documentation.ts";
import { PROJECT } from "./paths.ts";
import { note } from "./run_task.ts";

/** `deno task ok`. */
export const TASK = new Task({
  name: "ok",
  help: "Runs all checks that a change must pass, fastest first: formatting, lint, types, the " +
    "documentation of every public symbol, tests.",
  flags: { noTest: flag("leave out the tests") },
  examples: ["ok", "ok --no-test"],
});

if (import.meta.main) await TASK.run(main);

async function main({ flags: { noTest } }: Given<typeof TASK.options.flags>): Promise<void> {
  const { flags } = await findAssertSource();
  await run("formatting", ["fmt", "--check", "--quiet"]);
  await run("lint", ["lint", "--quiet"]);
  await run("types", ["check", "--quiet", ...flags, "."]);
  note("\n# documentation: deno doc --lint of every mod.ts");
  const findings = await lintDocumentation(PROJECT);
  for (const finding of findings) note(finding);
  if (findings.length > 0) throw failure("documentation");
  if (!noTest) await run("tests and layering", ["run", "-A", "tasks/test.ts"]);
  note("\nAll checks pass");
}

/** @throws Error where the command fails. */
async function run(title: string, args: string[]): Promise<void> {
  note(`\n# ${title}: deno ${args.join(" ")}`);
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: PROJECT }).spawn().status;
  if (!success) throw failure(title);
}

function failure(title: string): Error {
  return new Error(`Cannot pass the checks: ${title} failed`);
}
