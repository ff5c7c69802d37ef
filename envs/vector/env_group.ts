import type { AutoresetMode, Env, EnvState, Info, Observation, VectorResetOptions } from "../env.ts";
import { readEnvState } from "../env_state.ts";
import { spaceSize } from "../spaces.ts";
import { rowsOf, type VectorBuffers } from "./vector_buffers.ts";

/** What a vector keeps of one environment: the environment's state, and what a resting one still shows. */
interface MemberState {
  inner: EnvState;
  started: boolean;
  terminated: boolean;
  truncated: boolean;
  info: Info;
}

/** What an {@link EnvGroup} is made of beside its environments. */
export interface EnvGroupOptions<O extends Observation> {
  /** When environments whose episode ended restart. */
  autoreset: AutoresetMode;
  /** Where results go: one set of arrays, or several that take turns. */
  slots: readonly VectorBuffers<O>[];
  /** `[1]`, which environment is at work, kept up to date for whoever watches. */
  atWork: Int32Array;
}

/**
 * Environments stepped one after the other into given arrays: what runs in this thread and in every worker.
 *
 * It checks nothing that its owner checks: lengths, indices, that all were reset.
 */
export class EnvGroup<O extends Observation> {
  /** `[N]`, the present infos. */
  readonly infos: Info[];
  /** `[N]`, 1 where the info is news; whoever passes it on sets it back. */
  readonly news: Uint8Array;
  readonly #envs: readonly Env<O>[];
  readonly #options: EnvGroupOptions<O>;
  readonly #slots: readonly VectorBuffers<O>[];
  /** `[slot][environment]`. */
  readonly #observations: O[][];
  /** `[N]`, 1 while an environment waits for a reset after its end. */
  readonly #over: Uint8Array;
  readonly #started: Uint8Array;
  #slot = 0;

  /** Takes environments of one kind. */
  constructor(envs: readonly Env<O>[], options: EnvGroupOptions<O>) {
    this.#envs = envs;
    this.#options = options;
    this.#slots = options.slots;
    this.#observations = options.slots.map(({ observations }) => rowsOf(observations, envs.length));
    this.#over = new Uint8Array(envs.length);
    this.#started = new Uint8Array(envs.length);
    this.news = new Uint8Array(envs.length);
    this.infos = envs.map(() => ({}));
  }

  /** Resets environments into the present arrays. */
  reset(indices: ArrayLike<number>, { seeds, options }: VectorResetOptions): void {
    for (let k = 0; k < indices.length; k++) {
      const i = indices[k];
      this.#options.atWork[0] = i;
      this.#started[i] = 0;
      this.#restart(i, { seed: seeds[k], options });
      this.#started[i] = 1;
    }
  }

  /** Steps all with `[N, A]` actions into the arrays of a slot, which are the present ones from then on. */
  step(actions: readonly Float32Array[], slot = 0): void {
    const last = this.#slots[this.#slot];
    const { rewards, terminated, truncated } = this.#slots[slot];
    const lastObservations = this.#observations[this.#slot], observations = this.#observations[slot];
    const { autoreset, atWork } = this.#options;
    this.#slot = slot;
    for (let i = 0; i < actions.length; i++) {
      atWork[0] = i;
      if (this.#over[i]) {
        if (autoreset !== "disabled") {
          this.#restart(i);
          continue;
        }
        rewards[i] = 0;
        if (observations === lastObservations) continue;
        terminated[i] = last.terminated[i];
        truncated[i] = last.truncated[i];
        observations[i].set(lastObservations[i]);
        continue;
      }
      const transition = this.#envs[i].advance(actions[i]);
      const over = transition.terminated || transition.truncated;
      if (over && autoreset === "sameStep") this.#startAnew(i, transition.info);
      else {
        this.#envs[i].observe(observations[i]);
        this.#inform(i, transition.info);
        this.#over[i] = Number(over);
      }
      rewards[i] = transition.reward;
      terminated[i] = Number(transition.terminated);
      truncated[i] = Number(transition.truncated);
    }
  }

  /** `[N]`. */
  getState(): EnvState[] {
    const { terminated, truncated } = this.#slots[this.#slot];
    return this.#envs.map((env, i) => {
      this.#options.atWork[0] = i;
      const over = this.#over[i] === 1;
      const state: MemberState = {
        inner: env.getState(),
        started: this.#started[i] === 1,
        terminated: over && terminated[i] === 1,
        truncated: over && truncated[i] === 1,
        info: structuredClone(this.infos[i]),
      };
      return { ...state };
    });
  }

  /** Sets all states and draws them into the present arrays. */
  setState(states: readonly EnvState[]): void {
    const { rewards, terminated, truncated } = this.#slots[this.#slot];
    states.forEach((state, i) => {
      this.#options.atWork[0] = i;
      const env = this.#envs[i];
      const member = readEnvState<MemberState>(env.id, state, {
        inner: "object",
        started: "boolean",
        terminated: "boolean",
        truncated: "boolean",
        info: "object",
      });
      env.setState(member.inner);
      if (member.started) env.observe(this.#observations[this.#slot][i]);
      rewards[i] = 0;
      terminated[i] = Number(member.terminated);
      truncated[i] = Number(member.truncated);
      this.#over[i] = terminated[i] | truncated[i];
      this.#started[i] = Number(member.started);
      this.#inform(i, structuredClone(member.info));
    });
  }

  /** Closes all environments; the error of the first that would not is thrown after the last. */
  close(): void {
    const errors: unknown[] = [];
    for (const env of this.#envs) {
      try {
        env.close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** A new episode of one environment, with a seed or from its own generator. */
  #restart(i: number, options?: { seed: number; options?: Record<string, unknown> }): void {
    const { rewards, terminated, truncated } = this.#slots[this.#slot];
    const { observation, info } = this.#envs[i].reset(options);
    this.#observations[this.#slot][i].set(observation);
    this.#inform(i, info);
    rewards[i] =
      terminated[i] =
      truncated[i] =
      this.#over[i] =
        0;
  }

  /** The end and the new beginning within one step. */
  #startAnew(i: number, finalInfo: Info): void {
    const env = this.#envs[i];
    const row = this.#observations[this.#slot][i];
    env.observe(row);
    const finalObservation = row.slice();
    this.#restart(i);
    this.#inform(i, { ...this.infos[i], finalObservation, finalInfo });
  }

  #inform(i: number, info: Info): void {
    this.infos[i] = info;
    this.news[i] = 1;
  }
}

/** `[N, A]` actions as a row for each environment. */
export function actionRows(env: Pick<Env, "actionSpace">, actions: Float32Array): Float32Array[] {
  return rowsOf(actions, actions.length / spaceSize(env.actionSpace));
}
