import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  envSpec,
  make,
  makeFromRecipe,
  optionsOf,
  register,
  registeredIds,
  TimeLimit,
  Wrapper,
} from "../../envs/mod.ts";
import "../support/counter_env.ts";

Deno.test("make builds with the options and the registered time limit", () => {
  const env = make("Counter-v0", { limit: 100, size: 4 });
  assertEquals(env.observationSpace.shape, [4, 4, 3]);
  env.reset({ seed: 1 });
  const truncated = Array.from({ length: 30 }, () => env.step([0, 0]).truncated);
  assertEquals(truncated.indexOf(true), 29);
  assertEquals(optionsOf(env), { limit: 100, size: 4 });
  assertEquals(optionsOf(new Wrapper(env)), undefined);
});

Deno.test("maxEpisodeSteps replaces the registered limit", () => {
  assertEquals((make("Counter-v0", { maxEpisodeSteps: 7 }) as TimeLimit).maxSteps, 7);
  assert(!(make("Counter-v0", { maxEpisodeSteps: Infinity }) instanceof TimeLimit));
  assertThrows(() => make("Counter-v0", { maxEpisodeSteps: 0 }), RangeError, "integer > 0 of steps, got 0");
});

Deno.test("a mistyped id or option names what exists and the nearest one", () => {
  assertThrows(() => make("Conuter-v0"), RangeError, 'did you mean "Counter-v0"?');
  assertThrows(() => make("zzz"), RangeError, registeredIds().join(", "));
  const error = assertThrows(
    () => make("Counter-v0", { limt: 3 }),
    TypeError,
    "limit, size, maxEpisodeSteps",
  );
  assert(error.message.endsWith('got "limt" (did you mean "limit"?)'), error.message);
});

Deno.test("an option of another type is refused by name, in every environment", () => {
  const wrong = [null, [], () => 1, 10n];
  for (const id of registeredIds()) {
    if (id === "Counter-v0") continue;
    for (const name of Object.keys(envSpec(id).options)) {
      for (const value of wrong) {
        const error = assertThrows(() => make(id, { [name]: value }), Error, name);
        assert(error instanceof TypeError || error instanceof RangeError, error.name);
        assert(error.message.startsWith(`Cannot make ${id}: expected `), error.message);
      }
    }
  }
  assertThrows(
    () => make("CarRacing-v3", { continuous: "no" }),
    TypeError,
    'a boolean of continuous, got "no"',
  );
  assertThrows(() => make("CarTraffic-v0", { cars: "6" }), TypeError, 'a number of cars, got "6"');
});

Deno.test("an id is registered once", () => {
  assertThrows(() => register("Counter-v0", { create: () => make("Counter-v0"), options: {} }), TypeError);
});

Deno.test("a recipe skips frames and resizes", () => {
  const env = makeFromRecipe({ id: "Counter-v0", options: { size: 96 }, frameSkip: 3, agentView: true });
  env.reset({ seed: 1 });
  const { info, observation } = env.step([0.1, 0]);
  assertEquals([info.steps, observation.length], [3, 64 * 64 * 3]);
});
