import { type Coverage, coverage, type Measures, type TrainedRanges, trainedRanges } from "../coverage.ts";
import type { Decision } from "../evaluate.ts";
import type { Replay } from "../../worlds/mod.ts";

/**
 * What the world model was trained on and what driving visits, in the same measures: the age of a decision (its number in
 * the episode), how far what was seen is from the mean of all trained ones (the distance of an encoding, in standard
 * deviations, root mean square over the dimensions), its reward and each number of its action.
 */
export class Visits {
  readonly #ranges: TrainedRanges;
  readonly #seen: Moments & { encoding: string } | undefined;
  readonly #visited: Record<string, number[]>;
  #returns: number[] = [];

  /**
   * Measures what a replay holds.
   *
   * @param encoding What is compared, see {@link TrainableWorldModel.compared}; without it, what was seen is not.
   * @throws RangeError when the replay is empty or not encoded.
   */
  constructor(replay: Replay, encoding?: string) {
    this.#seen = encoding === undefined ? undefined : { encoding, ...momentsOf(replay, encoding) };
    this.#ranges = trainedRanges(this.#trained(replay));
    this.#visited = Object.fromEntries(Object.keys(this.#ranges).map((name) => [name, []]));
  }

  /** How many decisions an episode of the replay has at most. */
  get longest(): number {
    return this.#ranges.age[1] + 1;
  }

  /** Takes note of a decision in use, and of how its frame was encoded, `[Z]`. */
  add({ episode, age, action, reward }: Decision, seen: ArrayLike<number>): void {
    this.#visited.age.push(age);
    if (this.#seen) this.#visited.seen.push(distance(this.#seen, seen, 0));
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
    const values: Record<string, number[]> = { age: [], ...this.#seen && { seen: [] }, reward: [] };
    for (const { streams, decisions, actionSize, actions, rewards, resets, encodings } of replay.rollouts) {
      const ages = new Int32Array(streams);
      for (let place = 0; place < streams * decisions; place++) {
        const n = place % streams;
        ages[n] = resets[place] ? 0 : ages[n] + 1;
        values.age.push(ages[n]);
        if (this.#seen) {
          const { encoding, center } = this.#seen;
          values.seen.push(distance(this.#seen, encodings![encoding], place * center.length));
        }
        values.reward.push(rewards[place]);
        for (let a = 0; a < actionSize; a++) {
          (values[`action ${a}`] ??= []).push(actions[place * actionSize + a]);
        }
      }
    }
    return values;
  }
}

/** Root mean square over the dimensions, of the encoding that begins at `from`. */
function distance({ center, spread }: Moments, seen: ArrayLike<number>, from: number): number {
  const size = center.length;
  let sum = 0;
  for (let z = 0; z < size; z++) sum += ((seen[from + z] - center[z]) / spread[z]) ** 2;
  return Math.sqrt(sum / size);
}

interface Moments {
  center: Float64Array;
  spread: Float64Array;
}

/** Mean and standard deviation of each dimension of an encoding over a replay. */
function momentsOf(replay: Replay, encoding: string): Moments {
  const all = replay.rollouts.map(({ encodings }) => encodings![encoding]);
  const size = all.reduce((sum, { length }) => sum + length, 0) / replay.decisions;
  const sums = new Float64Array(size), squares = new Float64Array(size);
  for (const values of all) {
    values.forEach((value, i) => {
      sums[i % size] += value;
      squares[i % size] += value * value;
    });
  }
  const center = sums.map((sum) => sum / replay.decisions);
  const spread = squares.map((sum, z) => Math.sqrt(Math.max(sum / replay.decisions - center[z] ** 2, 1e-12)));
  return { center, spread };
}
