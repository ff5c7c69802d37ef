import * as tf from "@tensorflow/tfjs";
import { type Initialiser, uniform } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";

/** The options of an {@link Embedding}. */
export interface EmbeddingOptions {
  /** How many tokens there are. */
  tokens: number;
  /** Numbers that stand for one token. */
  units: number;
  /** How the table starts. @default uniform in -0.05 .. 0.05, as in Keras */
  initialiser?: Initialiser;
}

/** A table of vectors, one for each token. Parameter: `<name>/table` `[tokens, units]`. */
export class Embedding implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the table under a name; it is made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: EmbeddingOptions) {
    const { tokens, units, initialiser = uniform(0.05) } = options;
    this.parameters = { [`${name}/table`]: { shape: [tokens, units], initialiser } };
  }

  /**
   * Looks tokens up.
   *
   * @param tokens int32 of any shape, `0 .. tokens - 1`.
   * @returns The shape of the tokens, and `units`.
   */
  apply(parameters: NamedTensors, tokens: tf.Tensor): tf.Tensor {
    return tf.gather(parameter(parameters, `${this.name}/table`), tokens.toInt());
  }
}
