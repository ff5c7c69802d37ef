import type { Info, VectorEnv, VectorStep } from "./env.ts";
import { type EnvRecipe, makeFromRecipe } from "./recipe.ts";
import { type Space, spaceSize } from "./spaces.ts";
import {
  assertActions,
  closedError,
  notStarted,
  resetIndices,
  vectorBuffers,
  type VectorResetOptions,
} from "./vector_env.ts";
import { WorkerHandle } from "./worker_handle.ts";
import type { WorkerRequest } from "./worker_vector_env_worker.ts";

/** Options of {@link WorkerVectorEnv}. */
export interface WorkerVectorEnvOptions {
  /** How many environments, an integer > 0. */
  count: number;
  /** How many workers share them, at most `count`; default: the machine's cores. */
  workers?: number;
  /** URLs of modules that each worker imports first, to `register` environments of one's own; default none. */
  modules?: string[];
  /** Milliseconds that a worker may take for one call before it counts as dead; default 60,000. */
  patience?: number;
}

/**
 * N environments shared among worker threads: the same results as {@link SyncVectorEnv}, on several cores.
 *
 * Observations, rewards and flags lie in shared memory; workers draw straight into it. Calls must not overlap. Close
 * it: its workers keep the process alive.
 */
export class WorkerVectorEnv implements VectorEnv {
  /** The id of the environments. */
  readonly id: string;
  /** How many environments step together. */
  readonly count: number;
  /** The observations of one environment. */
  readonly observationSpace: Space;
  /** The actions of one environment. */
  readonly actionSpace: Space;
  readonly #shares: { worker: WorkerHandle; first: number; count: number }[] = [];
  readonly #started: Promise<unknown>;
  readonly #step: VectorStep;
  readonly #actions: Float32Array;
  readonly #hasReset: Uint8Array;
  readonly #patience: number;
  #busy = false;
  #closed = false;

  /**
   * Starts the workers; their first answer is awaited by the first call.
   *
   * @throws RangeError for a bad count, and what `make` throws for the recipe.
   */
  constructor(recipe: EnvRecipe, options: WorkerVectorEnvOptions) {
    const { count, workers = navigator.hardwareConcurrency, modules = [], patience = 60_000 } = options;
    for (const [name, value] of Object.entries({ count, workers })) {
      if (Number.isInteger(value) && value > 0) continue;
      throw new RangeError(
        `Cannot make a vector of ${recipe.id}: expected an integer > 0 of ${name}, got ${value}`,
      );
    }
    const sample = makeFromRecipe(recipe);
    this.id = sample.id;
    this.count = count;
    this.observationSpace = sample.observationSpace;
    this.actionSpace = sample.actionSpace;
    sample.close();

    const [pixels, numbers] = [spaceSize(this.observationSpace), spaceSize(this.actionSpace)];
    const { observations, rewards, terminated, truncated } = vectorBuffers(count, pixels, shared);
    this.#step = {
      observations,
      rewards,
      terminated,
      truncated,
      infos: Array.from({ length: count }, () => ({})),
    };
    this.#actions = new Float32Array(shared(count * numbers * 4));
    this.#hasReset = new Uint8Array(count);
    this.#patience = patience;

    const total = Math.min(workers, count);
    const starts = Array.from({ length: total }, (_, i) => {
      const [first, end] = [Math.floor((i * count) / total), Math.floor(((i + 1) * count) / total)];
      const worker = new WorkerHandle(`worker ${i} of ${this.id}`);
      this.#shares.push({ worker, first, count: end - first });
      const buffers = {
        observations: observations.subarray(first * pixels, end * pixels),
        rewards: rewards.subarray(first, end),
        terminated: terminated.subarray(first, end),
        truncated: truncated.subarray(first, end),
      };
      const actions = this.#actions.subarray(first * numbers, end * numbers);
      return worker.request(
        { kind: "start", recipe, modules, count: end - first, actions, buffers },
        patience,
      );
    });
    this.#started = Promise.all(starts);
    this.#started.catch(() => {}); // the first call reports it
  }

  /** Starts episodes; see {@link VectorEnv.reset}. */
  async reset(options: VectorResetOptions): Promise<{ observations: Uint8Array; infos: Info[] }> {
    this.#assertReady("reset");
    const indices = resetIndices(this, options);
    await this.#ask(({ first, count }) => {
      const own = indices.flatMap((index, i) => index >= first && index < first + count ? [i] : []);
      return own.length === 0 ? undefined : {
        kind: "reset",
        options: {
          ...options,
          seeds: own.map((i) => options.seeds[i]),
          indices: own.map((i) => indices[i] - first),
        },
      };
    });
    for (const index of indices) this.#hasReset[index] = 1;
    return { observations: this.#step.observations, infos: this.#step.infos };
  }

  /** Steps all that are not finished. */
  async step(actions: Float32Array): Promise<VectorStep> {
    this.#assertReady("step");
    assertActions(this, actions);
    const unstarted = this.#hasReset.indexOf(0);
    if (unstarted >= 0) throw notStarted(this.id, unstarted);
    this.#actions.set(actions);
    await this.#ask(() => ({ kind: "step" }));
    return this.#step;
  }

  /** Terminates the workers; a call under way rejects. */
  // deno-lint-ignore require-await -- async as the contract has it
  async close(): Promise<void> {
    this.#closed = true;
    for (const { worker } of this.#shares) worker.end(closedError(this.id, "go on with"));
  }

  /** Asks all workers at once and keeps their infos; when several fail, the first one's error counts. */
  async #ask(request: (share: { first: number; count: number }) => WorkerRequest | undefined): Promise<void> {
    this.#busy = true;
    try {
      await this.#started;
      const replies = await Promise.allSettled(this.#shares.map((share) => {
        const message = request(share);
        return message && share.worker.request(message, this.#patience);
      }));
      replies.forEach((reply, i) => {
        if (reply.status === "rejected") throw reply.reason;
        reply.value?.forEach((info, j) => this.#step.infos[this.#shares[i].first + j] = info);
      });
    } finally {
      this.#busy = false;
    }
  }

  #assertReady(action: string): void {
    if (this.#closed) throw closedError(this.id, action);
    if (this.#busy) {
      throw new TypeError(
        `Cannot ${action} ${this.id}: expected one call at a time, got one before the last had ended`,
      );
    }
  }
}

function shared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}
