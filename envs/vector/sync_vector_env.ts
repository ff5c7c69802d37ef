import type {
  AutoresetMode,
  Env,
  EnvState,
  Observation,
  VectorResetOptions,
  VectorResetResult,
  VectorStep,
} from "../env.ts";
import { expectNames } from "../read_options.ts";
import { spaceSize } from "../spaces.ts";
import { CheckedVectorEnv } from "./checked_vector_env.ts";
import { actionRows, EnvGroup } from "./env_group.ts";
import { expectMembers } from "./expect_members.ts";
import { observationArray, vectorBuffers } from "./vector_buffers.ts";

/** Options of {@link SyncVectorEnv}. */
export interface SyncVectorEnvOptions {
  /** When environments whose episode ended restart. @default "disabled" */
  autoreset?: AutoresetMode;
}

/**
 * N environments stepped one after the other in this thread.
 *
 * Observations are written straight into one array, `[N, ...]`, and all results are reused by the next call: a step
 * makes no garbage of its own.
 *
 * @example
 * ```ts ignore
 * const vector = new SyncVectorEnv([1, 2, 3].map(() => make("CarRacing-v3")), { autoreset: "nextStep" });
 * await vector.reset({ seeds: [1, 2, 3] });
 * const { observations, rewards } = await vector.step(new Float32Array(3 * 3));
 * ```
 */
export class SyncVectorEnv<O extends Observation = Uint8Array> extends CheckedVectorEnv<O> {
  readonly #group: EnvGroup<O>;
  readonly #step: VectorStep<O>;
  readonly #actions: Float32Array;
  readonly #actionRows: Float32Array[];
  readonly #atWork = new Int32Array(1);

  /**
   * Takes environments that are built already.
   *
   * @param envs Environments with the same spaces, at least one, each an object of its own; the vector owns them from
   * now on.
   * @throws TypeError for what is no array of such environments, and for an unknown option. @throws RangeError when
   * there are none.
   */
  constructor(envs: readonly Env<O>[], options: SyncVectorEnvOptions = {}) {
    expectNames("make a vector environment", "options", options, ["autoreset"]);
    const { autoreset = "disabled" } = options;
    expectMembers(envs);
    const [sample] = envs;
    super(sample, envs.length, autoreset);
    const { observationSpace, actionSpace } = sample;
    const arrayType = observationArray<O>(sample.id, observationSpace);
    const buffers = vectorBuffers(envs.length, spaceSize(observationSpace), arrayType);
    this.#group = new EnvGroup(envs, { autoreset, slots: [buffers], atWork: this.#atWork });
    this.#step = { ...buffers, infos: this.#group.infos };
    this.#actions = new Float32Array(envs.length * spaceSize(actionSpace));
    this.#actionRows = actionRows(sample, this.#actions);
  }

  /** Resets them in order. */
  // deno-lint-ignore require-await -- async, so that an error rejects as it does over workers
  protected override async resetEnvs(
    indices: number[],
    options: VectorResetOptions,
  ): Promise<VectorResetResult<O>> {
    this.#group.reset(indices, options);
    return this.#step;
  }

  /** Steps one after the other. */
  // deno-lint-ignore require-await -- as above
  protected override async stepEnvs(actions: Float32Array): Promise<VectorStep<O>> {
    this.#actions.set(actions);
    try {
      this.#group.step(this.#actionRows);
    } catch (error) {
      throw this.fail(`an environment threw "${(error as Error).message}"`, {
        first: 0,
        count: this.count,
        atWork: this.#atWork[0],
      }, error);
    }
    return this.#step;
  }

  /** Collects them. */
  // deno-lint-ignore require-await -- as above
  protected override async getStates(): Promise<EnvState[]> {
    return this.#group.getState();
  }

  /** Sets them in order. */
  // deno-lint-ignore require-await -- as above
  protected override async setStates(states: readonly EnvState[]): Promise<VectorResetResult<O>> {
    this.#group.setState(states);
    return this.#step;
  }

  /** Closes all. */
  // deno-lint-ignore require-await -- as above
  protected override async closeEnvs(): Promise<void> {
    try {
      this.#group.close();
    } catch (error) {
      if (!this.failure) throw error;
    }
  }
}
