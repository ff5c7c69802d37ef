import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Observation } from "../../envs/env.ts";
import { disposeTensors, type NamedTensors } from "../../generative/nn/mod.ts";
import { compile, type Compiled } from "../../generative/runtime/mod.ts";
import { type Agent, rowsToReset, type Seen } from "../agent.ts";
import type { Mind } from "./mind.ts";

/** A decision for every row, and what it follows from. */
export interface Decided {
  /** What the network took, `[N, ...]`. */
  perceived: Observation;
  /** `[N, C]`, see `ActionDistribution`. */
  choices: Float32Array;
  /** `[N, A]`. */
  actions: Float32Array;
}

/** How a {@link PolicyAgent} decides. */
export interface PolicyAgentOptions {
  /** Draws choices. @default the likeliest are taken */
  random?: RandomStream;
  /** Whether the mind's parameters are freed with the agent. @default false */
  owning?: boolean;
}

/** What a policy makes of what is seen. */
type Made = { description: tf.Tensor; value: tf.Tensor; memory: NamedTensors };

/** Acts by a policy on what is seen now, and on what its memory kept where it has one. */
export class PolicyAgent implements Agent<Observation> {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  readonly #mind: Mind;
  readonly #options: PolicyAgentOptions;
  readonly #decide: Compiled<[NamedTensors, tf.Tensor, NamedTensors, tf.Tensor], Made>;
  #memory: NamedTensors = {};
  /** 1 where an episode begins, `[count]`. */
  #firsts = new Float32Array(0);

  /**
   * An agent that waits for its first reset.
   *
   * @param mind What decides; whoever has it may change it at any time.
   */
  constructor(mind: Mind, options: PolicyAgentOptions = {}) {
    const { network } = mind;
    this.#mind = mind;
    this.#options = options;
    this.actionSize = network.options.distribution.actionSize;
    this.#decide = compile(
      (parameters: NamedTensors, observations: tf.Tensor, before: NamedTensors, firsts: tf.Tensor) =>
        network.decide(parameters, observations, before, firsts),
      { name: "decide" },
    );
  }

  /** Starts episodes: their rows forget the last ones. */
  reset(count: number, indices?: ArrayLike<number>): void {
    const rows = rowsToReset(count, this.#firsts.length, indices);
    if (indices === undefined) {
      disposeTensors(this.#memory);
      this.#memory = tf.tidy(() => this.#mind.network.emptyMemory(count));
      this.#firsts = new Float32Array(count);
    }
    for (const row of rows) this.#firsts[row] = 1;
  }

  /** `[count, A]`. @throws RangeError when observations are not those of `count` environments. */
  async act({ observations }: Pick<Seen<Observation>, "observations">): Promise<Float32Array> {
    return (await this.decide(observations, this.#options.random)).actions;
  }

  /** Decides by a stream of the caller's, or takes the likeliest. @throws As {@link PolicyAgent.act}. */
  async decide(observations: Observation, random?: RandomStream): Promise<Decided> {
    const count = this.#firsts.length;
    const { distribution } = this.#mind.network.options;
    const perceived = this.#mind.perception.perceive(observations);
    const { description, value, memory } = this.#see(perceived);
    disposeTensors(this.#memory);
    this.#memory = memory;
    this.#firsts.fill(0);
    const descriptions = await description.data() as Float32Array;
    const size = descriptions.length / count;
    const choices = new Float32Array(count * distribution.choiceSize);
    const actions = new Float32Array(count * this.actionSize);
    for (let row = 0; row < count; row++) {
      const choice = distribution.choose(descriptions.subarray(row * size, (row + 1) * size), random);
      choices.set(choice, row * distribution.choiceSize);
      actions.set(distribution.action(choice), row * this.actionSize);
    }
    tf.dispose([description, value]);
    return { perceived, choices, actions };
  }

  /** The returns that are expected after what is seen now, `[count]`; nothing of it is remembered. */
  async value(observations: Observation): Promise<Float32Array> {
    const { description, value, memory } = this.#see(this.#mind.perception.perceive(observations));
    const values = await value.data() as Float32Array;
    tf.dispose([description, value, memory]);
    return values;
  }

  #see(perceived: Observation): Made {
    const observations = this.#mind.perception.tensor(perceived, this.#firsts.length);
    const firsts = tf.tensor1d(this.#firsts);
    const made = this.#decide(this.#mind.parameters, observations, this.#memory, firsts);
    tf.dispose([observations, firsts]);
    return made;
  }

  /** Frees the compiled step and what is remembered. */
  close(): void {
    this.#decide.dispose();
    disposeTensors(this.#memory);
    this.#memory = {};
    if (this.#options.owning) disposeTensors(this.#mind.parameters);
  }
}
