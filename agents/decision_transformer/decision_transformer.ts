import * as tf from "@tensorflow/tfjs";
import {
  collectParameters,
  dropout,
  Embedding,
  initialisers,
  LayerNorm,
  Linear,
  type Losses,
  type NamedTensors,
  type ParameterSpecs,
  TransformerStack,
} from "../../generative/nn/mod.ts";
import { foldSeed } from "../../generative/runtime/random.ts";
import type { Model } from "../../generative/train/mod.ts";
import type { ActionPrediction } from "../offline/action_prediction.ts";
import { Eyes } from "../perception/eyes.ts";

/** The options of a {@link DecisionTransformer}. */
export interface DecisionTransformerOptions {
  /** The shape of an observation: pictures `[H, W, C]`, or one row of numbers. */
  shape: readonly number[];
  /** How actions are predicted. */
  prediction: ActionPrediction;
  /** Decisions that have a vector of their own; later ones share the last. */
  timesteps: number;
  /** Blocks. */
  layers: number;
  /** Heads of each block's attention. */
  heads: number;
  /** Numbers that stand for a token, C. */
  width: number;
  /** Share that training drops out of tokens, attention weights and each part's output. */
  dropout: number;
  /** See `EyesOptions`. */
  filters: readonly number[];
  /** See `EyesOptions`. */
  features: number;
}

/** K decisions of B episodes, the states encoded. */
export type Trajectory = {
  /** The return that is still to come, scaled, `[B, K]`. */
  returnsToGo: tf.Tensor;
  /** What {@link DecisionTransformer.encode} made of observations, `[B, K, C]`. */
  states: tf.Tensor;
  /** `[B, K, A]`. */
  actions: tf.Tensor;
  /** Decisions of the episode before each, int32 `[B, K]`. */
  timesteps: tf.Tensor;
};

/** What is learned from. */
export type TrajectoryBatch = Omit<Trajectory, "states"> & {
  /** `[B K, ...]`, as the network takes them. */
  observations: tf.Tensor;
  /** 1 where there is a decision, else 0, `[B, K]`. */
  present: tf.Tensor;
};

/** The tokens of a decision: return-to-go, state, action. */
const TOKENS = 3;
/** The state's place among them, where the action is read. */
const STATE = 1;

/**
 * A Decision Transformer (Chen et al. 2021, Decision Transformer: Reinforcement Learning via Sequence Modeling): a causal
 * transformer over the returns that were still to come, what was observed and what was done, which predicts what is done
 * from the return that is asked for.
 */
export class DecisionTransformer implements Model<TrajectoryBatch> {
  /** The parameters of all parts. */
  readonly parameters: ParameterSpecs;
  readonly #eyes: Eyes | undefined;
  readonly #embed: Record<"return" | "state" | "action", Linear>;
  readonly #timesteps: Embedding;
  readonly #norm: LayerNorm;
  readonly #stack: TransformerStack;
  readonly #output: Linear;

  /** Declares the layers. @throws RangeError when the heads do not divide the width. */
  constructor(readonly options: DecisionTransformerOptions) {
    const { shape, prediction, timesteps, layers, heads, width, filters, features } = options;
    const [height, cols, channels] = shape;
    this.#eyes = shape.length === 3
      ? new Eyes({ shape: [height, cols, channels], filters, features })
      : undefined;
    const linear = (name: string, inputs: number) => new Linear(`tokens/${name}`, { inputs, units: width });
    this.#embed = {
      return: linear("return", 1),
      state: linear("state", this.#eyes?.features ?? height),
      action: linear("action", prediction.units),
    };
    this.#timesteps = new Embedding("timesteps", {
      tokens: timesteps,
      units: width,
      initialiser: initialisers.normal(0.02),
    });
    this.#norm = new LayerNorm("tokens/norm", { size: width });
    this.#stack = new TransformerStack("stack", {
      layers,
      heads,
      size: width,
      inner: 4 * width,
      activation: "relu",
      causal: true,
      dropout: options.dropout,
      weightDropout: options.dropout,
      kernelInitialiser: initialisers.normal(0.02),
      outputInitialiser: initialisers.normal(0.02),
    });
    this.#output = new Linear("output", { inputs: width, units: prediction.units });
    this.parameters = collectParameters(
      ...this.#eyes ? [this.#eyes] : [],
      ...Object.values(this.#embed),
      this.#timesteps,
      this.#norm,
      this.#stack,
      this.#output,
    );
  }

  /** What stands for observations `[M, ...]`: `[M, C]`. */
  encode(parameters: NamedTensors, observations: tf.Tensor): tf.Tensor {
    const seen = this.#eyes ? this.#eyes.apply(parameters, observations) : observations;
    return this.#embed.state.apply(parameters, seen);
  }

  /**
   * Predicts the action of every decision from what came before it, its state and its return-to-go.
   *
   * @param seed int32 `[2]`, given in training only: draws what is dropped out.
   * @returns Outputs `[B, K, U]`, see `ActionPrediction`.
   */
  predict(parameters: NamedTensors, trajectory: Trajectory, seed?: tf.Tensor): tf.Tensor {
    const { returnsToGo, states, actions, timesteps } = trajectory;
    const { prediction: { units, actionSize, encode }, width, dropout: rate } = this.options;
    const [batch, length] = timesteps.shape;
    const taken = encode(actions.reshape([-1, actionSize])).reshape([batch, length, units]);
    const time = this.#timesteps.apply(parameters, timesteps);
    const tokens = tf.stack([
      this.#embed.return.apply(parameters, returnsToGo.expandDims(2)).add(time),
      states.add(time),
      this.#embed.action.apply(parameters, taken).add(time),
    ], 2); // [B, K, 3, C]
    let x = this.#norm.apply(parameters, tokens.reshape([batch, length * TOKENS, width]));
    if (seed) x = dropout(x, rate, foldSeed(seed, 0));
    x = this.#stack.apply(parameters, x, {}, seed && foldSeed(seed, 1));
    const decided = x.reshape([batch, length, TOKENS, width]).slice([0, 0, STATE, 0], [-1, -1, 1, -1]);
    return this.#output.apply(parameters, decided.squeeze([2]));
  }

  /** The mean over the decisions of how wrong the predictions are. */
  loss(parameters: NamedTensors, batch: TrajectoryBatch, seed?: tf.Tensor): Losses {
    const { observations, present, ...trajectory } = batch;
    const { prediction: { units, actionSize, loss }, width } = this.options;
    const states = this.encode(parameters, observations).reshape([...present.shape, width]);
    const outputs = this.predict(parameters, { ...trajectory, states }, seed);
    const wrong = loss(outputs.reshape([-1, units]), batch.actions.reshape([-1, actionSize]));
    return { loss: wrong.mul(present.reshape([-1])).sum().div(present.sum()) };
  }
}
