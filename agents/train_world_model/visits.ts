import { type Coverage, coverage, type Measures, type TrainedRanges, trainedRanges } from "../coverage.ts";
import type { Decision } from "../evaluate.ts";
import type { Replay } from "../../worlds/mod.ts";

/**
 * What the memory was trained on and what driving visits, in the same measures: the age of a decision (its number in
 * the episode), how far what was seen is from the mean of all trained ones (the distance of an encoding, in standard
 * deviations, root mean square over the dimensions), its reward and each number of its action.
 */
export class Visits {
  readonly #ranges: TrainedRanges;
  readonly #center: Float64Array;
  readonly #spread: Float64Array;
  readonly #visited: Record<string, number[]>;
  #returns: number[] = [];

  /**
   * Measures what a replay holds.
   *
   * @param encoding What is compared, see {@link TrainableWorldModel.compared}.
   * @throws RangeError when the replay is empty or not encoded.
   */
  constructor(replay: Replay, readonly encoding: string) {
    const { center, spread } = momentsOf(replay, encoding);
    this.#center = center;
    this.#spread = spread;
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
    this.#visited.seen.push(this.#distance(seen, 0));
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
    const values: Record<string, number[]> = { age: [], seen: [], reward: [] };
    for (const { streams, decisions, actionSize, actions, rewards, resets, encodings } of replay.rollouts) {
      const ages = new Int32Array(streams);
      for (let place = 0; place < streams * decisions; place++) {
        const n = place % streams;
        ages[n] = resets[place] ? 0 : ages[n] + 1;
        values.age.push(ages[n]);
        values.seen.push(this.#distance(encodings![this.encoding], place * this.#center.length));
        values.reward.push(rewards[place]);
        for (let a = 0; a < actionSize; a++) {
          (values[`action ${a}`] ??= []).push(actions[place * actionSize + a]);
        }
      }
    }
    return values;
  }

  /** Root mean square over the dimensions, of the encoding that begins at `from`. */
  #distance(seen: ArrayLike<number>, from: number): number {
    const size = this.#center.length;
    let sum = 0;
    for (let z = 0; z < size; z++) sum += ((seen[from + z] - this.#center[z]) / this.#spread[z]) ** 2;
    return Math.sqrt(sum / size);
  }
}

/** Mean and standard deviation of each dimension of an encoding over a replay. */
function momentsOf(replay: Replay, encoding: string) {
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
