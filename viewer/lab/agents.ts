import type { Agent } from "../../agents/agent.ts";
import { evaluate } from "../../agents/evaluate.ts";
import { LEARNER_KINDS } from "../../agents/kinds.ts";
import type { LearnerConfig, LearnerKind } from "../../agents/learner_kind.ts";
import {
  agentControls,
  agentEnvironments,
  agentSpaces,
  rememberedBy,
} from "../../agents/train_agent/agent_environments.ts";
import { describeFields } from "../../core/fields/describe_fields.ts";
import type { Config } from "../../core/fields/field.ts";
import { agentSight } from "../../envs/agent_view.ts";
import type { Env, Observation } from "../../envs/env.ts";
import { make } from "../../envs/registry.ts";
import { Discrete, spaceSize } from "../../envs/spaces.ts";
import { RecordInMemory } from "../../envs/wrappers/recorded_env.ts";
import { ShownEnv } from "../../envs/wrappers/shown_env.ts";
import { checkConfig } from "../../generative/train/resolve_config.ts";
import { inTurn } from "./blocks.ts";
import type { Decision, Shown } from "./lab.ts";
import {
  type OpenedModel,
  type Pause,
  registerModelKind,
  type RunContent,
  type RunningAgent,
} from "./model_kinds.ts";
import { checkLength } from "./world_parts.ts";

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
  const table = kind.acting?.(arrays);
  /** @throws RangeError or TypeError for what it cannot be asked for. */
  const load = (acting?: Config) => {
    const asked = table && checkConfig(table, { ...table.defaults, ...acting });
    return kind.load(config, agentSpaces(config), arrays, asked);
  };
  load().close?.(); // says now what is missing
  const drive = async (seed: number, acting?: Config): Promise<Uint8Array> => {
    const agent = load(acting);
    const recorders: RecordInMemory<Observation>[] = [];
    const around = (env: Env<Observation>) => {
      const recorder = new RecordInMemory(env, { metadata: { driver: "controller", run: name } });
      recorders.push(recorder);
      return recorder;
    };
    const env = agentEnvironments(config, 1, { around });
    try {
      const { actionSize } = agent;
      const act = pauses(agent.act.bind(agent), pause);
      await evaluate({ actionSize, reset: agent.reset.bind(agent), act }, env, { seeds: [seed] });
      return recorders[0].bytes();
    } finally {
      agent.close?.();
      await env.close();
    }
  };
  return {
    card: { latentSize: 0 },
    abilities: [],
    driver: {
      card: {
        environment: config.environment,
        frameSkip: config.frameSkip,
        ...table && { acting: describeFields(table) },
      },
      drive: ({ seed, acting }) => drive(seed, acting),
      wake: (acting) => wakeAgent(load(acting), config),
    },
    dispose() {},
  };
}

/**
 * An agent at a drive that others may take part in: it sees every decision's moment, and what others did by what came of
 * it.
 */
function wakeAgent(agent: Agent<Observation>, config: LearnerConfig): RunningAgent {
  const env = make<Observation>(config.environment);
  const shown = new ShownEnv(agentSight(env));
  const remembered = rememberedBy(shown, config);
  const discrete = env.actionSpace instanceof Discrete;
  const toActions = discrete ? undefined : agentControls(config, env.actionSpace).toActions;
  agent.reset(1);
  const size = spaceSize(shown.observationSpace);
  const turns = inTurn();
  let begun = false;
  const decide = async ({ observation, reward }: Shown): Promise<Decision> => {
    checkLength(observation, [size], "see an observation");
    shown.show(observation);
    const seen = begun ? remembered.step([]) : remembered.reset();
    begun = true;
    const decided = await agent.act({ observations: seen.observation, rewards: [reward] });
    return {
      action: toActions?.(decided) ?? decided,
      ...agent.attended && { attended: agent.attended()[0] },
    };
  };
  return {
    decide: (shown) => turns(() => decide(shown)),
    dispose() {
      agent.close?.();
      env.close();
    },
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
