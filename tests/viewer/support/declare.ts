// deno-lint-ignore-file no-console -- tells why tests are left out
import { runsLongTests } from "../../support/long_tests.ts";
import { CHROMIUM_MISSING, findChromium } from "./chromium.ts";

/** Set by `.ci/run`: a missing browser is then a failure instead of a reason to leave tests out. */
const required = Deno.env.get("SOMNIUM_REQUIRE_BROWSER") === "1";
const left = findChromium() === undefined && !required;
if (left) console.error(`Tests in a browser are left out: ${CHROMIUM_MISSING}`);

/**
 * Declares a test that needs Chromium. Without it the test is left out, and fails where `SOMNIUM_REQUIRE_BROWSER=1`.
 * A browser on a busy machine may miss a moment: a test that fails is tried once more, and its first failure is told.
 *
 * @param long Whether it is a long test, see `longTest`. Default false.
 */
export function browserTest(name: string, test: () => Promise<void>, { long = false } = {}): void {
  const fn = () =>
    test().catch((error) => {
      console.error(`"${name}" is tried again after: ${String(error?.stack ?? error)}`);
      return test();
    });
  // The browser is shared by the tests of a file, and its pipe is read from one test into the next.
  Deno.test({
    name,
    fn,
    ignore: left || (long && !runsLongTests),
    sanitizeOps: false,
    sanitizeResources: false,
  });
}
