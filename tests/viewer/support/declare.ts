// deno-lint-ignore-file no-console -- tells why tests are left out
import { CHROMIUM_MISSING, findChromium } from "./chromium.ts";

/** Set by `.ci/run`: a missing browser is then a failure instead of a reason to leave tests out. */
const required = Deno.env.get("SOMNIUM_REQUIRE_BROWSER") === "1";
const left = findChromium() === undefined && !required;
if (left) console.error(`Tests in a browser are left out: ${CHROMIUM_MISSING}`);

/**
 * Declares a test that needs Chromium. Without it the test is left out, and fails where `SOMNIUM_REQUIRE_BROWSER=1`.
 */
export function browserTest(name: string, fn: () => Promise<void>): void {
  // The browser is shared by the tests of a file, and its pipe is read from one test into the next.
  Deno.test({ name, fn, ignore: left, sanitizeOps: false, sanitizeResources: false });
}
