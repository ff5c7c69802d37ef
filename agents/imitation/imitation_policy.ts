import type * as tf from "@tensorflow/tfjs";
import {
  collectParameters,
  type Losses,
  MLP,
  type NamedTensors,
  type ParameterSpecs,
} from "../../generative/nn/mod.ts";
import type { Model } from "../../generative/train/mod.ts";
import type { ActionPrediction } from "../offline/action_prediction.ts";
import { Eyes } from "../perception/eyes.ts";

/** Decisions to imitate, B of them. */
export type Imitated = {
  /** `[B, ...]`, as the network takes them. */
  observations: tf.Tensor;
  /** `[B, A]`. */
  actions: tf.Tensor;
};

/** The options of an {@link ImitationPolicy}. */
export interface ImitationPolicyOptions {
  /** The shape of an observation: pictures `[H, W, C]`, or one row of numbers. */
  shape: readonly number[];
  /** How actions are predicted. */
  prediction: ActionPrediction;
  /** Units of the layers. */
  units: readonly number[];
  /** See `EyesOptions`. */
  filters: readonly number[];
  /** See `EyesOptions`. */
  features: number;
}

/** Behaviour cloning (Pomerleau 1989): the action from what is seen now, learned as any other label is. */
export class ImitationPolicy implements Model<Imitated> {
  /** The parameters of all parts. */
  readonly parameters: ParameterSpecs;
  readonly #eyes: Eyes | undefined;
  readonly #policy: MLP;

  /** Declares the layers. */
  constructor(readonly options: ImitationPolicyOptions) {
    const { shape, prediction, units, filters, features } = options;
    const [height, width, channels] = shape;
    this.#eyes = shape.length === 3
      ? new Eyes({ shape: [height, width, channels], filters, features })
      : undefined;
    this.#policy = new MLP("policy", {
      inputs: this.#eyes?.features ?? height,
      hidden: units,
      outputs: prediction.units,
      activation: "relu",
    });
    this.parameters = collectParameters(...this.#eyes ? [this.#eyes] : [], this.#policy);
  }

  /** Predicts actions: outputs `[B, U]` for observations `[B, ...]`. */
  predict(parameters: NamedTensors, observations: tf.Tensor): tf.Tensor {
    const seen = this.#eyes ? this.#eyes.apply(parameters, observations) : observations;
    return this.#policy.apply(parameters, seen);
  }

  /** The mean over the decisions of how wrong the predictions are. */
  loss(parameters: NamedTensors, { observations, actions }: Imitated): Losses {
    const outputs = this.predict(parameters, observations);
    return { loss: this.options.prediction.loss(outputs, actions).mean() };
  }
}
