import { RandomStream } from "../core/random_stream.ts";
import type { Observation } from "./env.ts";
import type { ByAgent, ParallelEnv, ParallelStepResult } from "./parallel_env.ts";

/** Options of {@link checkParallelEnv}. */
export interface CheckParallelEnvOptions {
  /** Seed of the episodes and of the actions, an integer >= 0. @default 0 */
  seed?: number;
  /** Most steps of an episode, within which the environment should end. @default 1,000 */
  steps?: number;
}

/** What was seen of an episode. */
interface Trace {
  first: ByAgent<number[]>;
  steps: ParallelStepResult<Observation>[];
  /** The agents after each step. */
  agents: string[][];
}

/**
 * Proves that an environment of several agents keeps the contract of {@link ParallelEnv}: names and spaces; dictionaries
 * of those, and only those, that took part; agents that end leave, and do not come back; observations and rewards in
 * their spaces, finite; the same seed gives the same episode; `step` is `advance` and `observe`; a saved state goes on
 * with the same future; missing, foreign and wrong actions and calls out of order are refused.
 *
 * @param env An environment that was not reset yet; afterwards it is somewhere in an episode.
 * @throws Error that names the first promise that is broken.
 */
export function checkParallelEnv<O extends Observation>(
  env: ParallelEnv<O>,
  { seed = 0, steps = 1000 }: CheckParallelEnvOptions = {},
): void {
  const check = new Check(env, seed, steps);
  check.names();
  check.refusesBeforeReset();
  const trace = check.episode("step");
  check.same(trace, check.episode("step"), "the same seed and actions");
  check.same(trace, check.episode("advance"), "advance and observe instead of step");
  check.goesOn(trace);
  check.refusals();
}

/** The parts of {@link checkParallelEnv}, over one environment. */
class Check<O extends Observation> {
  constructor(readonly env: ParallelEnv<O>, readonly seed: number, readonly steps: number) {}

  names(): void {
    const { env } = this;
    const { possibleAgents } = env;
    this.#expect(possibleAgents.length > 0, "agents in possibleAgents", "none");
    this.#expect(
      new Set(possibleAgents).size === possibleAgents.length,
      "names that differ",
      `${possibleAgents}`,
    );
    for (const agent of possibleAgents) {
      for (const space of ["observationSpace", "actionSpace"] as const) {
        this.#expect(
          env[space](agent) === env[space](agent),
          `the same ${space}(${agent}) each time`,
          "another",
        );
        const problem = env[space](agent).explain(env[space](agent).sample(new RandomStream(this.seed)));
        this.#expect(
          problem === undefined,
          `a sample of ${space}(${agent}) that belongs to it`,
          `"${problem}"`,
        );
      }
    }
    this.#refuses(() => env.actionSpace("nobody"), "the space of an agent that there is not");
  }

  refusesBeforeReset(): void {
    const { env } = this;
    this.#expect(env.agents.length === 0, "no agents before the first reset", `${env.agents}`);
    this.#refuses(() => env.step({}), "step before the first reset");
    this.#refuses(() => env.observe(env.possibleAgents[0]), "observe before the first reset");
  }

  /** An episode of seeded random actions, to its end. */
  episode(by: "step" | "advance"): Trace {
    const { env } = this;
    const { observations, infos } = env.reset({ seed: this.seed });
    this.#expect(sameNames(env.agents, env.possibleAgents), "all agents after reset", `${env.agents}`);
    this.#keys({ observations, infos }, env.agents, "reset");
    for (const agent of env.agents) this.#observation(agent, observations[agent], "reset");
    const trace: Trace = { first: plain(observations), steps: [], agents: [] };
    const random = new RandomStream(this.seed).fork("actions");
    while (env.agents.length > 0 && trace.steps.length < this.steps) {
      const acting = env.agents;
      const actions = this.#sample(random);
      const step = by === "step" ? env.step(actions) : this.#advance(actions);
      const when = `step ${trace.steps.length + 1}`;
      this.#step(step, acting, when);
      trace.steps.push({ ...structuredClone(step), observations: structuredClone(step.observations) });
      trace.agents.push([...env.agents]);
    }
    this.#expect(env.agents.length === 0, `an end within ${this.steps} steps`, `${env.agents}`);
    this.#refuses(() => env.step({}), "step after the end");
    return trace;
  }

  same(first: Trace, second: Trace, when: string): void {
    const alike =
      JSON.stringify([first.first, first.agents]) === JSON.stringify([second.first, second.agents]);
    this.#expect(alike, `an equal start and equal agents with ${when}`, "others");
    first.steps.forEach((step, i) => {
      this.#expect(
        equalSteps(step, second.steps[i]),
        `equal steps with ${when}`,
        `another one at step ${i + 1}`,
      );
    });
  }

  /** Half of the episode, a saved state, the other half twice. */
  goesOn(trace: Trace): void {
    const { env } = this;
    env.reset({ seed: this.seed });
    const random = new RandomStream(this.seed).fork("actions");
    const half = Math.floor(trace.steps.length / 2);
    for (let i = 0; i < half; i++) env.advance(this.#sample(random));
    const saved = structuredClone(env.getState());
    const words = random.state();
    for (let round = 0; round < 2; round++) {
      env.setState(saved);
      const actions = RandomStream.fromState(words);
      for (let i = half; i < trace.steps.length; i++) {
        const step = env.step(this.#sample(actions));
        this.#expect(
          equalSteps(trace.steps[i], step),
          "the same future after setState",
          `another at step ${i + 1}`,
        );
      }
    }
  }

  refusals(): void {
    const { env } = this;
    env.reset({ seed: this.seed });
    const [first] = env.agents;
    const good = this.#sample(new RandomStream(this.seed));
    const { [first]: _, ...missing } = good;
    this.#refuses(() => env.step(missing), "a step without an agent's action");
    this.#refuses(
      () => env.step({ ...good, nobody: good[first] }),
      "an action of an agent that there is not",
    );
    this.#refuses(() => env.step({ ...good, [first]: [] }), "an empty action");
    for (const seed of [-1, 0.5]) this.#refuses(() => env.reset({ seed }), `a reset with seed ${seed}`);
  }

  #sample(random: RandomStream): ByAgent<ArrayLike<number>> {
    return Object.fromEntries(
      this.env.agents.map((agent) => [agent, this.env.actionSpace(agent).sample(random)]),
    );
  }

  #advance(actions: ByAgent<ArrayLike<number>>): ParallelStepResult<O> {
    const transition = this.env.advance(actions);
    const observations: ByAgent<O> = {};
    for (const agent of Object.keys(actions)) observations[agent] = this.env.observe(agent);
    return { observations, ...transition };
  }

  #step(step: ParallelStepResult<O>, acting: readonly string[], when: string): void {
    const { observations, rewards, terminations, truncations } = step;
    this.#keys({ ...step }, acting, when);
    for (const agent of acting) {
      this.#observation(agent, observations[agent], when);
      this.#expect(
        Number.isFinite(rewards[agent]),
        `a finite reward of ${agent} at ${when}`,
        `${rewards[agent]}`,
      );
      for (const flag of [terminations[agent], truncations[agent]]) {
        this.#expect(typeof flag === "boolean", `true or false for ${agent} at ${when}`, `${flag}`);
      }
    }
    const left = acting.filter((agent) => !terminations[agent] && !truncations[agent]);
    this.#expect(sameNames(this.env.agents, left), `agents ${left} after ${when}`, `${this.env.agents}`);
  }

  #keys(dictionaries: Record<string, ByAgent<unknown>>, agents: readonly string[], when: string): void {
    for (const [name, dictionary] of Object.entries(dictionaries)) {
      const keys = Object.keys(dictionary ?? {});
      this.#expect(sameNames(keys, agents), `${name} of ${agents} at ${when}`, `those of ${keys}`);
    }
  }

  #observation(agent: string, observation: O, when: string): void {
    const problem = this.env.observationSpace(agent).explain(observation);
    this.#expect(problem === undefined, `an observation of ${agent} in its space at ${when}`, `"${problem}"`);
  }

  /** The call must throw a TypeError or a RangeError: a caller's mistake. */
  #refuses(call: () => unknown, what: string): void {
    let got = "no error";
    try {
      call();
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) return;
      got = String(error);
    }
    this.#expect(false, `a TypeError or RangeError for ${what}`, got);
  }

  #expect(kept: boolean, wanted: string, got: string): void {
    if (!kept) throw new Error(`Cannot accept ${this.env.id}: expected ${wanted}, got ${got}`);
  }
}

function plain(observations: ByAgent<Observation>): ByAgent<number[]> {
  return Object.fromEntries(Object.entries(observations).map(([agent, one]) => [agent, Array.from(one)]));
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

function equalSteps(
  { observations: seen, ...one }: ParallelStepResult<Observation>,
  { observations: seenAgain, ...other }: ParallelStepResult<Observation>,
): boolean {
  if (JSON.stringify(one) !== JSON.stringify(other)) return false;
  return Object.entries(seen).every(([agent, pixels]) =>
    pixels.every((value, i) => value === seenAgain[agent][i])
  );
}
