import * as tf from "@tensorflow/tfjs";
import { LSTM, type NamedTensors, type ParameterSpecs } from "../../generative/nn/mod.ts";
import type { Memory } from "./memory.ts";

/** The options of an {@link LSTMMemory}. */
export interface LSTMMemoryOptions {
  /** Numbers that are seen, F. */
  inputs: number;
  /** Units of the LSTM, U. */
  units: number;
}

/** Keeps the state of an LSTM (Hochreiter and Schmidhuber 1997): `memory/lstm/..`. */
export class LSTMMemory implements Memory {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** U. */
  readonly units: number;
  readonly #lstm: LSTM;

  /** Declares the layer. */
  constructor(options: LSTMMemoryOptions) {
    this.#lstm = new LSTM("memory/lstm", options);
    this.units = options.units;
    this.parameters = this.#lstm.parameters;
  }

  /** `hidden` and `cell`, zeros. */
  empty(batch: number): NamedTensors {
    return { ...this.#lstm.zeroState(batch) };
  }

  /** See {@link Memory.step}. */
  step(
    parameters: NamedTensors,
    seen: tf.Tensor,
    { hidden, cell }: NamedTensors,
    firsts: tf.Tensor,
  ): { output: tf.Tensor; memory: NamedTensors } {
    const kept = tf.sub(1, firsts).expandDims(1);
    const state = this.#lstm.step(parameters, seen, { hidden: hidden.mul(kept), cell: cell.mul(kept) });
    return { output: state.hidden, memory: { ...state } };
  }

  /** See {@link Memory.sequence}. */
  sequence(parameters: NamedTensors, seen: tf.Tensor, firsts: tf.Tensor): tf.Tensor {
    const nothing = this.#lstm.zeroState(seen.shape[1]!);
    return this.#lstm.sequence(parameters, seen, nothing, { resets: firsts }).outputs;
  }
}
