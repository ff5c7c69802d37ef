import { assert, assertEquals } from "@std/assert";
import {
  type Env,
  type EnvState,
  make,
  makeFromRecipe,
  type Observation,
  RecordInMemory,
  registeredIds,
  spaceSize,
  type WrapperRecipe,
} from "../../envs/mod.ts";

/** What stands in a state for something else. */
const WRONG = [
  undefined,
  null,
  true,
  "x",
  -1,
  0.5,
  NaN,
  1e300,
  3n,
  {},
  [],
  [1],
  new Float64Array(1),
  () => 1,
];
/** The same for what lies deep, where environments of many parts have hundreds of places. */
const WRONG_INSIDE = [undefined, "x", NaN, 3n, []];

/** A state in which one part, however deep, is something else; of arrays the first and the last element. */
function* damaged(state: EnvState): Generator<{ path: string; state: EnvState }> {
  for (const value of WRONG) yield { path: "", state: value as unknown as EnvState };
  for (const path of pathsOf(state)) {
    for (const value of path.length > 3 ? WRONG_INSIDE : WRONG) {
      const copy = structuredClone(state);
      let at = copy as Record<string, unknown>;
      for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
      at[path[path.length - 1]] = value;
      yield { path: `${path.join(".")} = ${String(value)}`, state: copy };
    }
  }
}

function pathsOf(value: unknown): string[][] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  const names = Object.keys(value);
  const chosen = Array.isArray(value) ? [...new Set([names[0], names[names.length - 1]])] : names;
  return chosen.filter((name) => name !== undefined)
    .flatMap((
      name,
    ) => [[name], ...pathsOf((value as Record<string, unknown>)[name]).map((path) => [name, ...path])]);
}

/** An error of the house: what could not be done, what was expected and what came, in one sentence. */
function assertSentence(error: unknown, where: string): void {
  assert(error instanceof TypeError || error instanceof RangeError, `${where}: ${error}`);
  assert(/^Cannot [^\n]*expected [^\n]*got [^\n]*$/.test(error.message), `${where}: ${error.message}`);
}

function advanceOrReset(env: Env<Observation>): void {
  const { terminated, truncated } = env.step(new Float32Array(spaceSize(env.actionSpace)));
  if (terminated || truncated) env.reset();
}

const wrappers: WrapperRecipe[] = [
  ["FrameSkip", { skip: 2, maxPool: true }],
  ["FrameStack", { count: 2 }],
  ["NormalizeObservation"],
  ["NormalizeReward"],
  ["RecordEpisodeStatistics"],
];
const makers: Record<string, () => Env<Observation>> = {
  ...Object.fromEntries(registeredIds().map((id) => [id, () => make<Observation>(id)])),
  "CartPole-v1 in wrappers": () => makeFromRecipe<Observation>({ id: "CartPole-v1", wrappers }),
  "CartPole-v1, recorded": () => new RecordInMemory(make<Observation>("CartPole-v1")),
};

for (const [name, build] of Object.entries(makers)) {
  Deno.test(`${name}: a damaged state is refused in one sentence and changes nothing, or can be gone on from`, () => {
    const env = build();
    env.reset({ seed: 2 });
    for (let i = 0; i < 3; i++) advanceOrReset(env);
    const whole = env.getState();
    let refused = 0;
    for (const { path, state } of damaged(whole)) {
      try {
        env.setState(state);
      } catch (error) {
        refused++;
        assertSentence(error, `${name}, ${path}`);
        assertEquals(env.getState(), whole, `${name}, ${path}: refused, yet changed`);
        continue;
      }
      try {
        for (let i = 0; i < 3; i++) advanceOrReset(env);
      } catch (error) {
        assertSentence(error, `${name}, ${path}, going on`);
      }
      env.setState(whole);
    }
    assert(refused > 20, `${refused} refused`);
    assertEquals(env.getState(), whole);
  });
}
