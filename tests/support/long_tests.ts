/** Set by `deno task test --all`: long trainings and soaks run as well. */
export const runsLongTests: boolean = Deno.env.get("SOMNIUM_LONG_TESTS") === "1";

/**
 * Declares a test that takes long beside what it adds: a second learner broken everywhere, five seeds, a soak.
 * `deno task test` leaves it out and counts it as ignored; `deno task test --all`, and so `.ci/run`, runs it.
 */
export function longTest(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, fn, ignore: !runsLongTests });
}
