import type * as tf from "@tensorflow/tfjs";
import { executeNative, nativeRuntime } from "./native.ts";

/** What TensorFlow calls a variable that is known by its handle alone, and goes with it. */
const ANONYMOUS = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";

/** Whether TensorFlow's ops on variables can run here: everywhere on native TensorFlow but in a step for XLA. */
export function hasVariables(): boolean {
  return nativeRuntime()?.hasVariables ?? false;
}

/**
 * A variable for the ops that change one in place (`ResourceApplyAdam`, ...), by {@link executeNative}. It is the
 * step's own: made, changed and read in it, so that the step stays pure. It shares the tensor's memory until the first
 * change, which copies it, unless nobody else has it: so it is under `Compiled.runInPlace`.
 *
 * @param value float32 of any shape.
 * @returns The variable's handle, to be freed as a tensor is.
 */
export function variable(value: tf.Tensor): tf.Tensor {
  const attributes = {
    dtype: { type: "float32" },
    shape: { shape: value.shape },
    container: { string: "" },
    shared_name: { string: ANONYMOUS },
  } as const;
  const [handle] = executeNative("VarHandleOp", attributes, [], 1);
  executeNative("AssignVariableOp", { dtype: { type: "float32" } }, [handle, value], 0);
  return handle;
}

/** What a variable holds now, float32. */
export function readVariable(handle: tf.Tensor): tf.Tensor {
  return executeNative("ReadVariableOp", { dtype: { type: "float32" } }, [handle], 1)[0];
}
