import { type Coverage, coverage, type Measures, type TrainedRanges, trainedRanges } from "../coverage.ts";
import type { Decision } from "../evaluate.ts";
import type { Replay } from "./experience.ts";

/**
 * What the memory was trained on and what driving visits, in the same measures: the age of a decision (its number in
 * the episode), how far its latents are from the mean of all trained ones (in standard deviations, root mean square
 * over the dimensions), its reward and each number of its action.
 */
export class Visits {
  readonly #ranges: TrainedRanges;
  readonly #center: Float64Array;
  readonly #spread: Float64Array;
  readonly #visited: Record<string, number[]>;
  #returns: number[] = [];

  /** Measures what a replay holds. @throws RangeError when it is empty or not encoded. */
  constructor(replay: Replay, readonly latentSize: number) {
    const { center, spread } = momentsOfLatents(replay, latentSize);
    this.#center = center;
    this.#spread = spread;
    this.#ranges = trainedRanges(this.#trained(replay));
    this.#visited = Object.fromEntries(Object.keys(this.#ranges).map((name) => [name, []]));
  }

  /** How many decisions an episode of the replay has at most. */
  get longest(): number {
    return this.#ranges.age[1] + 1;
  }

  /** Takes note of a decision in use, and of what vision made of its frame, `mu` `[Z]`. */
  add({ episode, age, action, reward }: Decision, mu: ArrayLike<number>): void {
    this.#visited.age.push(age);
    this.#visited.latents.push(this.#distance(mu, 0));
    this.#visited.reward.push(reward);
    action.forEach((value, a) => this.#visited[`action ${a}`].push(value));
    this.#returns[episode] = (this.#returns[episode] ?? 0) + (age < this.longest ? reward : 0);
  }

  /** Compares the visits. */
  coverage(): Coverage {
    return coverage(this.#ranges, this.#visited);
  }

  /** The return of each episode over the decisions that the replay's episodes reach. */
  get returns(): number[] {
    return this.#returns;
  }

  #trained(replay: Replay): Measures {
    const values: Record<string, number[]> = { age: [], latents: [], reward: [] };
    for (const { streams, decisions, actionSize, actions, rewards, resets, latents } of replay.rollouts) {
      const ages = new Int32Array(streams);
      for (let place = 0; place < streams * decisions; place++) {
        const n = place % streams;
        ages[n] = resets[place] ? 0 : ages[n] + 1;
        values.age.push(ages[n]);
        values.latents.push(this.#distance(latents!.mu, place * this.latentSize));
        values.reward.push(rewards[place]);
        for (let a = 0; a < actionSize; a++) {
          (values[`action ${a}`] ??= []).push(actions[place * actionSize + a]);
        }
      }
    }
    return values;
  }

  /** Root mean square over the dimensions, of the latents that begin at `from`. */
  #distance(mu: ArrayLike<number>, from: number): number {
    let sum = 0;
    for (let z = 0; z < this.latentSize; z++) {
      sum += ((mu[from + z] - this.#center[z]) / this.#spread[z]) ** 2;
    }
    return Math.sqrt(sum / this.latentSize);
  }
}

/** Mean and standard deviation of each latent dimension over a replay. */
function momentsOfLatents(replay: Replay, latentSize: number) {
  const sums = new Float64Array(latentSize), squares = new Float64Array(latentSize);
  for (const { latents } of replay.rollouts) {
    latents!.mu.forEach((value, i) => {
      sums[i % latentSize] += value;
      squares[i % latentSize] += value * value;
    });
  }
  const center = sums.map((sum) => sum / replay.decisions);
  const spread = squares.map((sum, z) => Math.sqrt(Math.max(sum / replay.decisions - center[z] ** 2, 1e-12)));
  return { center, spread };
}
