import type {
  Learner,
  LearnerConfig,
  LearnerKind,
  OfflineConfig,
  OfflineKind,
  OnlineConfig,
  OnlineKind,
  RecordedEpisode,
} from "../learner_kind.ts";
import { returnOf } from "../offline/returns_to_go.ts";
import { agentEnvironments, agentSpaces } from "./agent_environments.ts";
import type { AgentEvent, AgentPlanEvent, RecordedSource } from "./events.ts";
import { readRecordings } from "./read_recordings.ts";

/** A learner, and what it learns from. */
export interface Learning {
  /** What learns. */
  learner: Learner;
  /** What from, for people. */
  from: AgentPlanEvent["from"];
  /** Learns for a round. */
  round(): Promise<Record<string, number>>;
  /** Frees the learner, and the environments where there are some. */
  close(): Promise<void>;
}

/**
 * Makes a learner, and the environments or the recorded episodes that it learns from.
 *
 * @throws RangeError or TypeError for options that do not fit the environment or the recordings.
 */
export async function beginLearning(
  kind: LearnerKind,
  config: LearnerConfig,
  hooks: { onEvent?: (event: AgentEvent) => void; signal?: AbortSignal },
): Promise<Learning> {
  return kind.learnsFrom === "environments"
    ? await fromEnvironments(kind, config as OnlineConfig)
    : await fromRecordings(kind, config as OfflineConfig, hooks);
}

async function fromEnvironments(kind: OnlineKind, config: OnlineConfig): Promise<Learning> {
  const { environments } = config;
  const env = agentEnvironments(config, environments);
  try {
    const learner = kind.create(config, { observations: env.observationSpace, actions: env.actionSpace });
    return {
      learner,
      from: { environments },
      round: () => learner.learn(env),
      close() {
        learner.dispose();
        return env.close();
      },
    };
  } catch (error) {
    await env.close();
    throw error;
  }
}

async function fromRecordings(
  kind: OfflineKind,
  config: OfflineConfig,
  { onEvent, signal }: { onEvent?: (event: AgentEvent) => void; signal?: AbortSignal },
): Promise<Learning> {
  const onRead = (done: number, of: number) => onEvent?.({ type: "work", name: "read", done, of });
  const { episodes, leftOut } = await readRecordings(config, { onRead, signal });
  const learner = kind.create(config, agentSpaces(config), episodes);
  return {
    learner,
    from: describe(episodes, leftOut),
    round: () => learner.learn(),
    close: () => Promise.resolve(learner.dispose()),
  };
}

function describe(episodes: readonly RecordedEpisode[], leftOut: number): RecordedSource {
  const returns = episodes.map(returnOf);
  const sum = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    episodes: episodes.length,
    leftOut,
    decisions: sum(episodes.map(({ rewards }) => rewards.length)),
    returns: [Math.min(...returns), sum(returns) / returns.length, Math.max(...returns)],
  };
}
