// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task test [FILES and flags of deno test]`: runs the tests, with `@std/assert` from JSR where JSR can be
 * reached, else from `tests/support/assert.ts`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { findAssertSource } from "./assert_source.ts";

if (import.meta.main) {
  const files = Deno.args.some((argument) => !argument.startsWith("-"))
    ? Deno.args
    : ["tests/", ...Deno.args];
  const { flags, local } = await findAssertSource();
  if (local) console.error("JSR cannot be reached: @std/assert comes from tests/support/assert.ts");
  const cwd = fileURLToPath(new URL("../", import.meta.url));
  const args = ["test", "-A", "--no-check", ...flags, ...files];
  Deno.exit((await new Deno.Command(Deno.execPath(), { args, cwd }).spawn().status).code);
}
