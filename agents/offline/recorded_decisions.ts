import type { RandomStream } from "../../core/random_stream.ts";
import type { Observation } from "../../envs/env.ts";
import type { RecordedEpisode } from "../learner_kind.ts";
import type { Perception } from "../perception/perception.ts";
import { returnsToGo } from "./returns_to_go.ts";

/** B windows of K consecutive decisions each, row-major. Where an episode ends before its window does, the rest is 0. */
export interface Windows {
  /** As a network takes them, `[B, K, ...]`. */
  observations: Observation;
  /** `[B, K, A]`. */
  actions: Float32Array;
  /** What the episode still earns, `[B, K]`. */
  returnsToGo: Float32Array;
  /** Decisions of the episode before each one, `[B, K]`. */
  timesteps: Int32Array;
  /** 1 where there is a decision, 0 beyond the episode's end, `[B, K]`. */
  present: Float32Array;
}

/** The decisions of recorded episodes, as a network gets them. */
export class RecordedDecisions {
  /** How many there are. */
  readonly count: number;
  readonly #episodes: readonly (RecordedEpisode & { returnsToGo: Float64Array })[];
  /** Decisions before each episode. */
  readonly #before: number[] = [];

  /**
   * Normalises what was observed by mean and deviation over all episodes, where that is asked for.
   *
   * @param perception How the network sees, which takes the mean and the deviation over.
   * @throws RangeError when there is no decision.
   */
  constructor(readonly perception: Perception, episodes: readonly RecordedEpisode[]) {
    const { normaliser } = perception;
    for (const { observations } of episodes) normaliser?.see(observations);
    normaliser?.settle();
    this.#episodes = episodes.map((episode) => ({
      ...episode,
      observations: perception.perceive(episode.observations),
      returnsToGo: returnsToGo(episode.rewards),
    }));
    let count = 0;
    for (const { rewards } of episodes) {
      this.#before.push(count);
      count += rewards.length;
    }
    this.count = count;
    if (count === 0) {
      throw new RangeError("Cannot learn from recordings: expected a decision at least, got none");
    }
  }

  /** Windows that begin anywhere: each decision is as likely to be the first. */
  draw(random: RandomStream, { count, length }: { count: number; length: number }): Windows {
    const [{ actions, rewards, observations }] = this.#episodes;
    const { size } = this.perception, actionSize = actions.length / rewards.length;
    const places = count * length;
    const windows: Windows = {
      observations: new (observations.constructor as new (length: number) => Observation)(places * size),
      actions: new Float32Array(places * actionSize),
      returnsToGo: new Float32Array(places),
      timesteps: new Int32Array(places),
      present: new Float32Array(places),
    };
    for (let window = 0; window < count; window++) {
      const place = random.integer(0, this.count);
      const index = this.#before.findLastIndex((before) => before <= place);
      const episode = this.#episodes[index], from = place - this.#before[index];
      const to = Math.min(from + length, episode.rewards.length), at = window * length;
      windows.observations.set(episode.observations.subarray(from * size, to * size), at * size);
      windows.actions.set(episode.actions.subarray(from * actionSize, to * actionSize), at * actionSize);
      windows.returnsToGo.set(episode.returnsToGo.subarray(from, to), at);
      windows.present.fill(1, at, at + to - from);
      for (let step = from; step < to; step++) windows.timesteps[at + step - from] = step;
    }
    return windows;
  }
}
