import type {
  AutoresetMode,
  Env,
  EnvState,
  Observation,
  VectorEnv,
  VectorResetOptions,
  VectorResetResult,
  VectorStep,
} from "../env.ts";
import { type Space, spaceSize } from "../spaces.ts";
import { flatActions } from "./flat_actions.ts";
import { resetIndices } from "./reset_indices.ts";
import { VectorEnvError } from "./vector_env_error.ts";

const AUTORESET_MODES: readonly AutoresetMode[] = ["disabled", "nextStep", "sameStep"];

/**
 * What all vectors check before anything happens, so that a caller's mistake leaves every environment where it was:
 * the order of calls, lengths, indices, and that actions are numbers. Calls must not overlap.
 */
export abstract class CheckedVectorEnv<O extends Observation = Uint8Array> implements VectorEnv<O> {
  /** The id of the environments. */
  readonly id: string;
  /** How many environments step together. */
  readonly count: number;
  /** The observations of one environment. */
  readonly observationSpace: Space;
  /** The actions of one environment. */
  readonly actionSpace: Space;
  /** When environments whose episode ended restart. */
  readonly autoreset: AutoresetMode;
  /** `[N]`, what each environment was last reset with. */
  protected readonly seeds: (number | undefined)[];
  /** Why no call is possible any more. */
  protected failure: Error | undefined;
  readonly #started: Uint8Array;
  readonly #actionSize: number;
  #busy = false;
  #closed = false;

  /** A vector of `count` environments like `sample`. */
  constructor(sample: Env<O>, count: number, autoreset: AutoresetMode) {
    this.id = sample.id;
    this.count = count;
    this.observationSpace = sample.observationSpace;
    this.actionSpace = sample.actionSpace;
    this.autoreset = autoreset;
    this.seeds = new Array(count).fill(undefined);
    this.#started = new Uint8Array(count);
    this.#actionSize = spaceSize(sample.actionSpace);
    if (!AUTORESET_MODES.includes(autoreset)) {
      throw new RangeError(
        `Cannot make ${this.label}: expected autoreset among ${
          AUTORESET_MODES.join(", ")
        }, got "${autoreset}"`,
      );
    }
  }

  /** Starts episodes; see {@link VectorEnv.reset}. When one fails, all of these wait for another reset. */
  async reset(options: VectorResetOptions): Promise<VectorResetResult<O>> {
    this.#begin("reset");
    try {
      const indices = resetIndices(this.label, this.count, options);
      for (const index of indices) this.#started[index] = 0;
      indices.forEach((index, k) => this.seeds[index] = options.seeds[k]);
      const result = await this.resetEnvs(indices, options);
      for (const index of indices) this.#started[index] = 1;
      return result;
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Steps all; see {@link VectorEnv.step}.
   *
   * @throws VectorEnvError when an environment fails; the vector is of no use from then on.
   */
  async step(actions: Float32Array): Promise<VectorStep<O>> {
    this.#begin("step");
    try {
      const checked = this.#checkActions(actions);
      const unstarted = this.#started.indexOf(0);
      if (unstarted >= 0) {
        throw new TypeError(
          `Cannot step ${this.id}: expected a reset of all environments, got none for number ${unstarted}`,
        );
      }
      return await this.stepEnvs(checked);
    } finally {
      this.#busy = false;
    }
  }

  /** The states of all environments, `[N]`; see {@link VectorEnv.getState}. */
  async getState(): Promise<EnvState[]> {
    this.#begin("get the state of");
    try {
      return await this.getStates();
    } finally {
      this.#busy = false;
    }
  }

  /** Goes on from states; see {@link VectorEnv.setState}. When one does not fit, all wait for another one or a reset. */
  async setState(states: readonly EnvState[]): Promise<VectorResetResult<O>> {
    this.#begin("set the state of");
    try {
      if (states?.length !== this.count) {
        throw new RangeError(
          `Cannot set the state of ${this.label}: expected ${this.count} states, got ${
            states?.length ?? "none"
          }`,
        );
      }
      this.#started.fill(0);
      this.seeds.fill(undefined);
      const result = await this.setStates(states);
      states.forEach((state, i) => this.#started[i] = Number(state.started));
      return result;
    } finally {
      this.#busy = false;
    }
  }

  /** Closes all environments; a call under way rejects. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.closeEnvs(this.#busy);
  }

  /** What errors call this vector. */
  protected get label(): string {
    return `${this.count} x ${this.id}`;
  }

  /** The error of a call after `close`, or of one that `close` ends. */
  protected closedError(action: string): TypeError {
    return new TypeError(
      `Cannot ${action} ${this.id}: expected an open vector environment, got a closed one`,
    );
  }

  /** Resets `indices`, which were checked; seeds belong to them in order. */
  protected abstract resetEnvs(indices: number[], options: VectorResetOptions): Promise<VectorResetResult<O>>;
  /** Steps all with actions that were checked. */
  protected abstract stepEnvs(actions: Float32Array): Promise<VectorStep<O>>;
  /** Collects states. */
  protected abstract getStates(): Promise<EnvState[]>;
  /** Sets as many states as there are environments. */
  protected abstract setStates(states: readonly EnvState[]): Promise<VectorResetResult<O>>;
  /** Closes for the first time, maybe while another call is under way. */
  protected abstract closeEnvs(busy: boolean): Promise<void>;

  /** Keeps the first failure, for this and all further calls. */
  protected fail(
    what: string,
    where: { worker?: number; first: number; count: number; atWork?: number },
    cause?: unknown,
  ): Error {
    const { worker, first, count, atWork } = where;
    const indices = Array.from({ length: count }, (_, i) => first + i);
    const loss = { worker, indices, seeds: this.seeds.slice(first, first + count), atWork };
    return this.failure ??= new VectorEnvError(this.label, what, loss, cause);
  }

  #begin(action: string): void {
    if (this.#closed) throw this.closedError(action);
    if (this.failure) throw this.failure;
    if (this.#busy) {
      throw new TypeError(
        `Cannot ${action} ${this.id}: expected one call at a time, got one before the last had ended`,
      );
    }
    this.#busy = true;
  }

  /**
   * Only that they are numbers, or one of the integers: many environments clip or take what lies outside a space of
   * floats.
   */
  #checkActions(given: ArrayLike<number>): Float32Array {
    const size = this.#actionSize;
    const actions = flatActions(this.label, [this.count, size], given);
    const whole = this.actionSpace.dtype !== "float32";
    for (let i = 0; i < actions.length; i++) {
      const problem = whole && i % size === 0
        ? this.actionSpace.explain(actions.subarray(i, i + size))
        : Number.isFinite(actions[i])
        ? undefined
        : `expected finite numbers, got ${actions[i]}`;
      if (problem === undefined) continue;
      throw new RangeError(
        `Cannot step ${this.id}: ${problem} in the action of number ${Math.floor(i / size)}`,
      );
    }
    return actions;
  }
}
