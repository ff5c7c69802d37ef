import type * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Observation } from "../../envs/env.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile, type Compiled } from "../../generative/runtime/mod.ts";
import { type Agent, rowsToReset, type Seen } from "../agent.ts";
import type { PolicyNetwork } from "./policy_network.ts";

/** Where a {@link PolicyAgent}'s decisions come from: what learns may change it at any time. */
export interface Mind {
  /** The network. */
  readonly network: PolicyNetwork;
  /** Its parameters by now. */
  readonly parameters: NamedTensors;
  /** What the network takes of observations `[N, ...]`: numbers normalised, bytes as they are. */
  perceive(observations: Observation): Observation;
  /** As a tensor of `rows` rows, the caller's. */
  tensor(perceived: Observation, rows: number): tf.Tensor;
}

/** A decision for every row, and what it follows from. */
export interface Decided {
  /** What the network took, `[N, ...]`. */
  perceived: Observation;
  /** `[N, C]`, see `ActionDistribution`. */
  choices: Float32Array;
  /** `[N, A]`. */
  actions: Float32Array;
}

/** Acts by a policy on what is seen now; it remembers nothing. */
export class PolicyAgent implements Agent<Observation> {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  readonly #mind: Mind;
  readonly #random: RandomStream | undefined;
  readonly #describe: Compiled<[NamedTensors, tf.Tensor], tf.Tensor>;
  #count = 0;

  /**
   * An agent that waits for its first reset.
   *
   * @param mind What decides; the caller's.
   * @param random Draws choices; without it the likeliest are taken.
   */
  constructor(mind: Mind, random?: RandomStream) {
    const { network } = mind;
    this.#mind = mind;
    this.#random = random;
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
    return (await this.decide(observations, this.#random)).actions;
  }

  /** Decides by a stream of the caller's, or takes the likeliest. @throws As {@link PolicyAgent.act}. */
  async decide(observations: Observation, random?: RandomStream): Promise<Decided> {
    const count = this.#count;
    const { distribution } = this.#mind.network.options;
    const perceived = this.#mind.perceive(observations);
    const tensor = this.#mind.tensor(perceived, count);
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
  }
}
