/** What {@link NumpyRandom.state} returns: plain JSON, the two 128-bit numbers in decimal. */
export interface NumpyRandomState {
  /** The generator's state. */
  state: string;
  /** The generator's increment, which tells streams apart. */
  increment: string;
  /** The half word that a 32-bit draw left over, if any. */
  leftover: number | null;
}

const MASK_64 = (1n << 64n) - 1n;
const MASK_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/**
 * NumPy's `Generator(PCG64(SeedSequence(seed)))`, number for number: for what has to begin as it does in
 * Gymnasium with the same seed: CarRacing's tracks, the classic tasks. Everything else in the lab draws from `RandomStream`.
 *
 * Source: O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms" (2014), and
 * NumPy's documented seeding.
 */
export class NumpyRandom {
  #state: bigint;
  #increment: bigint;
  #leftover: number | null = null;

  /**
   * Seeds a generator.
   *
   * @param seed A safe integer, 0 or above.
   * @throws RangeError for any other seed.
   */
  constructor(seed: number) {
    const words = generateState(seedPool(seed), 8).map(BigInt);
    const pair = (i: number) => words[i] | (words[i + 1] << 32n);
    this.#increment = ((((pair(4) << 64n) | pair(6)) << 1n) | 1n) & MASK_128;
    this.#state = (this.#increment + ((pair(0) << 64n) | pair(2))) & MASK_128;
    this.#advance();
  }

  /** Goes on from a saved state. @throws TypeError for anything else. */
  static fromState(saved: NumpyRandomState): NumpyRandom {
    const { state, increment, leftover } = saved ?? {};
    if (![state, increment].every((one) => /^\d+$/.test(one)) || !(leftover === null || leftover >= 0)) {
      throw new TypeError(
        `Cannot restore a random generator: expected two whole numbers in decimal, got "${state}" and "${increment}"`,
      );
    }
    const random = new NumpyRandom(0);
    random.#state = BigInt(state);
    random.#increment = BigInt(increment);
    random.#leftover = leftover;
    return random;
  }

  /** The state to save; {@link NumpyRandom.fromState} continues from it. */
  state(): NumpyRandomState {
    return {
      state: `${this.#state}`,
      increment: `${this.#increment}`,
      leftover: this.#leftover,
    };
  }

  /** 64 random bits. */
  uint64(): bigint {
    this.#advance();
    const word = ((this.#state >> 64n) ^ this.#state) & MASK_64;
    const turn = this.#state >> 122n;
    return ((word >> turn) | (word << (64n - turn))) & MASK_64;
  }

  /** 32 random bits; one 64-bit word serves two calls, the low half first. */
  uint32(): number {
    if (this.#leftover !== null) {
      const high = this.#leftover;
      this.#leftover = null;
      return high;
    }
    const word = this.uint64();
    this.#leftover = Number(word >> 32n);
    return Number(word & 0xffffffffn);
  }

  /** A double in `[0, 1)` with 53 random bits. */
  random(): number {
    return Number(this.uint64() >> 11n) / 2 ** 53;
  }

  /** A double in `[low, high)`. */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.random();
  }

  /**
   * An integer in `[0, count)`, by Lemire's method on 32 bits.
   *
   * @param count `1 .. 2^32 - 1`.
   */
  integer(count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > 0xffffffff) {
      throw new RangeError(`Cannot draw an integer: expected a count in 1 .. 2^32 - 1, got ${count}`);
    }
    // NumPy draws nothing when there is nothing to choose.
    if (count === 1) return 0;
    const size = BigInt(count);
    const threshold = (1n << 32n) % size;
    for (;;) {
      const product = BigInt(this.uint32()) * size;
      if ((product & 0xffffffffn) >= threshold) return Number(product >> 32n);
    }
  }

  #advance(): void {
    this.#state = (this.#state * MULTIPLIER + this.#increment) & MASK_128;
  }
}

/** SeedSequence's pool of four 32-bit words for a seed. */
export function seedPool(seed: number): number[] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`Cannot seed a random generator: expected an integer >= 0, got ${seed}`);
  }
  const hash = hasher(0x43b0d7e5, 0x931e8875);
  // A safe integer has at most 53 bits: two words, and the pool's other two are padding.
  const pool = [seed % 2 ** 32, Math.floor(seed / 2 ** 32), 0, 0].map(hash);
  for (let source = 0; source < 4; source++) {
    for (let target = 0; target < 4; target++) {
      if (source !== target) pool[target] = mix(pool[target], hash(pool[source]));
    }
  }
  return pool;
}

/** SeedSequence's `generate_state`: `count` 32-bit words from a pool. */
export function generateState(pool: readonly number[], count: number): number[] {
  const hash = hasher(0x8b51f9dd, 0x58f38ded);
  return Array.from({ length: count }, (_, i) => hash(pool[i % pool.length]));
}

/** A hash whose constant moves on with every word. */
function hasher(constant: number, multiplier: number): (word: number) => number {
  return (word) => {
    word ^= constant;
    constant = Math.imul(constant, multiplier);
    return fold(Math.imul(word, constant));
  };
}

function mix(a: number, b: number): number {
  return fold(Math.imul(a, 0xca01f9dd) - Math.imul(b, 0x4973f715));
}

function fold(word: number): number {
  return (word ^ (word >>> 16)) >>> 0;
}
