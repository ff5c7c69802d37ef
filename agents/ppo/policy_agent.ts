import type * as tf from "@tensorflow/tfjs";
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

/** Acts by a policy on what is seen now; it remembers nothing. */
export class PolicyAgent implements Agent<Observation> {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  readonly #mind: Mind;
  readonly #options: PolicyAgentOptions;
  readonly #describe: Compiled<[NamedTensors, tf.Tensor], tf.Tensor>;
  #count = 0;

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
    this.#describe = compile(
      (parameters: NamedTensors, observations: tf.Tensor) => network.describe(parameters, observations),
      { name: "decide" },
    );
  }

  /** Sets how many rows there are; there is nothing else to forget. */
  reset(count: number, indices?: ArrayLike<number>): void {
    rowsToReset(count, this.#count, indices);
    this.#count = count;
  }

  /** `[count, A]`. @throws RangeError when observations are not those of `count` environments. */
  async act({ observations }: Pick<Seen<Observation>, "observations">): Promise<Float32Array> {
    return (await this.decide(observations, this.#options.random)).actions;
  }

  /** Decides by a stream of the caller's, or takes the likeliest. @throws As {@link PolicyAgent.act}. */
  async decide(observations: Observation, random?: RandomStream): Promise<Decided> {
    const count = this.#count;
    const { distribution } = this.#mind.network.options;
    const { perception } = this.#mind;
    const perceived = perception.perceive(observations);
    const tensor = perception.tensor(perceived, count);
    const described = this.#describe(this.#mind.parameters, tensor);
    const descriptions = await described.data() as Float32Array;
    const size = descriptions.length / count;
    const choices = new Float32Array(count * distribution.choiceSize);
    const actions = new Float32Array(count * this.actionSize);
    for (let row = 0; row < count; row++) {
      const choice = distribution.choose(descriptions.subarray(row * size, (row + 1) * size), random);
      choices.set(choice, row * distribution.choiceSize);
      actions.set(distribution.action(choice), row * this.actionSize);
    }
    tensor.dispose();
    described.dispose();
    return { perceived, choices, actions };
  }

  /** Frees the compiled step. */
  close(): void {
    this.#describe.dispose();
    if (this.#options.owning) disposeTensors(this.#mind.parameters);
  }
}
