import { spaceSize } from "../spaces.ts";
import type { Checker } from "./checker.ts";
import { deepEqual, equalNumbers, shareMemory } from "./deep_equal.ts";

/** Calls before the first reset are refused. */
export function checkBeforeReset(check: Checker): void {
  const { env } = check;
  const [action] = check.actions(1);
  check.refuses(() => env.step(action), "step before the first reset");
  check.refuses(() => env.advance(action), "advance before the first reset");
  check.refuses(() => env.observe(), "observe before the first reset");
}

/** Seeds decide episodes, a reset without one goes on from there, and a reset's options are read. */
export function checkSeeds(check: Checker): void {
  const { env, start } = check;
  const first = beginTwice(check, start.seed);
  const again = beginTwice(check, start.seed);
  const kept = equalNumbers(first.then, again.then) && deepEqual(first.thenState, again.thenState);
  check.expect(kept, "the same episode from reset() after the same seed", "another one");
  const other = beginTwice(check, start.seed + 1);
  const seeded = !deepEqual(first.state, other.state);
  check.expect(seeded, "another state from another seed", "the same one (seeds do nothing)");
  const goesOn = !deepEqual(first.thenState, other.thenState);
  check.expect(goesOn, "reset() to continue from the last seed", "the same state after every seed");
  if (!equalNumbers(first.observation, other.observation)) {
    const repeats = deepEqual(first.state, first.thenState);
    check.expect(!repeats, "reset() to start another episode", "the seeded one again");
  }
  for (const seed of [-1, 0.5, NaN]) {
    check.refuses(() => env.reset({ seed }), `a reset with seed ${seed}`);
  }
  check.reset({ ...start, options: Object.freeze({ ...start.options }) }, "a reset with options");
}

/** A seeded episode's beginning and that of the next one, reached by a few steps and a reset without a seed. */
function beginTwice(check: Checker, seed: number) {
  const { env, start } = check;
  const { observation } = check.reset({ ...start, seed });
  const state = structuredClone(env.getState());
  for (const action of check.actions(3)) {
    const { terminated, truncated } = env.advance(action);
    if (terminated || truncated) break;
  }
  const { observation: then } = check.reset({ options: start.options }, "a reset without a seed");
  return { observation, state, then, thenState: structuredClone(env.getState()) };
}

/** Actions that do not belong are refused, and change nothing. */
export function checkRefusals(check: Checker): void {
  const { env } = check;
  env.reset(check.start);
  const before = structuredClone(env.getState());
  const { actionSpace } = env;
  const size = spaceSize(actionSpace);
  const bad: Record<string, number[]> = {
    "an action that is too long": new Array(size + 1).fill(0),
    "an empty action": [],
    "an action of NaN": new Array(size).fill(NaN),
  };
  if ("count" in actionSpace) {
    bad["an action beyond the last"] = [actionSpace.count as number];
    bad["a negative action"] = [-1];
    bad["an action of one half"] = [0.5];
  }
  for (const [name, action] of Object.entries(bad)) {
    check.refuses(() => env.step(action), name);
    check.refuses(() => env.advance(action), name);
  }
  check.expect(deepEqual(env.getState(), before), "refused actions to change nothing", "another state");
}

/** A picture for people is whole, new, and taking it changes nothing. */
export function checkPicture(check: Checker): void {
  const { env } = check;
  env.reset(check.start);
  const before = structuredClone(env.getState());
  const { width, height, data } = env.render();
  const whole = data instanceof Uint8Array && width > 0 && height > 0 && data.length === width * height * 3;
  check.expect(
    whole,
    "render to give width x height x 3 bytes",
    `${width} x ${height} and ${data?.length} bytes`,
  );
  const shared = shareMemory(env.render().data, data);
  check.expect(!shared, "a new picture from every render", "the memory of the last");
  check.expect(deepEqual(env.getState(), before), "render to leave the episode as it is", "another state");
}

/** Goes on to an ending, then one step further. */
export function checkEnding(check: Checker, most: number): void {
  const { env } = check;
  env.reset(check.start);
  for (const action of check.actions(most, "ending")) {
    const transition = env.advance(action);
    check.transition(transition);
    if (!transition.terminated && !transition.truncated) continue;
    check.observation(env.observe(), "the end");
    check.refuses(() => env.step(action), "a step after the end");
    check.refuses(() => env.advance(action), "a step after the end");
    env.reset(check.start);
    check.transition(env.advance(action));
    return;
  }
}

/** A closed environment refuses calls; closing it again is allowed. */
export function checkClosing(check: Checker): void {
  const { env } = check;
  env.reset(check.start);
  const state = env.getState();
  env.close();
  check.refuses(() => env.reset(check.start), "reset after close");
  check.refuses(() => env.step(check.actions(1)[0]), "step after close");
  check.refuses(() => env.observe(), "observe after close");
  check.refuses(() => env.setState(state), "setState after close");
  let got = "";
  try {
    env.close();
  } catch (error) {
    got = String(error);
  }
  check.expect(got === "", "close to be allowed twice", got);
}
