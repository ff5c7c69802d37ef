import type { Env, EnvState, Observation, Transition } from "../env.ts";
import { type Checker, describe } from "./checker.ts";
import { deepEqual, equalNumbers } from "./deep_equal.ts";

/** What is seen of an environment from some point on. */
interface Future {
  observations: Observation[];
  transitions: Transition[];
}

/** A state is an object of plain values, and asking for it changes nothing; also before the first reset. */
export function checkSaving(check: Checker): void {
  const { env } = check;
  for (const begin of [() => {}, () => env.reset(check.start)]) {
    begin();
    const state = env.getState();
    check.expect(typeof state === "object" && state !== null, "an object from getState", describe(state));
    const kept = check.plain(state, "a state");
    check.expect(deepEqual(env.getState(), kept), "getState to give the same twice", "another state");
  }
}

/**
 * Saves the state in the middle of an episode, goes on, and goes back: the future must be the same, here and in
 * `other`, and a state must be the caller's to keep.
 */
export function checkStates(check: Checker, steps: number, other?: Env<Observation>): void {
  const { env } = check;
  const actions = check.actions(steps, "states");
  env.reset(check.start);
  for (const action of actions.slice(0, Math.floor(steps / 3))) {
    const { terminated, truncated } = env.advance(action);
    if (terminated || truncated) env.reset();
  }
  const state = env.getState();
  const kept = structuredClone(state);
  const future = goOn(env, actions);
  check.expect(
    deepEqual(state, kept),
    "a state that later steps leave as it is",
    "one that changed (return a copy)",
  );
  env.setState(state);
  sameFuture(check, future, goOn(env, actions), "setState");
  check.expect(deepEqual(state, kept), "setState to leave the state as it is", "one that changed");
  env.setState(kept);
  check.expect(deepEqual(env.getState(), state), "getState after setState to give that state", "another one");
  sameFuture(check, future, goOn(env, actions), "setState, a second time");
  if (other) {
    other.setState(kept);
    sameFuture(check, future, goOn(other, actions), "setState in another environment");
  }
  refusesForeign(check, kept);
}

function goOn(env: Env<Observation>, actions: ArrayLike<number>[]): Future {
  const future: Future = { observations: [env.observe().slice()], transitions: [] };
  for (const action of actions) {
    const { observation, ...transition } = env.step(action);
    future.observations.push(observation.slice());
    future.transitions.push(structuredClone(transition));
    if (!transition.terminated && !transition.truncated) continue;
    future.observations.push(env.reset().observation.slice());
  }
  return future;
}

function sameFuture(check: Checker, first: Future, second: Future, after: string): void {
  const alike = first.observations.findIndex((one, i) => !equalNumbers(one, second.observations[i] ?? []));
  check.expect(alike < 0, `equal observations after ${after}`, `another one at step ${alike}`);
  const same = first.transitions.findIndex((one, i) => !deepEqual(one, second.transitions[i]));
  check.expect(
    same < 0,
    `equal rewards, endings and infos after ${after}`,
    `different ones at step ${same + 1}`,
  );
}

/** States of something else are refused, and change nothing. */
function refusesForeign(check: Checker, state: EnvState): void {
  const { env } = check;
  env.setState(state);
  const foreign: Record<string, EnvState> = {
    "an empty state": {},
    "a state of something else": { foreign: 1 },
  };
  for (const key of Object.keys(state)) {
    const { [key]: _, ...rest } = state;
    foreign[`a state without "${key}"`] = rest;
  }
  for (const [name, wrong] of Object.entries(foreign)) check.refuses(() => env.setState(wrong), name);
  check.expect(deepEqual(env.getState(), state), "refused states to change nothing", "another state");
}
