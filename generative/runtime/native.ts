import * as tf from "@tensorflow/tfjs";
import type { Tree } from "./tree.ts";

/** The attributes of a TensorFlow op by name: `{ T: { type: "float32" }, transpose_a: { bool: false } }`. */
export type NativeAttributes = Record<
  string,
  | { type: tf.DataType }
  | { int: number | number[] }
  | { float: number | number[] }
  | { bool: boolean | boolean[] }
  | { string: string }
  | { shape: number[] }
>;

/** How a step is compiled. */
export interface CompileOptions {
  /** What errors call the step. @default the function's name */
  name?: string;
  /** Lets XLA compile it: pays for small dense nets and on GPUs, costs up to minutes for unrolled loops. @default false */
  xla?: boolean;
  /** Records the step twice and throws when the recordings differ (JavaScript randomness, counters). @default false */
  verify?: boolean;
}

/** What native TensorFlow can do beyond tfjs's interface of a backend. */
export interface NativeRuntime {
  /** Whether ops on TensorFlow's variables can run: everywhere but where XLA is to compile them. */
  readonly hasVariables: boolean;
  /** Runs one op by TensorFlow's name. */
  execute(op: string, attributes: NativeAttributes, inputs: tf.Tensor[], outputCount: number): tf.Tensor[];
  /** Makes a step of TensorFlow functions. */
  compile(step: (...inputs: Tree[]) => Tree, options: CompileOptions): NativeStep;
  /** Makes a loop of a step that is being recorded; undefined while none is. */
  repeat(
    count: number | tf.Tensor,
    turn: (state: Tree, index: tf.Tensor) => Tree,
    initial: Tree,
  ): Tree | undefined;
}

/** A step that native TensorFlow compiled. */
export interface NativeStep {
  /** Runs the step now. */
  call(inputs: Tree[]): Tree;
  /** Runs the step on another thread; in place the first input is given up. */
  run(inputs: Tree[], inPlace: boolean): Promise<Tree>;
  /** Frees the functions. */
  dispose(): void;
}

let runtime: NativeRuntime | undefined;

/** Called once, by the native backend when it has started. */
export function setNativeRuntime(started: NativeRuntime): void {
  runtime = started;
}

/** The native runtime, while tfjs's current backend is native TensorFlow. */
export function nativeRuntime(): NativeRuntime | undefined {
  return runtime !== undefined && tf.getBackend() === "tensorflow" ? runtime : undefined;
}

/** Whether tensors are computed by native TensorFlow: {@link executeNative} works, `compile` makes functions. */
export function isNative(): boolean {
  return nativeRuntime() !== undefined;
}

/**
 * Runs a TensorFlow op that tfjs has no kernel for (`ReluGrad`, `BlockLSTM`, ...). It is recorded like any other
 * op in a compiled step, and has no gradient: wrap it in `tf.customGrad` where one is needed.
 *
 * @param op TensorFlow's name of the op.
 * @param attributes Its attributes; types that TensorFlow can infer may be left out.
 * @param inputs Its inputs in order, lists spread out.
 * @param outputCount How many tensors it returns.
 * @throws Error on other backends; TypeError when the op refuses its inputs.
 */
export function executeNative(
  op: string,
  attributes: NativeAttributes,
  inputs: tf.Tensor[],
  outputCount: number,
): tf.Tensor[] {
  const native = nativeRuntime();
  if (native === undefined) {
    throw new Error(
      `Cannot run TensorFlow's ${op}: expected the backend "tensorflow", got "${tf.getBackend() ?? "none"}"`,
    );
  }
  return native.execute(op, attributes, inputs, outputCount);
}
