import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Env,
  envSpec,
  make,
  makeFromRecipe,
  makeParallel,
  type Observation,
  parseRecording,
  RecordInMemory,
  registeredIds,
  registeredParallelIds,
  type RenderOptions,
  type ResetOptions,
  spaceSize,
  SyncVectorEnv,
  WorkerVectorEnv,
} from "../../envs/mod.ts";
import { LONGEST_SIDE } from "../../envs/read_render_options.ts";
import { isRedrawable } from "../../envs/wrappers/wrapper.ts";

/** The options of `reset`, each with a value that it takes; environments that are not named take none. */
const RESET_OPTIONS: Record<string, Record<string, unknown>> = {
  "CarRacing-v3": { randomize: false },
  "CarRacingLap-v0": { randomize: false },
  "CartPole-v1": { low: 0, high: 0.01 },
  "MountainCarContinuous-v0": { low: -0.5, high: -0.5 },
  "Acrobot-v1": { low: 0, high: 0.01 },
  "Pendulum-v1": { xInit: 1, yInit: 0 },
};
const NO_OBJECTS = [null, 5, "options", true, [], [1], () => 1, new Map(), new Float32Array(2), new Date()];

/** What every environment of one agent or of several has, by the one way that all of this is tested. */
interface Called {
  id: string;
  reset(options?: ResetOptions): unknown;
  render(options?: RenderOptions): { width: number; height: number; data: Uint8Array };
  getState(): unknown;
}

/** Refused in one sentence of the house, by the right kind of error, and nothing has changed. */
function assertRefused(env: Called, verb: string, kind: ErrorConstructor, call: () => unknown, says = "") {
  const before = env.getState();
  const { message } = assertThrows(call, kind, says);
  assert(message.startsWith(`Cannot ${verb} ${env.id}: expected `), message);
  assert(message.includes(", got ") && !message.includes("\n") && message.length < 200, message);
  assertEquals(env.getState(), before, message);
}

function checkResets(env: Called): void {
  const known = RESET_OPTIONS[env.id] ?? {};
  const refused = (kind: ErrorConstructor, given: unknown, says?: string) =>
    assertRefused(env, "reset", kind, () => env.reset(given as ResetOptions), says);
  for (const value of NO_OBJECTS) {
    refused(TypeError, { seed: 1, options: value }, "expected a plain object of options, got ");
    refused(TypeError, value, "expected a plain object of arguments, got ");
  }
  refused(TypeError, { sead: 1 }, '"sead" (did you mean "seed"?)');
  for (const seed of [null, "1", [1], 1n]) {
    refused(TypeError, { seed }, "an integer in 0 .. 2 ** 53 - 1 as the seed");
  }
  for (const seed of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    refused(RangeError, { seed }, `the seed, got ${seed}`);
  }

  const names = Object.keys(known);
  const all = names.length > 0 ? `options among ${names.join(", ")}, got` : "no options (it takes none), got";
  refused(TypeError, { seed: 1, options: { zzzzzzzzz: undefined } }, `${all} "zzzzzzzzz"`);
  for (const [name, value] of Object.entries(known)) {
    refused(TypeError, { options: { ...known, [`${name}s`]: value } }, `did you mean "${name}"?`);
    for (const wrong of [null, "no", [value], { value }, 3n]) {
      refused(
        TypeError,
        { seed: 1, options: { [name]: wrong } },
        `expected a ${typeof value} of ${name}, got `,
      );
    }
    if (typeof value !== "number") continue;
    for (const wrong of [NaN, Infinity]) refused(RangeError, { options: { [name]: wrong } }, `got ${wrong}`);
  }
  if ("low" in known) refused(RangeError, { options: { low: 1, high: 0 } }, "low <= high, got 1 and 0");
  env.reset({ seed: undefined, options: undefined });
  env.reset({ seed: 1, options: Object.assign(Object.create(null), known) });
  env.reset({ seed: 1, options: Object.fromEntries(names.map((name) => [name, undefined])) });
}

/** What is no action: also what Gymnasium takes, and what other languages call a number. */
function checkActions(env: Env<Observation>): void {
  const size = spaceSize(env.actionSpace);
  const refused = (action: unknown, says: string) => {
    for (const verb of ["step", "advance"] as const) {
      assertRefused(env, "step", TypeError, () => env[verb](action as number[]), says);
    }
  };
  refused(1, "got the number 1; pass it as a list, [1]");
  refused(1n, "got the number 1n; pass it as a list, [1]");
  refused("1".repeat(size), `got "${"1".repeat(size)}"`);
  for (const value of [undefined, null, {}]) refused(value, ", got ");
  for (const wrong of ["1", 1n, null, [1], NaN]) refused(new Array(size).fill(wrong), ", got [");
  refused(new Array(size + 1).fill(0), `got [${new Array(size + 1).fill(0).join(", ")}]`);
}

function checkRenders(env: Called): void {
  const refused = (kind: ErrorConstructor, given: unknown, says?: string) =>
    assertRefused(env, "render", kind, () => env.render(given as RenderOptions), says);
  for (const value of NO_OBJECTS) refused(TypeError, value, "expected a plain object of options, got ");
  refused(TypeError, { widht: 100 }, '"widht" (did you mean "width"?)');
  refused(RangeError, { view: "birdseye" }, 'expected the view "agent" or "birdsEye", got "birdseye"');
  for (const view of [null, 1, {}]) refused(TypeError, { view }, "expected the view");
  for (const view of ["agent", "birdsEye"] as const) {
    for (const side of ["width", "height"]) {
      for (const pixels of [0, -96, 1.5, NaN, Infinity, LONGEST_SIDE + 1, 2 ** 31, 1e300]) {
        refused(RangeError, { view, [side]: pixels }, `as its ${side}, got ${pixels}`);
      }
      for (const pixels of [null, "96", [96]]) refused(TypeError, { view, [side]: pixels }, `as its ${side}`);
    }
  }
  assertEquals(env.render({ width: undefined, view: undefined }), env.render());
  const { width, height, data } = env.render({ width: 7, height: 8 });
  assertEquals([width, height, data.length], [7, 8, 7 * 8 * 3]);
  env.render({ width: 1, height: LONGEST_SIDE / 4, view: "birdsEye" });
}

/** Targets that an observation does not fit into. */
function wrongTargets(space: Env["observationSpace"]): [ErrorConstructor, unknown, string][] {
  const size = spaceSize(space);
  const [Kind, Other] = space.dtype === "uint8" ? [Uint8Array, Float32Array] : [Float32Array, Uint8Array];
  return [
    [
      RangeError,
      new Kind(size + 1),
      `a ${Kind.name} of ${size} as its target, got a ${Kind.name} of ${size + 1}`,
    ],
    [RangeError, new Kind(0), `got a ${Kind.name} of 0`],
    [TypeError, new Other(size), `got a ${Other.name} of ${size}`],
    [TypeError, new Float64Array(size), `got a Float64Array of ${size}`],
    [TypeError, new Array(size).fill(0), `got an array of ${size}`],
    [TypeError, null, "got null"],
  ];
}

Deno.test("wrappers, recipes and vectors that are put together wrongly say so in one sentence", () => {
  const recipe = { id: "CartPole-v1" };
  const wrong = (value: unknown) => value as never;
  const calls: [ErrorConstructor, () => unknown, string][] = [
    [TypeError, () => new SyncVectorEnv(wrong(recipe)), "expected an array of environments, got an Object"],
    [TypeError, () => new SyncVectorEnv(wrong([recipe])), "expected an array of environments, got"],
    [TypeError, () => new SyncVectorEnv([], wrong({ autoReset: "sameStep" })), 'did you mean "autoreset"?'],
    [RangeError, () => new SyncVectorEnv([]), "expected at least 1 environment, got 0"],
    [
      TypeError,
      () => new WorkerVectorEnv(wrong([make("CartPole-v1")]), { count: 2 }),
      "plain object of a recipe",
    ],
    [
      TypeError,
      () => new WorkerVectorEnv(recipe, wrong(undefined)),
      "a plain object of options, got undefined",
    ],
    [TypeError, () => new WorkerVectorEnv(recipe, wrong({ counts: 2 })), 'did you mean "count"?'],
    [RangeError, () => new WorkerVectorEnv(recipe, wrong({})), "an integer > 0 of count, got undefined"],
    [TypeError, () => makeFromRecipe(wrong("CartPole-v1")), 'a plain object of a recipe, got "CartPole-v1"'],
    [TypeError, () => makeFromRecipe(wrong({ ...recipe, wrapper: [] })), 'did you mean "wrappers"?'],
    [TypeError, () => makeFromRecipe({ ...recipe, wrappers: wrong({}) }), 'a list of ["Name", { options }]'],
    [TypeError, () => makeFromRecipe({ ...recipe, wrappers: wrong(["TimeLimit"]) }), "got an array of 1"],
    [RangeError, () => makeFromRecipe({ ...recipe, wrappers: wrong([["TimeLimits"]]) }), '"TimeLimit"?'],
  ];
  for (const [kind, call, says] of calls) {
    const { message } = assertThrows(call, kind, says);
    assert(
      /^Cannot [^\n]*expected [^\n]*got [^\n]*$/.test(message) || message.includes("did you mean"),
      message,
    );
  }
});

Deno.test("an action too large for its environment is refused or clipped: nothing that is seen stops being finite", () => {
  for (const id of registeredIds()) {
    for (const size of [1e39, -1e300, 3e38, -3e38]) {
      const env = make<Observation>(id);
      env.reset({ seed: 1 });
      try {
        for (let step = 0; step < 3; step++) {
          const { reward, observation } = env.step(new Array(spaceSize(env.actionSpace)).fill(size));
          assert(Number.isFinite(reward) && observation.every(Number.isFinite), `${id}: ${size}, ${reward}`);
        }
      } catch (error) {
        assert(error instanceof TypeError || error instanceof RangeError, `${id}: ${error}`);
        assert(/^Cannot step [^\n]*expected [^\n]*got [^\n]*$/.test(error.message), error.message);
      }
    }
  }
});

Deno.test("a reset that is refused changes nothing in a recording", () => {
  const env = new RecordInMemory(make<Observation>("CartPole-v1"));
  env.reset({ seed: 1 });
  const before = env.getState();
  for (const wrong of [{ options: { low: "x" } }, { seed: -1 }, { sead: 1 }, null]) {
    assertThrows(() => env.reset(wrong as ResetOptions), Error, "Cannot reset CartPole-v1");
  }
  assertEquals(env.getState(), before);
  for (let step = 0; step < 3; step++) env.step([1]);
  env.close();
  assertEquals(parseRecording(env.bytes()).steps, 3);
});

/** Every environment with every kind of observation. */
const MADE = registeredIds().flatMap((id) =>
  ("observation" in envSpec(id).options ? ["rgb", "gray", "state"] : [undefined])
    .map((observation) => ({ id, observation }))
);

for (const { id, observation } of MADE) {
  Deno.test(`${id}${observation ? `, ${observation}` : ""}: bad calls are refused and change nothing`, () => {
    const env = make<Observation>(id, observation ? { observation } : {});
    env.reset({ seed: 3 });
    for (let step = 0; step < 2; step++) env.advance(new Float32Array(spaceSize(env.actionSpace)));
    const before = env.observe();
    if (observation === undefined || observation === "rgb") {
      checkRenders(env);
      assertEquals(env.observe(), before);
    }
    for (const [kind, target, says] of wrongTargets(env.observationSpace)) {
      assertRefused(env, "observe", kind, () => env.observe(target as Observation), says);
    }
    if (isRedrawable(env)) {
      const { stateSize } = env;
      const state = env.saveState();
      for (const wrong of [new Float64Array(stateSize - 1), new Float64Array(stateSize + 1)]) {
        const says = `a Float64Array of ${stateSize} as its `;
        assertRefused(env, "save the state of", RangeError, () => env.saveState(wrong), says);
        assertRefused(env, "redraw", RangeError, () => env.redraw(wrong), says);
      }
      const floats = new Float32Array(stateSize) as unknown as Float64Array;
      assertRefused(env, "save the state of", TypeError, () => env.saveState(floats));
      for (const wrong of [floats, [...state], null, "state"]) {
        assertRefused(env, "redraw", TypeError, () => env.redraw(wrong as Float64Array));
      }
      for (const [at, number] of [[0, NaN], [stateSize - 1, -Infinity]]) {
        const wrong = state.with(at, number);
        const says = `expected finite numbers, got ${number} at index ${at}`;
        assertRefused(env, "redraw", RangeError, () => env.redraw(wrong), says);
      }
      for (const [kind, target, says] of wrongTargets(env.observationSpace)) {
        assertRefused(env, "redraw", kind, () => env.redraw(state, target as Observation), says);
      }
      assertEquals(env.redraw(state), before);
    }
    assertEquals(env.observe(), before);
    checkActions(env);
    checkResets(env);
    env.close();
  });
}

for (const id of registeredParallelIds()) {
  Deno.test(`${id} of several agents: bad calls are refused and change nothing`, () => {
    const env = makeParallel<Observation>(id);
    env.reset({ seed: 3 });
    const [agent] = env.possibleAgents;
    const before = env.observe(agent);
    checkRenders(env);
    for (const [kind, target, says] of wrongTargets(env.observationSpace(agent))) {
      assertRefused(env, "observe", kind, () => env.observe(agent, target as Observation), says);
    }
    assertThrows(() => env.render({ agent: "nobody" }), TypeError, `of ${id}: expected one of ${agent}`);
    assertEquals(env.observe(agent), before);
    checkResets(env);
    env.close();
  });
}

Deno.test("the seat of a race does not take another agent to render", () => {
  const env = make("CarRace-v0");
  env.reset({ seed: 1 });
  const given = { agent: "car_1" } as RenderOptions;
  assertRefused(env, "render", TypeError, () => env.render(given), 'width, height, view, got "agent"');
});

Deno.test("make refuses options that are no plain object", () => {
  for (const value of NO_OBJECTS) {
    const options = value as unknown as Record<string, unknown>;
    for (const id of registeredIds()) {
      assertThrows(() => make(id, options), TypeError, "a plain object of options");
    }
    assertThrows(() => makeParallel("CarRace-v0", options), TypeError, "a plain object of options");
  }
});
