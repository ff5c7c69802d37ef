import type { Env, Observation } from "../../envs/env.ts";
import type { Recording } from "../../envs/recordings/reader.ts";
import { ReplayEnv } from "../../envs/recordings/replay_env.ts";
import { Discrete, sameSpace, type Space } from "../../envs/spaces.ts";
import { make } from "../../envs/registry.ts";
import type { LearnerConfig, RecordedEpisode } from "../learner_kind.ts";
import { agentControls, seenBy } from "./agent_environments.ts";

/** How far a recorded action may be from what follows from its decision, in units of the action's own. */
const TOLERANCE = 1e-4;

/**
 * A recorded episode as an agent of this configuration would have lived it: what it would have seen, by the wrappers that
 * it acts through, and decisions of its own controls.
 *
 * @param name What errors call the recording.
 * @throws TypeError for another environment or other spaces, and actions that such an agent does not take: not held for
 * `frameSkip` steps, or beyond its controls.
 */
export async function replayEpisode(
  recording: Recording,
  config: LearnerConfig,
  name: string,
): Promise<RecordedEpisode> {
  const { header, steps } = recording;
  const refuse: Refuse = (wanted, got) => {
    throw new TypeError(`Cannot learn from "${name}": expected ${wanted}, got ${got}`);
  };
  if (header.env !== config.environment) {
    refuse(`a recording of ${config.environment}`, `one of ${header.env}`);
  }
  const replay = await ReplayEnv.open<Observation>(recording);
  const env = seenBy(replay, config);
  try {
    checkSpaces(replay, refuse);
    const decide = decisions(config, replay.actionSpace);
    const seen: Observation[] = [], decided: Float32Array[] = [], rewards: number[] = [];
    let { observation } = env.reset();
    for (let step = 0; step < steps; step += config.frameSkip) {
      const action = heldAction(recording, { step, skip: config.frameSkip }, refuse);
      const { decision, carriedOut } = decide(action);
      if (carriedOut.some((value, i) => Math.abs(value - action[i]) > TOLERANCE)) {
        refuse(
          "actions that its controls can take",
          `[${action}] in step ${step}, where [${carriedOut}] is nearest; set the options of the controls to those of ` +
            "the recording",
        );
      }
      seen.push(observation);
      decided.push(decision);
      const next = env.step(action);
      rewards.push(next.reward);
      observation = next.observation;
    }
    return { observations: join(seen), actions: join(decided), rewards: Float64Array.from(rewards) };
  } finally {
    env.close();
  }
}

/** Says what was wanted and what came. */
type Refuse = (wanted: string, got: string) => void;

/** Refuses observations and actions that are not those of the environment without options. */
function checkSpaces({ id, observationSpace, actionSpace }: Env<Observation>, refuse: Refuse): void {
  const usual = make<Observation>(id);
  usual.close();
  const check = (what: string, wanted: Space, got: Space) => {
    if (sameSpace(wanted, got)) return;
    refuse(`the ${id} of default options`, `${what} of ${got.dtype} of shape [${got.shape.join(", ")}]`);
  };
  check("observations", usual.observationSpace, observationSpace);
  check("actions", usual.actionSpace, actionSpace);
}

/** The action of a step, which has to be that of the steps of the same decision. */
function heldAction(
  { header: { actionSize: size }, steps, actions }: Recording,
  { step, skip }: { step: number; skip: number },
  refuse: Refuse,
): Float32Array {
  const at = (step: number) => actions.subarray(step * size, (step + 1) * size);
  const action = at(step);
  for (let held = step + 1; held < Math.min(step + skip, steps); held++) {
    if (at(held).every((value, i) => value === action[i])) continue;
    refuse(
      `actions that are held for ${skip} steps`,
      `another one after ${held - step}; set --frame-skip to that of the recording`,
    );
  }
  return action;
}

/** Actions as decisions, and what these come to when they are carried out. */
function decisions(
  config: LearnerConfig,
  actions: Space,
): (action: Float32Array) => { decision: Float32Array; carriedOut: Float32Array } {
  if (actions instanceof Discrete) return (action) => ({ decision: action, carriedOut: action });
  const { toDecisions, toActions } = agentControls(config, actions);
  return (action) => {
    const decision = toDecisions(action);
    return { decision, carriedOut: toActions(decision) };
  };
}

/** Arrays of one length behind one another. */
function join<A extends Observation>(parts: readonly A[]): A {
  const [first] = parts, size = first.length;
  const joined = new (first.constructor as new (length: number) => A)(parts.length * size);
  parts.forEach((part, i) => joined.set(part, i * size));
  return joined;
}
