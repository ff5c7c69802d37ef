import { RandomStream, type RandomStreamState } from "../../core/random_stream.ts";
import type { EnvState, Picture, ResetOptions } from "../../envs/env.ts";
import type {
  ByAgent,
  ParallelEnv,
  ParallelResetResult,
  ParallelStepResult,
  ParallelTransition,
} from "../../envs/parallel_env.ts";
import { Box, type Space } from "../../envs/spaces.ts";

/** A tiny environment of several agents: each walks along a line by its action, and is out when it reaches 3 or -3. */
export class TagEnv implements ParallelEnv<Float32Array> {
  readonly id: string = "Tag-v0";
  readonly possibleAgents = ["red", "green", "blue"];
  readonly spaces: Record<"observation" | "action", Space> = {
    observation: new Box(-100, 100, { shape: [2] }),
    action: new Box(-1, 1, { shape: [1] }),
  };
  agents: string[] = [];
  places: ByAgent<number> = {};
  random = new RandomStream(0);
  steps = 0;
  started = false;

  observationSpace(agent: string): Space {
    this.expectAgent(agent);
    return this.spaces.observation;
  }

  actionSpace(agent: string): Space {
    this.expectAgent(agent);
    return this.spaces.action;
  }

  reset({ seed }: ResetOptions = {}): ParallelResetResult<Float32Array> {
    if (seed !== undefined) this.random = new RandomStream(seed);
    this.agents = [...this.possibleAgents];
    this.started = true;
    this.steps = 0;
    for (const agent of this.agents) this.places[agent] = this.random.uniform(-1, 1);
    return {
      observations: this.each(this.agents, (agent) => this.observe(agent)),
      infos: this.each(this.agents, () => ({})),
    };
  }

  step(actions: ByAgent<ArrayLike<number>>): ParallelStepResult<Float32Array> {
    const transition = this.advance(actions);
    return { observations: this.each(Object.keys(actions), (agent) => this.observe(agent)), ...transition };
  }

  advance(actions: ByAgent<ArrayLike<number>>): ParallelTransition {
    const acting = this.agents;
    if (acting.length === 0) throw new TypeError("Cannot step Tag-v0: expected a reset, got a step");
    const given = Object.keys(actions);
    if (given.length !== acting.length || !acting.every((agent) => actions[agent]?.length === 1)) {
      throw new TypeError(`Cannot step Tag-v0: expected actions for ${acting}, got ${given}`);
    }
    for (const agent of acting) this.places[agent] += actions[agent][0];
    const cut = ++this.steps >= 50;
    const out = this.each(acting, (agent) => Math.abs(this.places[agent]) >= 3);
    this.agents = cut ? [] : acting.filter((agent) => !out[agent]);
    return {
      rewards: this.each(acting, (agent) => out[agent] ? -1 : 1),
      terminations: out,
      truncations: this.each(acting, (agent) => cut && !out[agent]),
      infos: this.each(acting, () => ({})),
    };
  }

  observe(agent: string, target: Float32Array = new Float32Array(2)): Float32Array {
    if (!this.started) throw new TypeError("Cannot observe Tag-v0: expected a reset");
    target.set([this.places[agent], this.agents.length]);
    return target;
  }

  render(): Picture {
    return { width: 1, height: 1, data: new Uint8Array(3) };
  }

  getState(): EnvState {
    const { agents, places, steps, started } = this;
    return { random: this.random.state(), agents: [...agents], places: { ...places }, steps, started };
  }

  setState(state: EnvState): void {
    this.random = RandomStream.fromState(state.random as RandomStreamState);
    this.agents = [...state.agents as string[]];
    this.places = { ...state.places as ByAgent<number> };
    this.steps = state.steps as number;
    this.started = state.started as boolean;
  }

  close(): void {
    this.agents = [];
    this.started = false;
  }

  each<T>(agents: readonly string[], value: (agent: string) => T): ByAgent<T> {
    return Object.fromEntries(agents.map((agent) => [agent, value(agent)]));
  }

  expectAgent(agent: string): void {
    if (!this.possibleAgents.includes(agent)) throw new TypeError(`Cannot find "${agent}" in Tag-v0`);
  }
}
