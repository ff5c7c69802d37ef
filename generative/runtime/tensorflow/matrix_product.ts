import * as tf from "@tensorflow/tfjs";
import { AttributeType, TFJS_TYPES } from "./attributes.ts";
import type { KernelBackend } from "./binding.ts";

/**
 * Lets TensorFlow's `MatMul` compute products of two matrices, where tfjs asks for `BatchMatMulV2`: between small matrices
 * that takes four times as long.
 */
export function registerMatrixProduct(backendName: string): void {
  const batched = tf.getKernel(tf.BatchMatMul, backendName);
  tf.unregisterKernel(tf.BatchMatMul, backendName);
  tf.registerKernel({
    ...batched,
    kernelFunc(call) {
      const { a, b } = call.inputs as Record<"a" | "b", tf.Tensor>;
      if (a.shape.length !== 2 || b.shape.length !== 2) return batched.kernelFunc(call);
      const { transposeA, transposeB } = call.attrs as unknown as tf.BatchMatMulAttrs;
      const attributes = [
        { name: "T", type: AttributeType.type, value: TFJS_TYPES[a.dtype] },
        { name: "transpose_a", type: AttributeType.bool, value: transposeA },
        { name: "transpose_b", type: AttributeType.bool, value: transposeB },
      ];
      const backend = call.backend as unknown as KernelBackend;
      return backend.executeMultipleOutputs("MatMul", attributes, [a, b], 1)[0];
    },
  });
}
