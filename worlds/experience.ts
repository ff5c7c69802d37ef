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
  /** What the environment calls the cost of the decision, 0 to 1 (a car: the share of its wheels off the road), `[T, N]`. */
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

/** A decision at full cost after one that was not, and what may be drawn for it. */
interface Failure {
  /** The environment. */
  n: number;
  /** The first decision near it. */
  from: number;
  /** The last decision near it. */
  to: number;
  /** How often it is drawn: 1, and what was earned on the way to it. */
  weight: number;
}

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
  readonly #failures = new Map<Rollout, Weighted<Failure>>();

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
   * @param failureShare Share of them that are drawn near failures, see {@link Replay.drawNearFailures}.
   * @throws RangeError when no rollout is that long.
   */
  draw(count: number, length: number, random: RandomStream, failureShare = 0): Place[] {
    const nearFailures = Math.round(count * failureShare);
    return [
      ...this.#drawAnywhere(count - nearFailures, length, random),
      ...this.drawNearFailures(nearFailures, length, random),
    ];
  }

  /** Draws places of the newest rollout that have at least `length` decisions from `t` on. @throws As {@link Replay.draw}. */
  drawNewest(count: number, length: number, random: RandomStream): Place[] {
    return this.#drawAnywhere(count, length, random, this.rollouts.slice(-1));
  }

  #drawAnywhere(count: number, length: number, random: RandomStream, rollouts = this.rollouts): Place[] {
    const candidates = rollouts.filter((rollout) => rollout.decisions >= length);
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
   * Draws sequences that hold a place from shortly before to shortly after a failure, a decision at full cost; from all
   * places where nothing has failed yet. A failure is drawn the more often, the more was earned on the way to it: else
   * many of them would be of a random policy, which gets nowhere.
   *
   * @throws RangeError when no rollout has `length` decisions.
   */
  drawNearFailures(count: number, length: number, random: RandomStream): Place[] {
    const candidates = this.rollouts.filter((rollout) =>
      rollout.decisions >= length && this.#failuresOf(rollout).total > 0
    );
    if (candidates.length === 0) return this.#drawAnywhere(count, length, random);
    const draw = this.#drawsOf(candidates, (rollout) => this.#failuresOf(rollout).total);
    return Array.from({ length: count }, () => {
      const rollout = draw(random);
      const { n, from, to } = this.#failuresOf(rollout).draw(random);
      const begin = random.integer(from, to + 1) - random.integer(0, length);
      return { rollout, t: Math.max(0, Math.min(begin, rollout.decisions - length)), n };
    });
  }

  #failuresOf(rollout: Rollout): Weighted<Failure> {
    let failures = this.#failures.get(rollout);
    if (!failures) this.#failures.set(rollout, failures = new Weighted(failuresOf(rollout)));
    return failures;
  }

  /** Draws the newest candidate by its share, else any, weighted by size and age. */
  #drawsOf(candidates: Rollout[], size: (rollout: Rollout) => number): (random: RandomStream) => Rollout {
    const last = candidates.length - 1;
    const weighted = new Weighted(candidates.map((rollout, i) => ({
      rollout,
      weight: size(rollout) * this.options.ageDecay ** (last - i),
    })));
    return (random) =>
      random.uniform() < this.options.newestShare ? candidates[last] : weighted.draw(random).rollout;
  }
}

/** Items of which each is drawn as often as its weight says. */
class Weighted<Item extends { weight: number }> {
  /** All weights together. */
  readonly total: number;

  constructor(readonly items: readonly Item[]) {
    this.total = items.reduce((sum, { weight }) => sum + weight, 0);
  }

  draw(random: RandomStream): Item {
    let rest = random.uniform() * this.total;
    return this.items[Math.max(0, this.items.findIndex(({ weight }) => (rest -= weight) < 0))];
  }
}

/** The decisions of a rollout at full cost. What is near one belongs to the same episode. */
function failuresOf({ costs, resets, rewards, streams, decisions }: Rollout): Failure[] {
  const failures: Failure[] = [];
  for (let n = 0; n < streams; n++) {
    const at = (t: number) => t * streams + n;
    let begin = 0;
    for (let t = 0; t < decisions; t++) {
      if (resets[at(t)]) begin = t;
      const fails = costs[at(t)] >= 1 && (t === begin || costs[at(t - 1)] < 1);
      if (!fails) continue;
      const from = Math.max(begin, t - BEFORE_FAILURE);
      let to = t, earned = 0;
      while (to < Math.min(decisions - 1, t + AFTER_FAILURE) && !resets[at(to + 1)]) to++;
      for (let s = from; s < t; s++) earned += rewards[at(s)];
      failures.push({ n, from, to, weight: 1 + Math.max(0, earned) });
    }
  }
  return failures;
}

/**
 * Copies a `[T, N, size]` array's rows of several places into one `[length, places, size]` array. Places may lie before a
 * rollout's beginning: its first decision stands for what was never lived.
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
      const from = (Math.max(0, t + step) * rollout.streams + n) * size;
      result.set(source.subarray(from, from + size), (step * places.length + column) * size);
    }
  });
  return result;
}
