import type { EnvState, Info, Observation, Picture, RenderOptions, ResetOptions } from "./env.ts";
import type { Space } from "./spaces.ts";

/** A value for each agent, by its name. */
export type ByAgent<T> = Record<string, T>;

/** What {@link ParallelEnv.reset} returns. */
export interface ParallelResetResult<O extends Observation = Uint8Array> {
  /** The first observation of every agent. */
  observations: ByAgent<O>;
  /** What else is known at the start. */
  infos: ByAgent<Info>;
}

/** What one step changes for each agent that took part in it, without the observations. */
export interface ParallelTransition {
  /** The rewards of this step. */
  rewards: ByAgent<number>;
  /** Whose episode ended by the environment's own rules. */
  terminations: ByAgent<boolean>;
  /** Whose episode was cut, by a time limit for instance. */
  truncations: ByAgent<boolean>;
  /** What else is known of the step. */
  infos: ByAgent<Info>;
}

/** What {@link ParallelEnv.step} returns: PettingZoo's five dictionaries under their names. */
export interface ParallelStepResult<O extends Observation = Uint8Array> extends ParallelTransition {
  /** The observations after the step. */
  observations: ByAgent<O>;
}

/**
 * An environment of several agents that act at the same time, after PettingZoo's `ParallelEnv`.
 *
 * Every dictionary has an entry for each agent that took part in the step, also for those that it was the last step of;
 * these then leave {@link ParallelEnv.agents}. The episode is over when no agent is left. `step(actions)` equals
 * `advance(actions)` followed by `observe(agent)` for each of them.
 */
export interface ParallelEnv<O extends Observation = Uint8Array> {
  /** The id that `makeParallel` knows it by. */
  readonly id: string;
  /** The names of all agents that an episode may have. */
  readonly possibleAgents: readonly string[];
  /** The names of the agents that are to act in the next step; none before the first reset. */
  readonly agents: readonly string[];
  /** What an agent's observation may be; the same object for the same agent. */
  observationSpace(agent: string): Space;
  /** What an agent's action may be; the same object for the same agent. */
  actionSpace(agent: string): Space;
  /** Starts an episode; one that is refused changes nothing. @throws TypeError or RangeError: see `Env.reset`. */
  reset(options?: ResetOptions): ParallelResetResult<O>;
  /** Advances by one step, with an action for each of {@link ParallelEnv.agents}, and draws for all of them. */
  step(actions: ByAgent<ArrayLike<number>>): ParallelStepResult<O>;
  /** Advances by one step without drawing. */
  advance(actions: ByAgent<ArrayLike<number>>): ParallelTransition;
  /**
   * Writes an agent's present observation, into `target` when one is given.
   *
   * @throws TypeError for an agent that there is not. @throws TypeError or RangeError for a target: see `Env.observe`.
   */
  observe(agent: string, target?: O): O;
  /**
   * A picture for people, of what an agent sees; by default of the first that is left.
   *
   * @throws TypeError for an agent that there is not. @throws TypeError or RangeError for other options: see `Env.render`.
   */
  render(options?: RenderOptions & { agent?: string }): Picture;
  /** Everything that the future depends on, a copy: see `Env.getState`. */
  getState(): EnvState;
  /** Goes on where {@link ParallelEnv.getState} was called: see `Env.setState`. */
  setState(state: EnvState): void;
  /** Frees what the environment holds; calls after it throw. */
  close(): void;
}
