import * as tf from "@tensorflow/tfjs";
import { executeNative, isNative } from "../runtime/native.ts";
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
    const table = parameter(parameters, `${this.name}/table`);
    const rows = gatherRows(table, tokens.toInt().reshape([-1]) as tf.Tensor1D);
    return rows.reshape([...tokens.shape, table.shape[1] as number]);
  }
}

/**
 * Rows of a table, `[N, ...]`; differentiable once, by the table. tfjs's own gather reads the indices, which a compiled
 * step cannot.
 *
 * @param table float32 or int32 `[tokens, ...]`.
 * @param rows int32 `[N]`, `0 .. tokens - 1`.
 */
export function gatherRows(table: tf.Tensor, rows: tf.Tensor1D): tf.Tensor {
  if (!isNative()) return table.gather(rows);
  const attributes = {
    Tparams: { type: table.dtype as "float32" | "int32" },
    Tindices: { type: "int32" },
    Taxis: { type: "int32" },
  } as const;
  return tf.customGrad((table, save) => {
    (save as tf.GradSaveFunc)([rows]);
    const entries = table as tf.Tensor;
    return {
      value: executeNative("GatherV2", attributes, [entries, rows, tf.scalar(0, "int32")], 1)[0],
      gradFunc: (dy: tf.Tensor, [rows]: tf.Tensor[]) =>
        dy.unsortedSegmentSum(rows as tf.Tensor1D, entries.shape[0]),
    };
  })(table);
}

/**
 * A table with other rows in some places, differentiable once; the given one stays as it is. In a loop of a compiled step
 * it costs what the rows cost, not the table: TensorFlow writes them into its memory.
 *
 * @param table float32 or int32 `[tokens, ...]`.
 * @param rows int32 `[N]`, `0 .. tokens - 1`, each once.
 * @param values `[N, ...]`.
 */
export function replaceRows(table: tf.Tensor, rows: tf.Tensor1D, values: tf.Tensor): tf.Tensor {
  return tf.customGrad((table, values, save) => {
    const [old, replaced] = [table, values] as tf.Tensor[];
    (save as tf.GradSaveFunc)([rows]);
    // tfjs's own kernel writes into what it is given
    const kept = isNative() ? old : old.add(tf.scalar(0, old.dtype as "float32"));
    return {
      value: tf.tensorScatterUpdate(kept, rows.expandDims<tf.Tensor2D>(1), replaced),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
        const rows = saved as tf.Tensor1D;
        return [replaceRows(dy, rows, tf.zeros(replaced.shape)), gatherRows(dy, rows)];
      },
    };
  })(table, values);
}
