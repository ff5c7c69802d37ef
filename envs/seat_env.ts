import { RandomStream, type RandomStreamState } from "../core/random_stream.ts";
import type {
  Env,
  EnvState,
  Observation,
  Picture,
  RenderOptions,
  ResetOptions,
  ResetResult,
  StepResult,
  Transition,
} from "./env.ts";
import { EpisodeGuard } from "./episode_guard.ts";
import { EPISODE_STATUS, type EpisodeStatus, readEnvState, restoreWholly } from "./env_state.ts";
import type { ByAgent, ParallelEnv } from "./parallel_env.ts";
import { readView } from "./read_render_options.ts";
import { isFiniteAction, refuseAction } from "./refuse_action.ts";
import { type Space, spaceSize } from "./spaces.ts";

/** Who acts for one of the other agents of a {@link SeatEnv}. */
export interface Opponent<O extends Observation = Uint8Array> {
  /** Gets ready for an episode; all its randomness follows from the seed, an integer >= 0. */
  reset(seed: number): void;
  /** The next action. What the agent observes is drawn only when it is asked for. */
  act(observe: () => O): ArrayLike<number>;
  /** What its future depends on, plain values; left out by one that remembers nothing. */
  getState?(): EnvState;
  /** Goes on from a state. */
  setState?(state: EnvState): void;
}

/** Options of {@link SeatEnv}. */
export interface SeatEnvOptions<O extends Observation = Uint8Array> {
  /** The agent whose seat it is. @default the first of `possibleAgents` */
  agent?: string;
  /** Makes the opponent that acts for an agent. */
  opponent(agent: string): Opponent<O>;
}

/** What {@link SeatEnv.getState} returns. */
interface SeatEnvState {
  inner: EnvState;
  random: RandomStreamState;
  /** One an opponent, in the order of `possibleAgents`; empty for those that remember nothing. */
  opponents: EnvState[];
  status: EpisodeStatus;
}

/**
 * One seat of an environment of several agents as an ordinary environment, the other seats taken by given opponents:
 * for training against scripted drivers, or against saved copies of oneself.
 *
 * The episode ends when this agent's does.
 */
export class SeatEnv<O extends Observation = Uint8Array> implements Env<O> {
  /** The environment inside, which it owns. */
  readonly env: ParallelEnv<O>;
  /** The agent whose seat it is. */
  readonly agent: string;
  readonly #opponents: ReadonlyMap<string, Opponent<O>>;
  #random = opponentStream(0);
  readonly #guard: EpisodeGuard;

  /**
   * Takes a seat.
   *
   * @throws RangeError when there is no such agent.
   */
  constructor(env: ParallelEnv<O>, { agent = env.possibleAgents[0], opponent }: SeatEnvOptions<O>) {
    if (!env.possibleAgents.includes(agent)) {
      throw new RangeError(
        `Cannot take a seat of ${env.id}: expected one of ${env.possibleAgents.join(", ")}, got "${agent}"`,
      );
    }
    this.env = env;
    this.#guard = new EpisodeGuard(env.id);
    this.agent = agent;
    const others = env.possibleAgents.filter((other) => other !== agent);
    this.#opponents = new Map(others.map((other) => [other, opponent(other)]));
  }

  /** The inner environment's id. */
  get id(): string {
    return this.env.id;
  }

  /** What this agent's observation may be. */
  get observationSpace(): Space {
    return this.env.observationSpace(this.agent);
  }

  /** What this agent's action may be. */
  get actionSpace(): Space {
    return this.env.actionSpace(this.agent);
  }

  /** Starts an episode, and the opponents'. */
  reset(options: ResetOptions = {}): ResetResult<O> {
    const { observations, infos } = this.env.reset(options);
    if (options.seed !== undefined) this.#random = opponentStream(options.seed);
    for (const opponent of this.#opponents.values()) opponent.reset(this.#random.uint32());
    this.#guard.begin();
    return { observation: observations[this.agent], info: infos[this.agent] };
  }

  /** Advances by one step and draws. */
  step(action: ArrayLike<number>): StepResult<O> {
    const { reward, terminated, truncated, info } = this.advance(action);
    return { observation: this.observe(), reward, terminated, truncated, info };
  }

  /**
   * Advances by one step; the opponents act on what they saw after the last one.
   *
   * @throws TypeError before the first reset, after the end, and for an action that does not belong.
   */
  advance(action: ArrayLike<number>): Transition {
    this.#guard.expectRunning();
    const { agent, env } = this;
    // A wrong action is refused before any opponent has moved on.
    if (!mayBelong(env.actionSpace(agent), action)) {
      refuseAction(`step ${this.id}`, "its space", action);
    }
    const actions: ByAgent<ArrayLike<number>> = {};
    for (const other of env.agents) {
      const opponent = this.#opponents.get(other);
      actions[other] = opponent ? opponent.act(() => env.observe(other)) : action;
    }
    const { rewards, terminations, truncations, infos } = env.advance(actions);
    const [terminated, truncated] = [terminations[agent], truncations[agent]];
    if (terminated || truncated) this.#guard.end();
    return { reward: rewards[agent], terminated, truncated, info: infos[agent] };
  }

  /** Writes this agent's present observation, into `target` when one is given. */
  observe(target?: O): O {
    return this.env.observe(this.agent, target);
  }

  /** A picture for people, of what this agent sees. */
  render(options: RenderOptions = {}): Picture {
    // Its agent is not the caller's to choose.
    readView(this.id, options);
    return this.env.render({ ...options, agent: this.agent });
  }

  /** The states of the environment inside and of the opponents. */
  getState(): EnvState {
    const state: SeatEnvState = {
      inner: this.env.getState(),
      random: this.#random.state(),
      opponents: [...this.#opponents.values()].map((opponent) => opponent.getState?.() ?? {}),
      status: this.#guard.status,
    };
    return { ...state };
  }

  /** Goes on from a state. @throws TypeError for a state of something else. */
  setState(state: EnvState): void {
    restoreWholly(state, this.getState(), (state) => this.#restore(state));
  }

  #restore(state: EnvState): void {
    const { inner, random, opponents, status } = readEnvState<SeatEnvState>(this.id, state, {
      inner: "object",
      random: "object",
      opponents: this.#opponents.size,
      status: EPISODE_STATUS,
    });
    this.env.setState(inner);
    this.#random = RandomStream.fromState(random);
    [...this.#opponents.values()].forEach((opponent, i) => opponent.setState?.(opponents[i]));
    this.#guard.restore(status);
  }

  /** Closes the inner environment. */
  close(): void {
    this.env.close();
    this.#guard.close();
  }
}

/** Whether an environment may take an action: floats that lie outside their bounds it may take as they are. */
function mayBelong(space: Space, action: ArrayLike<number>): boolean {
  if (space.dtype !== "float32") return !space.explain(action);
  return isFiniteAction(action, spaceSize(space));
}

function opponentStream(seed: number): RandomStream {
  return new RandomStream(seed).fork("opponents");
}
