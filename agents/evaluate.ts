import type { Info, Observation, VectorEnv } from "../envs/env.ts";
import type { Cost } from "../envs/env_spec.ts";
import type { Agent } from "./agent.ts";

/** Real episodes that are driven side by side. */
export const SIDE_BY_SIDE = 32;

/** How {@link evaluate} drives. */
export interface EvaluateOptions {
  /** One episode each; they are taken in order as environments become free. */
  seeds: readonly number[];
  /** What is to be avoided, see `EnvSpec.cost`. @default nothing */
  cost?: Cost;
  /** Decisions after which an episode is cut. @default the environment's own limit alone */
  maxDecisions?: number;
  /** Decisions without a positive reward, one after another, after which an episode is cut. @default 0, never */
  patience?: number;
  /** Hands every decision on that belongs to an episode. */
  onDecision?: (decision: Decision) => void;
  /** Hands every finished episode on as it comes. */
  onEpisode?: (episode: Episode, finished: number) => void;
}

/** One decision of a driven episode. */
export interface Decision {
  /** The environment that it was made in, from 0. */
  row: number;
  /** Its episode, by the order of the seeds. */
  episode: number;
  /** Decisions of the same episode before it. */
  age: number;
  /** What the agent decided, `[A]`; valid until the next decision. */
  action: Float32Array;
  /** The sum of its rewards. */
  reward: number;
}

/** One driven episode. */
export interface Episode {
  /** The seed that it began with. */
  seed: number;
  /** Sum of its rewards. */
  return: number;
  /** Decisions of the episode. */
  length: number;
  /** The share of decisions that ended at full cost; absent where there is none. */
  failures?: number;
  /** Whether it ended by the environment's own rules. */
  terminated: boolean;
}

/** What driving came to. */
export interface Evaluation {
  /** All episodes, in the order of the seeds. */
  episodes: Episode[];
  /** Mean return. */
  mean: number;
  /** Standard deviation of the returns (of the sample, n - 1; 0 for one episode). */
  deviation: number;
  /** Mean length, decisions. */
  length: number;
  /** The share of all decisions that ended at full cost; absent where there is none. */
  failures?: number;
}

/**
 * Drives one episode per seed and reports every one of them. Environments that finish go on with the next seed;
 * those without one left rest.
 *
 * The same agent (in the same state), seeds and count of environments give the same numbers; an agent that draws
 * nothing gives the same numbers with any count.
 *
 * @throws RangeError when there are no seeds or more environments than seeds.
 */
export async function evaluate<O extends Observation = Uint8Array>(
  agent: Agent<O>,
  env: VectorEnv<O>,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { seeds, cost, maxDecisions = Infinity, patience = 0, onDecision, onEpisode } = options;
  const count = env.count;
  if (seeds.length < count) {
    throw new RangeError(
      `Cannot evaluate: expected a seed at least for each of ${count} environments, got ${seeds.length}`,
    );
  }
  const episodes: Episode[] = new Array(seeds.length);
  const running: (Tally | undefined)[] = Array.from({ length: count }, (_, index) => new Tally(index, cost));
  let next = count, finished = 0;
  let { observations } = await env.reset({ seeds: seeds.slice(0, count) });
  agent.reset(count);
  const rewards = new Float64Array(count);
  while (finished < seeds.length) {
    const actions = await agent.act({ observations, rewards });
    const size = actions.length / count;
    const step = await env.step(actions);
    observations = step.observations;
    rewards.set(step.rewards);
    const free: number[] = [];
    for (let i = 0; i < count; i++) {
      const tally = running[i];
      if (!tally) continue;
      onDecision?.({
        row: i,
        episode: tally.index,
        age: tally.length,
        action: actions.subarray(i * size, (i + 1) * size),
        reward: step.rewards[i],
      });
      tally.add(step.rewards[i], step.infos[i]);
      const over = step.terminated[i] || step.truncated[i] || tally.length >= maxDecisions ||
        (patience > 0 && tally.unrewarded >= patience);
      if (!over) continue;
      const episode = tally.episode(seeds[tally.index], step.terminated[i] === 1);
      episodes[tally.index] = episode;
      finished++;
      onEpisode?.(episode, finished);
      running[i] = next < seeds.length ? new Tally(next++, cost) : undefined;
      if (running[i]) free.push(i);
    }
    if (free.length > 0) {
      const fresh = free.map((i) => seeds[running[i]!.index]);
      ({ observations } = await env.reset({ seeds: fresh, indices: free }));
      agent.reset(count, free);
      for (const i of free) rewards[i] = 0;
    }
  }
  return summarise(episodes);
}

/** Mean, deviation and the rest of some episodes. */
export function summarise(episodes: Episode[]): Evaluation {
  const { mean, deviation } = meanAndDeviation(episodes.map((episode) => episode.return));
  const decisions = episodes.reduce((sum, { length }) => sum + length, 0);
  return {
    episodes,
    mean,
    deviation,
    length: decisions / episodes.length,
    ...episodes[0].failures !== undefined && {
      failures: episodes.reduce((sum, { failures, length }) => sum + failures! * length, 0) / decisions,
    },
  };
}

/** What is counted while an episode runs. */
class Tally {
  length = 0;
  /** Decisions since the last positive reward. */
  unrewarded = 0;
  #return = 0;
  #failures = 0;

  constructor(readonly index: number, readonly cost: Cost | undefined) {}

  add(reward: number, info: Info): void {
    this.length++;
    this.#return += reward;
    this.unrewarded = reward > 0 ? 0 : this.unrewarded + 1;
    if (this.cost && this.cost.of(info) >= 1) this.#failures++;
  }

  episode(seed: number, terminated: boolean): Episode {
    const { length } = this;
    const failures = this.cost && { failures: this.#failures / length };
    return { seed, return: this.#return, length, ...failures, terminated };
  }
}

/** Mean, and standard deviation of the sample (n - 1; 0 for one value). */
export function meanAndDeviation(values: number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}
