import type { Env, Info, VectorEnv, VectorStep } from "./env.ts";
import { type Space, spaceSize } from "./spaces.ts";

/** Options of {@link VectorEnv.reset}. */
export interface VectorResetOptions {
  /** One seed for each environment that restarts. */
  seeds: ArrayLike<number>;
  /** Which environments restart; all by default. */
  indices?: ArrayLike<number>;
  /** The environment's own options for these episodes. */
  options?: Record<string, unknown>;
}

/**
 * N environments stepped one after the other in this thread.
 *
 * Pictures are drawn straight into one buffer, `[N, H, W, 3]`, and all results are reused by the next call: a step
 * makes no garbage of its own.
 */
export class SyncVectorEnv implements VectorEnv {
  /** The id of the environments. */
  readonly id: string;
  /** How many environments step together. */
  readonly count: number;
  /** The observations of one environment. */
  readonly observationSpace: Space;
  /** The actions of one environment. */
  readonly actionSpace: Space;
  readonly #envs: readonly Env[];
  readonly #step: VectorStep;
  readonly #views: Uint8Array[];
  readonly #actions: Float32Array;
  readonly #actionViews: Float32Array[];
  readonly #started: Uint8Array;
  #closed = false;

  /**
   * Takes environments that are built already.
   *
   * @param envs Environments of one kind, at least one; the vector owns them from now on.
   * @param buffers Where to write results instead of into new arrays (workers share theirs).
   */
  constructor(envs: readonly Env[], buffers?: Omit<VectorStep, "infos">) {
    if (envs.length === 0) {
      throw new RangeError("Cannot make a vector environment: expected at least 1 environment, got 0");
    }
    const [{ id, observationSpace, actionSpace }] = envs;
    this.#envs = envs;
    this.id = id;
    this.count = envs.length;
    this.observationSpace = observationSpace;
    this.actionSpace = actionSpace;
    this.#step = {
      ...(buffers ??
        vectorBuffers(this.count, spaceSize(observationSpace), (bytes) => new ArrayBuffer(bytes))),
      infos: envs.map(() => ({})),
    };
    this.#started = new Uint8Array(this.count);
    this.#views = rows(this.#step.observations, this.count);
    this.#actions = new Float32Array(this.count * spaceSize(actionSpace));
    this.#actionViews = rows(this.#actions, this.count);
  }

  /** Starts episodes; see {@link VectorEnv.reset}. */
  // deno-lint-ignore require-await -- async, so that a caller's mistake rejects as it does over workers
  async reset(options: VectorResetOptions): Promise<{ observations: Uint8Array; infos: Info[] }> {
    this.#assertOpen("reset");
    const indices = resetIndices(this, options);
    const { observations, rewards, terminated, truncated, infos } = this.#step;
    indices.forEach((index, i) => {
      const result = this.#envs[index].reset({ seed: options.seeds[i], options: options.options });
      this.#views[index].set(result.observation);
      infos[index] = result.info;
      rewards[index] = terminated[index] = truncated[index] = 0;
      this.#started[index] = 1;
    });
    return { observations, infos };
  }

  /** Steps all that are not finished. */
  // deno-lint-ignore require-await -- as above
  async step(actions: Float32Array): Promise<VectorStep> {
    this.#assertOpen("step");
    assertActions(this, actions);
    const unstarted = this.#started.indexOf(0);
    if (unstarted >= 0) throw notStarted(this.id, unstarted);
    const { rewards, terminated, truncated, infos } = this.#step;
    this.#actions.set(actions);
    for (let i = 0; i < this.count; i++) {
      rewards[i] = 0;
      if (terminated[i] || truncated[i]) continue;
      const transition = this.#envs[i].advance(this.#actionViews[i]);
      this.#envs[i].observe(this.#views[i]);
      rewards[i] = transition.reward;
      terminated[i] = Number(transition.terminated);
      truncated[i] = Number(transition.truncated);
      infos[i] = transition.info;
    }
    return this.#step;
  }

  /** Closes all environments. */
  // deno-lint-ignore require-await -- as above
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const env of this.#envs) env.close();
  }

  #assertOpen(action: string): void {
    if (this.#closed) throw closedError(this.id, action);
  }
}

/** The arrays of a {@link VectorStep} over buffers that `allocate` makes. */
export function vectorBuffers<B extends ArrayBufferLike>(
  count: number,
  observationSize: number,
  allocate: (bytes: number) => B,
): {
  observations: Uint8Array<B>;
  rewards: Float64Array<B>;
  terminated: Uint8Array<B>;
  truncated: Uint8Array<B>;
} {
  return {
    observations: new Uint8Array(allocate(count * observationSize)),
    rewards: new Float64Array(allocate(count * 8)),
    terminated: new Uint8Array(allocate(count)),
    truncated: new Uint8Array(allocate(count)),
  };
}

/** The environments that a reset restarts, checked. */
export function resetIndices(vector: VectorEnv, { seeds, indices }: VectorResetOptions): number[] {
  const chosen = indices ? Array.from(indices) : Array.from({ length: vector.count }, (_, i) => i);
  if (seeds?.length !== chosen.length) {
    throw new RangeError(
      `Cannot reset ${vector.count} x ${vector.id}: expected ${chosen.length} seeds, got ${
        seeds?.length ?? "none"
      }`,
    );
  }
  chosen.forEach((index, i) => {
    if (Number.isInteger(index) && index >= 0 && index < vector.count && chosen.indexOf(index) === i) return;
    throw new RangeError(
      `Cannot reset ${vector.count} x ${vector.id}: expected different indices in [0, ${
        vector.count - 1
      }], ` +
        `got [${chosen.join(", ")}]`,
    );
  });
  return chosen;
}

/**
 * Checks the length of a step's actions.
 *
 * @throws RangeError when they are not `[N, A]`.
 */
export function assertActions(vector: VectorEnv, actions: Float32Array): void {
  const size = spaceSize(vector.actionSpace);
  if (actions?.length === vector.count * size) return;
  throw new RangeError(
    `Cannot step ${vector.count} x ${vector.id}: expected ${vector.count} x ${size} numbers of actions, ` +
      `got ${actions?.length ?? typeof actions}`,
  );
}

/** The error of a step before an environment's first reset. */
export function notStarted(id: string, index: number): TypeError {
  return new TypeError(
    `Cannot step ${id}: expected a reset of all environments, got none for number ${index}`,
  );
}

/** The error of a call after `close`. */
export function closedError(id: string, action: string): TypeError {
  return new TypeError(`Cannot ${action} ${id}: expected an open vector environment, got a closed one`);
}

/** Equal parts of an array, one an environment. */
function rows<A extends Uint8Array | Float32Array>(array: A, count: number): A[] {
  const size = array.length / count;
  return Array.from({ length: count }, (_, i) => array.subarray(i * size, (i + 1) * size) as A);
}
