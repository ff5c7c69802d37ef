import type {
  AutoresetMode,
  EnvState,
  Observation,
  VectorEnv,
  VectorResetOptions,
  VectorResetResult,
  VectorStep,
} from "../envs/env.ts";
import type { Space } from "../envs/spaces.ts";

/** Turns `[N, A]` actions of one kind into `[N, B]` of another, row-major. */
export type ActionMapping = (actions: Float32Array) => Float32Array;

/**
 * A vector environment seen through other actions: an agent that decides in a dream's terms drives reality
 * through it unchanged.
 *
 * @example
 * ```ts ignore
 * const env = new MappedVectorEnv(envs, toActions, space);
 * ```
 */
export class MappedVectorEnv<O extends Observation = Uint8Array> implements VectorEnv<O> {
  /** The wrapped environment's id. */
  readonly id: string;
  /** Environments side by side, N. */
  readonly count: number;
  /** The observations of the wrapped environment. */
  readonly observationSpace: Space;
  /** How the wrapped environment begins new episodes. */
  readonly autoreset: AutoresetMode;

  /**
   * Wraps an environment.
   *
   * @param env What is driven; closed along with this.
   * @param mapping From the actions of `actionSpace` to those of `env`.
   * @param actionSpace What the agent decides in.
   */
  constructor(readonly env: VectorEnv<O>, readonly mapping: ActionMapping, readonly actionSpace: Space) {
    this.id = env.id;
    this.count = env.count;
    this.observationSpace = env.observationSpace;
    this.autoreset = env.autoreset;
  }

  /** Starts episodes, see {@link VectorEnv.reset}. */
  reset(options: VectorResetOptions): Promise<VectorResetResult<O>> {
    return this.env.reset(options);
  }

  /** Steps all with the mapped actions. */
  step(actions: Float32Array): Promise<VectorStep<O>> {
    return this.env.step(this.mapping(actions));
  }

  /** The states of the wrapped environment, see {@link VectorEnv.getState}. */
  getState(): Promise<EnvState[]> {
    return this.env.getState();
  }

  /** Goes on from states, see {@link VectorEnv.setState}. */
  setState(states: readonly EnvState[]): Promise<VectorResetResult<O>> {
    return this.env.setState(states);
  }

  /** Closes the wrapped environment. */
  close(): Promise<void> {
    return this.env.close();
  }
}
