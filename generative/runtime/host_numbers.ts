import * as tf from "@tensorflow/tfjs";
import { isNative } from "./native.ts";

/** The numbers in tensors on backends that draw in JavaScript, so that nothing is read back. */
const known = new WeakMap<object, readonly number[]>();

/** An int32 tensor whose numbers {@link hostNumbers} knows. */
export function integerTensor(numbers: readonly number[], shape: number[] = [numbers.length]): tf.Tensor {
  const tensor = tf.tensor([...numbers], shape, "int32");
  if (!isNative()) known.set(tensor.dataId, [...numbers]);
  return tensor;
}

/** The numbers of a tensor; it is read where they are not known. */
export function hostNumbers(tensor: tf.Tensor): ArrayLike<number> {
  return known.get(tensor.dataId) ?? tensor.dataSync();
}
