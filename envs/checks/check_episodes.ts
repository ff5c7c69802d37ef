import type { EnvState, Observation, ResetResult, Transition } from "../env.ts";
import { isRedrawable } from "../wrappers/wrapper.ts";
import type { Checker } from "./checker.ts";
import { deepEqual, equalNumbers, shareMemory } from "./deep_equal.ts";

/** What was seen of an episode: copies. */
interface Trace {
  observations: Observation[];
  transitions: Transition[];
  /** What pictures are drawn from, where the environment can redraw. */
  pictures: Float64Array[];
  /** The state at the end. */
  end: EnvState;
  /** What the reset returned: no copy. */
  reset: ResetResult<Observation>;
}

/** Plays an episode twice by `step` and once by `advance` and `observe`: it must be the same. */
export function checkEpisodes(check: Checker, steps: number): void {
  const trace = playEpisode(check, steps, "step");
  const again = playEpisode(check, steps, "step");
  checkSame(check, trace, again, "the same seed and actions");
  const shared = shareMemory(trace.reset, again.reset);
  check.expect(
    !shared,
    "a new observation and info from every reset",
    "the memory of the last (return copies)",
  );
  checkSame(check, trace, playEpisode(check, steps, "advance"), "advance and observe instead of step");
  checkRedraws(check, trace);
}

/** Runs an episode of seeded random actions; what was returned must be the caller's to keep. */
function playEpisode(check: Checker, steps: number, by: "step" | "advance"): Trace {
  const { env } = check;
  const first = check.reset(check.start);
  const again = env.observe();
  const equal = equalNumbers(again, first.observation);
  check.expect(equal, "observe after reset to equal the reset's observation", "another");
  const trace: Trace = {
    observations: [first.observation.slice()],
    transitions: [],
    pictures: [],
    end: {},
    reset: first,
  };
  const returned = [first.observation];
  const infos = [first.info];
  if (isRedrawable(env)) trace.pictures.push(env.saveState().slice());
  const target = check.target();
  for (const action of check.actions(steps)) {
    const before = action.slice();
    const transition = by === "step" ? env.step(action) : env.advance(action);
    check.transition(transition);
    check.expect(equalNumbers(action, before), `${by} to leave the action as it is`, "a changed one");
    const seen = by === "step"
      ? (transition as { observation?: Observation }).observation!
      : env.observe(target);
    check.expect(by === "step" || seen === target, "observe(target) to return its target", "another array");
    check.observation(seen, by);
    if (by === "advance") {
      check.expect(
        equalNumbers(env.observe(), seen),
        "observe to give the same twice",
        "another observation",
      );
    } else {
      const shared = returned.some((one) => shareMemory(one, seen));
      check.expect(
        !shared,
        "a new observation from every step",
        "the memory of an earlier one (return copies)",
      );
      const same = infos.some((one) => shareMemory(one, transition.info));
      check.expect(!same, "a new info from every step", "an earlier one again");
      returned.push(seen);
      infos.push(transition.info);
    }
    trace.observations.push(seen.slice());
    const { reward, terminated, truncated, info } = transition;
    const early = trace.transitions.length === 0 && truncated;
    check.expect(!early, "an episode of more than one step", "one truncated after its first step");
    trace.transitions.push({ reward, terminated, truncated, info: structuredClone(info) });
    if (isRedrawable(env)) trace.pictures.push(env.saveState().slice());
    if (terminated || truncated) break;
  }
  trace.end = structuredClone(env.getState());
  const kept = returned.every((one, i) => by === "advance" || equalNumbers(one, trace.observations[i]));
  check.expect(kept, "observations that later steps leave as they were", "ones that changed (return copies)");
  return trace;
}

/** Compares two episodes. */
function checkSame(check: Checker, first: Trace, second: Trace, when: string): void {
  const { observations, transitions } = second;
  const lengths = first.transitions.length === transitions.length;
  check.expect(lengths, `an equally long episode with ${when}`, `${transitions.length} steps`);
  for (let i = 0; i < observations.length; i++) {
    const step = i === 0 ? "reset" : `step ${i}`;
    const alike = equalNumbers(first.observations[i], observations[i]);
    check.expect(alike, `an equal observation with ${when}`, `another one at ${step}`);
    if (i === 0) continue;
    const [a, b] = [first.transitions[i - 1], transitions[i - 1]];
    const rewards = `${a.reward} and ${b.reward} at ${step}`;
    check.expect(Object.is(a.reward, b.reward), `equal rewards with ${when}`, rewards);
    const flags = a.terminated === b.terminated && a.truncated === b.truncated;
    check.expect(flags, `equal endings with ${when}`, `different ones at ${step}`);
    check.expect(deepEqual(a.info, b.info), `equal infos with ${when}`, `different ones at ${step}`);
  }
  const ends = deepEqual(innermost(first.end), innermost(second.end));
  check.expect(ends, `an equal state at last with ${when}`, "another one");
}

/** The state of the environment within its wrappers: these may keep a history of earlier episodes. */
function innermost(state: EnvState): EnvState {
  return isState(state.inner) ? innermost(state.inner) : state;
}

function isState(value: unknown): value is EnvState {
  return typeof value === "object" && value !== null;
}

/** Saved pictures, drawn in a later episode with the same seed, are those of the first. */
function checkRedraws(check: Checker, trace: Trace): void {
  const { env } = check;
  if (!isRedrawable(env)) return;
  env.reset(check.start);
  trace.pictures.forEach((picture, i) => {
    const size = env.stateSize;
    check.expect(picture.length === size, `${size} numbers in a saved picture`, `${picture.length}`);
    const alike = equalNumbers(env.redraw(picture), trace.observations[i]);
    check.expect(alike, "redraw to give the same picture", `another one at step ${i}`);
  });
  const present = equalNumbers(env.observe(), trace.observations[0]);
  check.expect(present, "redraw to leave the episode as it is", "a change");
}
