import type { Env, EnvState, Observation, ResetOptions, ResetResult, Transition } from "../env.ts";
import { readEnvState } from "../env_state.ts";
import { Wrapper } from "./wrapper.ts";

/** What the info of an episode's last step holds, under Gymnasium's short names. */
export interface EpisodeStatistics {
  /** The return: the sum of the rewards. */
  r: number;
  /** The length in steps. */
  l: number;
  /** The time taken in seconds, to the microsecond; only with a clock. */
  t?: number;
}

/** Options of {@link RecordEpisodeStatistics}. */
export interface RecordEpisodeStatisticsOptions {
  /** How many episodes the queues hold, an integer > 0. @default 100 */
  bufferLength?: number;
  /** Where the info holds the statistics. @default "episode" */
  statsKey?: string;
  /** Milliseconds since some moment, `() => performance.now()`; without one no time is told. */
  clock?: () => number;
}

/** What the statistics add to the state inside. */
interface StatisticsState {
  inner: EnvState;
  episodeReturn: number;
  episodeLength: number;
  elapsed: number;
  episodeCount: number;
  returnQueue: number[];
  lengthQueue: number[];
  timeQueue: number[];
}

/**
 * Adds `info.episode = { r, l, t }` to the step that ends an episode, and keeps those of the last episodes (Gymnasium's
 * `RecordEpisodeStatistics`). The time is left out without a clock, since no library code here reads one.
 */
export class RecordEpisodeStatistics<O extends Observation = Uint8Array> extends Wrapper<O> {
  /** Episodes that ended so far. */
  episodeCount = 0;
  /** Returns of the last episodes, oldest first. */
  returnQueue: number[] = [];
  /** Lengths of the last episodes in steps, oldest first. */
  lengthQueue: number[] = [];
  /** Times of the last episodes in seconds, oldest first; empty without a clock. */
  timeQueue: number[] = [];
  readonly #length: number;
  readonly #key: string;
  readonly #clock?: () => number;
  #start = 0;
  #episodeReturn = 0;
  #episodeLength = 0;

  /** Goes around `env`. @throws RangeError when `bufferLength` is not an integer > 0. */
  constructor(env: Env<O>, options: RecordEpisodeStatisticsOptions = {}) {
    super(env);
    const { bufferLength = 100, statsKey = "episode", clock } = options;
    if (!Number.isInteger(bufferLength) || bufferLength < 1) {
      throw new RangeError(
        `Cannot keep statistics of ${env.id}: expected a bufferLength > 0, got ${bufferLength}`,
      );
    }
    this.#length = bufferLength;
    this.#key = statsKey;
    this.#clock = clock;
  }

  /** Starts an episode and its sums. */
  override reset(options?: ResetOptions): ResetResult<O> {
    const result = super.reset(options);
    this.#start = this.#clock?.() ?? 0;
    this.#episodeReturn = this.#episodeLength = 0;
    return result;
  }

  /** One inner step. @throws TypeError when the last info already has statistics under this name. */
  override advance(action: ArrayLike<number>): Transition {
    const transition = this.env.advance(action);
    this.#episodeReturn += transition.reward;
    this.#episodeLength += 1;
    if (!transition.terminated && !transition.truncated) return transition;
    if (this.#key in transition.info) {
      throw new TypeError(
        `Cannot keep statistics of ${this.id}: expected no "${this.#key}" in the info, got one`,
      );
    }
    const statistics: EpisodeStatistics = { r: this.#episodeReturn, l: this.#episodeLength };
    if (this.#clock) statistics.t = Math.round((this.#clock() - this.#start) * 1e3) / 1e6;
    this.#remember(statistics);
    return { ...transition, info: { ...transition.info, [this.#key]: statistics } };
  }

  /** The inner state, the sums so far and the queues. */
  override getState(): EnvState {
    return {
      inner: super.getState(),
      episodeReturn: this.#episodeReturn,
      episodeLength: this.#episodeLength,
      elapsed: (this.#clock?.() ?? 0) - this.#start,
      episodeCount: this.episodeCount,
      returnQueue: [...this.returnQueue],
      lengthQueue: [...this.lengthQueue],
      timeQueue: [...this.timeQueue],
    };
  }

  /** Goes on with the sums of the state. @throws TypeError for a state of something else. */
  override setState(state: EnvState): void {
    const own = readEnvState<StatisticsState>(this.id, state, {
      inner: "object",
      episodeReturn: "number",
      episodeLength: "count",
      elapsed: "number",
      episodeCount: "count",
      returnQueue: "array",
      lengthQueue: "array",
      timeQueue: "array",
    });
    super.setState(own.inner);
    this.#episodeReturn = own.episodeReturn;
    this.#episodeLength = own.episodeLength;
    this.#start = (this.#clock?.() ?? 0) - own.elapsed;
    this.episodeCount = own.episodeCount;
    this.returnQueue = [...own.returnQueue];
    this.lengthQueue = [...own.lengthQueue];
    this.timeQueue = [...own.timeQueue];
  }

  #remember({ r, l, t }: EpisodeStatistics): void {
    this.episodeCount += 1;
    this.returnQueue.push(r);
    this.lengthQueue.push(l);
    if (t !== undefined) this.timeQueue.push(t);
    for (const queue of [this.returnQueue, this.lengthQueue, this.timeQueue]) {
      if (queue.length > this.#length) queue.shift();
    }
  }
}
