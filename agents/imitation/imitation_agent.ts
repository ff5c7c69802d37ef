import type * as tf from "@tensorflow/tfjs";
import type { Observation } from "../../envs/env.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile, type Compiled } from "../../generative/runtime/mod.ts";
import { type Agent, rowsToReset, type Seen } from "../agent.ts";
import { chooseRows } from "../offline/action_prediction.ts";
import type { Perception } from "../perception/perception.ts";
import type { ImitationPolicy } from "./imitation_policy.ts";

/** What an {@link ImitationAgent} acts by. */
export interface Imitator {
  /** How it sees. */
  perception: Perception;
  /** What it predicts actions by. */
  network: ImitationPolicy;
}

/** Acts by what it predicts for what is seen now; it remembers nothing. */
export class ImitationAgent implements Agent<Observation> {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  readonly #predict: Compiled<[NamedTensors, tf.Tensor], tf.Tensor>;
  #count = 0;

  /**
   * An agent that waits for its first reset.
   *
   * @param parameters The network's, whenever it decides.
   */
  constructor(readonly imitator: Imitator, readonly parameters: () => NamedTensors) {
    const { network } = imitator;
    this.actionSize = network.options.prediction.actionSize;
    this.#predict = compile(
      (parameters: NamedTensors, observations: tf.Tensor) => network.predict(parameters, observations),
      { name: "imitate" },
    );
  }

  /** Sets how many rows there are; there is nothing else to forget. */
  reset(count: number, indices?: ArrayLike<number>): void {
    rowsToReset(count, this.#count, indices);
    this.#count = count;
  }

  /** `[count, A]`. @throws RangeError when observations are not those of `count` environments. */
  async act({ observations }: Pick<Seen<Observation>, "observations">): Promise<Float32Array> {
    const count = this.#count;
    const { perception, network: { options: { prediction } } } = this.imitator;
    const seen = perception.tensor(perception.perceive(observations), count);
    const outputs = this.#predict(this.parameters(), seen);
    const actions = chooseRows(prediction, await outputs.data() as Float32Array);
    seen.dispose();
    outputs.dispose();
    return actions;
  }

  /** Frees the compiled step. */
  close(): void {
    this.#predict.dispose();
  }
}
