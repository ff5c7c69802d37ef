// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task ok`: everything that a change must pass, in the order of what fails fastest. `--no-test` leaves out
 * the tests.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { findAssertSource } from "./assert_source.ts";
import { lintDocumentation } from "./lint_documentation.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

async function run(title: string, args: string[]): Promise<void> {
  console.error(`\n# ${title}: deno ${args.join(" ")}`);
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).spawn().status;
  if (!success) fail(title);
}

function fail(title: string): never {
  console.error(`Cannot pass: ${title} found something to mend`);
  Deno.exit(1);
}

if (import.meta.main) {
  const { flags } = await findAssertSource();
  await run("formatting", ["fmt", "--check", "--quiet"]);
  await run("lint", ["lint", "--quiet"]);
  await run("types", ["check", "--quiet", ...flags, "."]);
  console.error("\n# documentation: deno doc --lint of every mod.ts");
  const findings = await lintDocumentation(root);
  for (const finding of findings) console.error(finding);
  if (findings.length > 0) fail("documentation");
  if (!Deno.args.includes("--no-test")) await run("tests and layering", ["run", "-A", "tasks/test.ts"]);
  console.error("\nAll is well");
}
