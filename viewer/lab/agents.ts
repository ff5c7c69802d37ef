import { evaluate } from "../../agents/evaluate.ts";
import { LEARNER_KINDS } from "../../agents/kinds.ts";
import type { LearnerConfig, LearnerKind } from "../../agents/learner_kind.ts";
import { agentEnvironments, agentSpaces } from "../../agents/train_agent/agent_environments.ts";
import type { Env, Observation } from "../../envs/env.ts";
import { RecordInMemory } from "../../envs/wrappers/recorded_env.ts";
import { checkConfig } from "../../generative/train/resolve_config.ts";
import { inTurn } from "./blocks.ts";
import { type OpenedModel, type Pause, registerModelKind, type RunContent } from "./model_kinds.ts";

/** Decisions between pauses. */
const BLOCK = 8;

LEARNER_KINDS.forEach(registerAgent);

/** Makes agents of a kind known to every lab of this process, beside those that come with Somnium. */
export function registerAgent(kind: LearnerKind): void {
  registerModelKind({ kind: kind.name, open: (run, pause) => openAgent(kind, run, pause) });
}

/** An agent without a world model: it acts in reality, and has no pictures of its own. */
function openAgent(
  kind: LearnerKind,
  { name, config: unchecked, arrays }: RunContent,
  pause: Pause,
): OpenedModel {
  const config: LearnerConfig = checkConfig(kind.fields, unchecked);
  const agent = kind.load(config, agentSpaces(config), arrays);
  const pausing = pauses(agent.act.bind(agent), pause);
  const turns = inTurn();
  const drive = async (seed: number): Promise<Uint8Array> => {
    const recorders: RecordInMemory<Observation>[] = [];
    const around = (env: Env<Observation>) => {
      const recorder = new RecordInMemory(env, { metadata: { driver: "controller", run: name } });
      recorders.push(recorder);
      return recorder;
    };
    const env = agentEnvironments(config, 1, { around });
    try {
      const { actionSize } = agent;
      await evaluate({ actionSize, reset: agent.reset.bind(agent), act: pausing }, env, { seeds: [seed] });
      return recorders[0].bytes();
    } finally {
      await env.close();
    }
  };
  return {
    card: { latentSize: 0 },
    abilities: [],
    driver: { environment: config.environment, drive: ({ seed }) => turns(() => drive(seed)) },
    dispose: () => agent.close?.(),
  };
}

/** A function that lets other calls in now and then. */
function pauses<A extends unknown[], R>(
  act: (...args: A) => Promise<R>,
  pause: Pause,
): (...args: A) => Promise<R> {
  let count = 0;
  return async (...args) => {
    if (++count % BLOCK === 0) await pause();
    return await act(...args);
  };
}
