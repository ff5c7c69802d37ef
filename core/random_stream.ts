import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** What {@link RandomStream.state} returns: plain JSON, enough to go on with the same numbers. */
export interface RandomStreamState {
  /** The seed that the root of the stream was made with. */
  seed: number;
  /** The labels of the forks that led here, joined by `/`. */
  path: string;
  /** The generator's four 32-bit words. */
  words: number[];
}

/**
 * The lab's one source of randomness: a seeded stream (xoroshiro128+) that is passed in, forked by label and
 * saved with a checkpoint.
 *
 * A fork depends on the seed and the labels only, never on how many numbers were drawn before: adding a draw in
 * one place leaves every other place as it was.
 *
 * @example
 * ```ts
 * import { RandomStream } from "./random_stream.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const stream = new RandomStream(7);
 * assertEquals(stream.fork("vision").uniform(), new RandomStream(7).fork("vision").uniform());
 * ```
 */
export class RandomStream {
  /** The seed of the root. */
  readonly seed: number;
  /** The labels that led here, joined by `/`. */
  readonly path: string;
  #generator: ReturnType<typeof xoroshiro128plus>;

  /**
   * Starts a stream.
   *
   * @param seed A safe integer, 0 or above.
   * @param path The labels that led here; callers use {@link RandomStream.fork} instead.
   */
  constructor(seed: number, path = "") {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`Cannot seed a random stream: expected an integer >= 0, got ${seed}`);
    }
    this.seed = seed;
    this.path = path;
    this.#generator = xoroshiro128plusFromState(hashWords(`${seed}:${path}`));
  }

  /** Goes on from a saved state. @throws TypeError for anything else. */
  static fromState(state: RandomStreamState): RandomStream {
    const { seed, path, words } = state ?? {};
    if (
      !Number.isSafeInteger(seed) || typeof path !== "string" || words?.length !== 4 ||
      !words.every(Number.isInteger)
    ) {
      throw new TypeError(
        `Cannot restore a random stream: expected a seed, a path and four words, got ${seed}, ${path} and ${words}`,
      );
    }
    const stream = new RandomStream(state.seed, state.path);
    stream.#generator = xoroshiro128plusFromState(state.words);
    return stream;
  }

  /** The state to save; {@link RandomStream.fromState} continues from it. */
  state(): RandomStreamState {
    return { seed: this.seed, path: this.path, words: [...this.#generator.getState()] };
  }

  /** An independent stream, named by its label. */
  fork(label: string | number): RandomStream {
    return new RandomStream(this.seed, this.path ? `${this.path}/${label}` : `${label}`);
  }

  /** 32 random bits, `0 .. 2^32 - 1`. */
  uint32(): number {
    return this.#generator.next() >>> 0;
  }

  /** A double in `[low, high)`, with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const unit = ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
    return low + (high - low) * unit;
  }

  /** An integer in `[low, high)`. */
  integer(low: number, high: number): number {
    if (!(high > low)) {
      throw new RangeError(`Cannot draw an integer: expected low < high, got [${low}, ${high})`);
    }
    return low + Math.floor(this.uniform() * (high - low));
  }

  /** An index of some weights, each as likely as its share of them all. @param weights Numbers of 0 or more. */
  pick(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i];
    let [rest, index] = [this.uniform(0, total), 0];
    while (index < weights.length - 1 && (rest -= weights[index]) >= 0) index++;
    return index;
  }

  /** A standard normal number (Box-Muller; nothing is kept back between calls). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles an array in place (Fisher-Yates) and returns it. */
  shuffle<A extends { length: number; [index: number]: unknown }>(items: A): A {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(0, i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }

  /** A pair of non-negative int32 numbers: the seed of an in-graph random operation. */
  seedPair(): [number, number] {
    return [this.uint32() >>> 1, this.uint32() >>> 1];
  }
}

/** Four well-mixed 32-bit words of a text (cyrb128). */
function hashWords(text: string): number[] {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ k, 597399067);
    b = c ^ Math.imul(b ^ k, 2869860233);
    c = d ^ Math.imul(c ^ k, 951274213);
    d = a ^ Math.imul(d ^ k, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [(a ^ b ^ c ^ d) | 0, (b ^ a) | 0, (c ^ a) | 0, (d ^ a) | 0 || 1];
}
