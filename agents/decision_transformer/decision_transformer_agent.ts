import * as tf from "@tensorflow/tfjs";
import { joinArrays } from "../../core/join_arrays.ts";
import type { Observation } from "../../envs/env.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile, type Compiled, disposeTree } from "../../generative/runtime/mod.ts";
import { type Agent, rowsToReset, type Seen } from "../agent.ts";
import { chooseRows } from "../offline/action_prediction.ts";
import type { Perception } from "../perception/perception.ts";
import type { DecisionTransformer, Trajectory } from "./decision_transformer.ts";

/** What a {@link DecisionTransformerAgent} acts by. */
export interface DecisionTransformerAgentOptions {
  /** What it predicts actions by. */
  network: DecisionTransformer;
  /** How it sees. */
  perception: Perception;
  /** Decisions that it looks back on, the present one included, K. */
  context: number;
  /** What returns are divided by. */
  scale: number;
  /** The return of an episode that it is asked for. */
  askedReturn: number;
}

/** The last decisions of all rows, `last` the present one's place among them, int32 `[N]`. */
type Asked = Trajectory & { observations: tf.Tensor; last: tf.Tensor };
type Answer = { outputs: tf.Tensor; encoded: tf.Tensor };

/**
 * Acts so as to earn what it is asked for: of that it takes off what it has earned already. Before the episode is as long as
 * its context, what is beyond the present decision is empty, which the network does not see.
 */
export class DecisionTransformerAgent implements Agent<Observation> {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  readonly #decide: Compiled<[NamedTensors, Asked], Answer>;
  #histories: History[] = [];

  /**
   * An agent that waits for its first reset.
   *
   * @param parameters The network's, whenever it decides.
   * @throws RangeError for a return that is not finite.
   */
  constructor(readonly options: DecisionTransformerAgentOptions, readonly parameters: () => NamedTensors) {
    const { network, context, askedReturn } = options;
    if (!Number.isFinite(askedReturn)) {
      throw new RangeError(`Cannot ask for a return: expected a finite number, got ${askedReturn}`);
    }
    this.actionSize = network.options.prediction.actionSize;
    this.#decide = compile((parameters: NamedTensors, { observations, last, ...asked }: Asked): Answer => {
      const encoded = network.encode(parameters, observations);
      const present = tf.oneHot(last as tf.Tensor1D, context).toFloat().expandDims(2); // [N, K, 1]
      const states = asked.states.mul(tf.sub(1, present)).add(present.mul(encoded.expandDims(1)));
      const outputs = network.predict(parameters, { ...asked, states });
      return { outputs: outputs.mul(present).sum(1), encoded };
    }, { name: "decide by the return" });
  }

  /** Starts episodes, see {@link Agent.reset}. */
  reset(count: number, indices?: ArrayLike<number>): void {
    const rows = rowsToReset(count, this.#histories.length, indices);
    const { network: { options: { width } }, context, askedReturn } = this.options;
    this.#histories.length = count;
    for (const row of rows) {
      this.#histories[row] = new History({ context, width, actionSize: this.actionSize }, askedReturn);
    }
  }

  /** `[count, A]`. @throws RangeError when observations are not those of `count` environments. */
  async act({ observations, rewards }: Seen<Observation>): Promise<Float32Array> {
    const { perception, network: { options: { prediction, timesteps, width } }, context, scale } =
      this.options;
    const histories = this.#histories, count = histories.length;
    const seen = perception.tensor(perception.perceive(observations), count);
    histories.forEach((history, row) => history.begin(rewards[row], { scale, timesteps }));
    const joined = (part: "returnsToGo" | "timesteps" | "states" | "actions") =>
      joinArrays(Float32Array, histories.map((history) => history[part]));
    const asked: Asked = {
      observations: seen,
      returnsToGo: tf.tensor2d(joined("returnsToGo"), [count, context]),
      states: tf.tensor3d(joined("states"), [count, context, width]),
      actions: tf.tensor3d(joined("actions"), [count, context, this.actionSize]),
      timesteps: tf.tensor2d(Int32Array.from(joined("timesteps")), [count, context], "int32"),
      last: tf.tensor1d(histories.map(({ last }) => last), "int32"),
    };
    const answer = this.#decide(this.parameters(), asked);
    const encoded = await answer.encoded.data() as Float32Array;
    const actions = chooseRows(prediction, await answer.outputs.data() as Float32Array);
    disposeTree([asked, answer]);
    const rowOf = (array: Float32Array, row: number, size: number) =>
      array.subarray(row * size, (row + 1) * size);
    histories.forEach((history, row) =>
      history.end(rowOf(encoded, row, width), rowOf(actions, row, this.actionSize))
    );
    return actions;
  }

  /** Frees the compiled step. */
  close(): void {
    this.#decide.dispose();
  }
}

/** The last decisions of an episode, the oldest first. */
class History {
  readonly returnsToGo: Float32Array;
  readonly timesteps: Float32Array;
  readonly states: Float32Array;
  readonly actions: Float32Array;
  #decisions = 0;

  constructor(
    readonly sizes: { context: number; width: number; actionSize: number },
    /** What is still to be earned. */
    public returnToGo: number,
  ) {
    const { context, width, actionSize } = sizes;
    this.returnsToGo = new Float32Array(context);
    this.timesteps = new Float32Array(context);
    this.states = new Float32Array(context * width);
    this.actions = new Float32Array(context * actionSize);
  }

  /** The place of the present decision. */
  get last(): number {
    return Math.min(this.#decisions, this.sizes.context) - 1;
  }

  /** Makes place for a decision, after what the last one earned. */
  begin(reward: number, { scale, timesteps }: { scale: number; timesteps: number }): void {
    const { context, width, actionSize } = this.sizes;
    if (this.#decisions > 0) this.returnToGo -= reward;
    if (this.#decisions >= context) {
      this.returnsToGo.copyWithin(0, 1);
      this.timesteps.copyWithin(0, 1);
      this.states.copyWithin(0, width);
      this.actions.copyWithin(0, actionSize);
    }
    this.#decisions++;
    this.returnsToGo[this.last] = this.returnToGo / scale;
    this.timesteps[this.last] = Math.min(this.#decisions, timesteps) - 1;
  }

  /** Keeps what was seen and done. */
  end(state: Float32Array, action: Float32Array): void {
    this.states.set(state, this.last * this.sizes.width);
    this.actions.set(action, this.last * this.sizes.actionSize);
  }
}
