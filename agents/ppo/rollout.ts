import type { RandomStream } from "../../core/random_stream.ts";
import type { Observation } from "../../envs/env.ts";
import type { Episodes } from "../episodes.ts";
import type { PolicyAgent } from "./policy_agent.ts";
import type { RewardScaler } from "./reward_scaler.ts";

/** What a {@link Rollout} has room for. */
export interface RolloutShape {
  /** Decisions of each environment, T. */
  decisions: number;
  /** Environments, N. */
  count: number;
  /** Numbers of an observation, S. */
  observationSize: number;
  /** Numbers of a choice, C. */
  choiceSize: number;
  /** Whether observations are bytes. */
  bytes: boolean;
}

/** What decides and is asked in {@link Rollout.collect}. */
export interface RolloutSource {
  /** Where decisions are carried out. */
  episodes: Episodes;
  /** What decides. */
  agent: PolicyAgent;
  /** Draws the decisions. */
  random: RandomStream;
  /** Hears of all that is observed. */
  see?(observations: Observation): void;
  /** Scales the rewards. @default they stay as they are */
  scaler?: RewardScaler;
}

/** A round of decisions to learn from, row-major; the next round is written over it. */
export class Rollout {
  /** `[T, N, S]`, as the network takes them. */
  readonly observations: Observation;
  /** `[T, N, C]`. */
  readonly choices: Float32Array;
  /** `[T, N]`, scaled. */
  readonly rewards: Float64Array;
  /** `[T, N]`, 0 or 1. */
  readonly terminated: Uint8Array;
  /** `[T, N]`, 0 or 1. */
  readonly truncated: Uint8Array;
  /** 1 where an episode begins, or the round: what decides begins it without a memory, `[T, N]`. */
  readonly firsts: Float32Array;
  /** Values of what was seen last where an episode was cut, `[T, N]`. */
  readonly cutValues: Float64Array;
  /** Values of what was seen after the last decisions, `[N]`. */
  readonly lastValues: Float64Array;

  /** An empty round. */
  constructor(readonly shape: RolloutShape) {
    const { decisions, count, observationSize, choiceSize, bytes } = shape;
    const size = decisions * count;
    this.observations = new (bytes ? Uint8Array : Float32Array)(size * observationSize);
    this.choices = new Float32Array(size * choiceSize);
    this.rewards = new Float64Array(size);
    this.terminated = new Uint8Array(size);
    this.truncated = new Uint8Array(size);
    this.firsts = new Float32Array(size);
    this.cutValues = new Float64Array(size);
    this.lastValues = new Float64Array(count);
  }

  /** Decisions in all, T N. */
  get size(): number {
    return this.rewards.length;
  }

  /** Acts for a round. Episodes that end are followed by new ones. */
  async collect({ episodes, agent, random, see, scaler }: RolloutSource): Promise<void> {
    const { decisions, count, observationSize, choiceSize } = this.shape;
    agent.reset(count);
    this.firsts.fill(0).fill(1, 0, count);
    for (let t = 0; t < decisions; t++) {
      see?.(episodes.observations);
      const { perceived, choices, actions } = await agent.decide(episodes.observations, random);
      this.observations.set(perceived, t * count * observationSize);
      this.choices.set(choices, t * count * choiceSize);
      const { rewards, terminated, truncated, observations } = await episodes.step(actions);
      const ended = Array.from(terminated, (flag, row) => flag === 1 || truncated[row] === 1);
      this.rewards.set(scaler?.scale(rewards, ended) ?? rewards, t * count);
      this.terminated.set(terminated, t * count);
      this.truncated.set(truncated, t * count);
      if (truncated.includes(1)) this.cutValues.set(await agent.value(observations), t * count);
      const over = ended.flatMap((flag, row) => flag ? [row] : []);
      await episodes.restart(over);
      agent.reset(count, over);
      if (t + 1 < decisions) { for (const row of over) this.firsts[(t + 1) * count + row] = 1; }
    }
    this.lastValues.set(await agent.value(episodes.observations));
  }
}
