// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task test [--all] [FILES and flags of deno test]`: runs the tests, several files side by side, with
 * `@std/assert` from JSR where JSR can be reached, else from `tests/support/assert.ts`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { findAssertSource } from "./assert_source.ts";

/** Files side by side, more than there are cores: browsers and child processes leave cores waiting. */
const JOBS = String(2 * navigator.hardwareConcurrency);

if (import.meta.main) {
  const own = Deno.args.filter((argument) => argument !== "--all");
  const files = own.some((argument) => !argument.startsWith("-")) ? own : ["tests/", ...own];
  const { flags, local } = await findAssertSource();
  if (local) console.error("JSR cannot be reached: @std/assert comes from tests/support/assert.ts");
  const env: Record<string, string> = { DENO_JOBS: Deno.env.get("DENO_JOBS") ?? JOBS };
  if (Deno.args.includes("--all")) env.SOMNIUM_LONG_TESTS = "1";
  const cwd = fileURLToPath(new URL("../", import.meta.url));
  const args = ["test", "-A", "--no-check", "--parallel", ...flags, ...files];
  Deno.exit((await new Deno.Command(Deno.execPath(), { args, cwd, env }).spawn().status).code);
}
