import type { RandomStream } from "../core/random_stream.ts";
import type { EnvState, Observation, VectorEnv, VectorStep } from "../envs/env.ts";
import { TRAIN_SEEDS } from "./seeds.ts";

/** Episodes that a mean return is taken of. */
const RECENT = 100;

/** What {@link Episodes} were when they were saved: plain values. */
export interface SavedEpisodes {
  /** Episodes that were begun in all. */
  begun: number;
  /** Rewards of the present episodes so far, `[N]`. */
  returns: Float64Array;
  /** Their decisions so far, `[N]`. */
  lengths: Float64Array;
  /** Returns and lengths of the last episodes that ended, the newest last. */
  recent: { return: number; length: number }[];
  /** The environments, `[N]`. */
  environments: EnvState[];
}

/**
 * Episodes that go on side by side in environments without an autoreset, real or dreamt. Each begins by a seed that
 * depends on the stream and on how many were begun before.
 */
export class Episodes<O extends Observation = Observation> {
  /** What is seen now, `[N, ...]`: the environment's own array. */
  observations: O;
  #begun = 0;
  #returns: Float64Array;
  #lengths: Float64Array;
  #recent: SavedEpisodes["recent"] = [];

  private constructor(readonly env: VectorEnv<O>, readonly random: RandomStream, start: { observations: O }) {
    this.observations = start.observations;
    this.#returns = new Float64Array(env.count);
    this.#lengths = new Float64Array(env.count);
  }

  /** Begins an episode in every environment. @throws TypeError for environments that restart by themselves. */
  static async begin<O extends Observation>(env: VectorEnv<O>, random: RandomStream): Promise<Episodes<O>> {
    checkAutoreset(env);
    const seeds = Array.from({ length: env.count }, (_, episode) => seedOf(random, episode));
    const episodes = new Episodes(env, random, await env.reset({ seeds }));
    episodes.#begun = env.count;
    return episodes;
  }

  /**
   * Goes on where episodes were saved.
   *
   * @throws RangeError or TypeError for those of other environments.
   */
  static async resume<O extends Observation>(
    env: VectorEnv<O>,
    random: RandomStream,
    saved: SavedEpisodes,
  ): Promise<Episodes<O>> {
    checkAutoreset(env);
    const episodes = new Episodes(env, random, await env.setState(saved.environments));
    episodes.#begun = saved.begun;
    episodes.#returns.set(saved.returns);
    episodes.#lengths.set(saved.lengths);
    episodes.#recent = [...saved.recent];
    return episodes;
  }

  /** Steps all. Where episodes ended, {@link Episodes.restart} comes next. */
  async step(actions: Float32Array): Promise<VectorStep<O>> {
    const step = await this.env.step(actions);
    this.observations = step.observations;
    for (let row = 0; row < this.env.count; row++) {
      this.#returns[row] += step.rewards[row];
      this.#lengths[row]++;
      if (!step.terminated[row] && !step.truncated[row]) continue;
      this.#recent.push({ return: this.#returns[row], length: this.#lengths[row] });
      if (this.#recent.length > RECENT) this.#recent.shift();
    }
    return step;
  }

  /** Begins new episodes in some environments. */
  async restart(rows: readonly number[]): Promise<void> {
    if (rows.length === 0) return;
    const seeds = rows.map(() => seedOf(this.random, this.#begun++));
    ({ observations: this.observations } = await this.env.reset({ seeds, indices: rows }));
    for (const row of rows) this.#returns[row] = this.#lengths[row] = 0;
  }

  /** Mean return and length of the last hundred episodes that ended; nothing before the first one has. */
  recent(): Record<string, number> {
    const count = this.#recent.length;
    if (count === 0) return {};
    const mean = (key: "return" | "length") =>
      this.#recent.reduce((sum, episode) => sum + episode[key], 0) / count;
    return { return: mean("return"), length: mean("length") };
  }

  /** All that they go on from. */
  async save(): Promise<SavedEpisodes> {
    return {
      begun: this.#begun,
      returns: this.#returns.slice(),
      lengths: this.#lengths.slice(),
      recent: [...this.#recent],
      environments: await this.env.getState(),
    };
  }
}

/** The seed of the episode that so many were begun before. */
function seedOf(random: RandomStream, begun: number): number {
  return random.fork(begun).integer(...TRAIN_SEEDS);
}

function checkAutoreset<O extends Observation>({ id, autoreset }: VectorEnv<O>): void {
  if (autoreset === "disabled") return;
  throw new TypeError(
    `Cannot learn in ${id}: expected environments that rest when an episode ends (autoreset "disabled"), got "${autoreset}"`,
  );
}
