import type { RandomStream } from "../core/random_stream.ts";

/** Arrays by name, row-major. */
export type NamedArrays = Record<string, Float32Array>;

/**
 * What N environments lived through in lock-step over T decisions, time major. Decision `t` sees frame `t`, takes
 * action `t` and earns reward `t`; frame `t + 1` follows it unless `resets[t + 1]` says that a new episode began.
 */
export interface Rollout {
  /** Environments side by side, N. */
  streams: number;
  /** Decisions of each environment, T. */
  decisions: number;
  /** Numbers in one action of the controller. */
  actionSize: number;
  /** The controller's outputs, `[T, N, A]`. */
  actions: Float32Array;
  /** Rewards summed over the frames of a decision, `[T, N]`. */
  rewards: Float32Array;
  /** 1 where the episode terminated in this decision, `[T, N]`. */
  dones: Float32Array;
  /** 1 where this decision is the first of its episode, `[T, N]`. */
  resets: Float32Array;
  /** Seed of the episode that the decision belongs to, `[T, N]`. */
  seeds: Int32Array;
  /** Share of the wheels that were off the road after the decision, `[T, N]`. */
  costs: Float32Array;
  /** Frames as the agent sees them, `[T, N, H, W, C]`; dropped when nothing trains on pixels any more. */
  frames?: Uint8Array;
  /** What the world model makes of the frames alone, `[T, N, ...]` by name; absent until they are encoded. */
  encodings?: NamedArrays;
  /** The rest of its state before each decision, `[T, N, ...]` by name; absent until it has run over the rollout. */
  states?: NamedArrays;
}

/** How {@link Replay} weighs the rollouts. */
export interface ReplayOptions {
  /** Share of the draws that go to the newest rollout, 0 to 1. */
  newestShare: number;
  /** Weight of a rollout relative to the next newer one, 0 to 1. */
  ageDecay: number;
}

/** Decisions before a failure, and after it, that {@link Replay.drawNearFailures} draws from. */
const BEFORE_FAILURE = 16;
const AFTER_FAILURE = 8;

/** A place in the replay: decision `t` of stream `n` of a rollout. */
export interface Place {
  /** The rollout. */
  rollout: Rollout;
  /** The decision, 0 to T - 1. */
  t: number;
  /** The environment, 0 to N - 1. */
  n: number;
}

/** All rollouts of a run, drawn with more weight on new ones. */
export class Replay {
  /** The rollouts, oldest first. */
  readonly rollouts: Rollout[] = [];
  readonly #nearFailures = new Map<Rollout, Int32Array>();

  /** An empty replay. */
  constructor(readonly options: ReplayOptions) {}

  /** Adds the newest rollout. */
  add(rollout: Rollout): void {
    this.rollouts.push(rollout);
  }

  /** How many decisions are stored. */
  get decisions(): number {
    return this.rollouts.reduce((sum, { streams, decisions }) => sum + streams * decisions, 0);
  }

  /**
   * Draws places that have at least `length` decisions from `t` on.
   *
   * @throws RangeError when no rollout is that long.
   */
  draw(count: number, length: number, random: RandomStream): Place[] {
    const candidates = this.rollouts.filter((rollout) => rollout.decisions >= length);
    if (candidates.length === 0) {
      throw new RangeError(
        `Cannot draw sequences of ${length} decisions: no rollout in the replay is that long`,
      );
    }
    const draw = this.#drawsOf(candidates, ({ streams, decisions }) => streams * decisions);
    return Array.from({ length: count }, () => {
      const rollout = draw(random);
      return {
        rollout,
        t: random.integer(0, rollout.decisions - length + 1),
        n: random.integer(0, rollout.streams),
      };
    });
  }

  /**
   * Draws places from shortly before to shortly after a decision that left the road with all wheels; from all
   * places where nothing has failed yet.
   */
  drawNearFailures(count: number, random: RandomStream): Place[] {
    const candidates = this.rollouts.filter((rollout) => this.#failuresOf(rollout).length > 0);
    if (candidates.length === 0) return this.draw(count, 1, random);
    const draw = this.#drawsOf(candidates, (rollout) => this.#failuresOf(rollout).length);
    return Array.from({ length: count }, () => {
      const rollout = draw(random);
      const near = this.#failuresOf(rollout);
      const place = near[random.integer(0, near.length)];
      return { rollout, t: Math.floor(place / rollout.streams), n: place % rollout.streams };
    });
  }

  #failuresOf(rollout: Rollout): Int32Array {
    let near = this.#nearFailures.get(rollout);
    if (!near) this.#nearFailures.set(rollout, near = placesNearFailures(rollout));
    return near;
  }

  /** Draws the newest candidate by its share, else any, weighted by size and age. */
  #drawsOf(candidates: Rollout[], size: (rollout: Rollout) => number): (random: RandomStream) => Rollout {
    const last = candidates.length - 1;
    const weights = candidates.map((rollout, i) => size(rollout) * this.options.ageDecay ** (last - i));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return (random) => {
      if (random.uniform() < this.options.newestShare) return candidates[last];
      let rest = random.uniform() * total;
      return candidates[Math.max(0, weights.findIndex((weight) => (rest -= weight) < 0))];
    };
  }
}

/** Positions in a rollout's `[T, N]` near a decision that left the road with all wheels, within the same episode. */
function placesNearFailures({ costs, resets, streams, decisions }: Rollout): Int32Array {
  const near = new Set<number>();
  for (let n = 0; n < streams; n++) {
    let begin = 0;
    for (let t = 0; t < decisions; t++) {
      if (resets[t * streams + n]) begin = t;
      const fails = costs[t * streams + n] >= 1 && (t === begin || costs[(t - 1) * streams + n] < 1);
      if (!fails) continue;
      for (let s = Math.max(begin, t - BEFORE_FAILURE); s <= t; s++) near.add(s * streams + n);
      for (let s = t + 1; s <= Math.min(decisions - 1, t + AFTER_FAILURE); s++) {
        if (resets[s * streams + n]) break;
        near.add(s * streams + n);
      }
    }
  }
  return Int32Array.from(near).sort();
}

/**
 * Copies a `[T, N, size]` array's rows of several places into one `[length, places, size]` array.
 *
 * @param select The array to read from each place's rollout.
 */
export function gatherSequences(
  places: readonly Place[],
  select: (rollout: Rollout) => Float32Array,
  { length, size }: { length: number; size: number },
): Float32Array {
  const result = new Float32Array(length * places.length * size);
  places.forEach(({ rollout, t, n }, column) => {
    const source = select(rollout);
    for (let step = 0; step < length; step++) {
      const from = ((t + step) * rollout.streams + n) * size;
      result.set(source.subarray(from, from + size), (step * places.length + column) * size);
    }
  });
  return result;
}
