import * as tf from "@tensorflow/tfjs";
import { Int64Scalar } from "@tensorflow/tfjs-node-gpu/dist/int64_tensors.js";
import { type NamedTensors, parameter } from "../generative/nn/mod.ts";
import { executeNative } from "../generative/runtime/mod.ts";

/**
 * An LSTM over a whole sequence as TensorFlow's fused kernel `BlockLSTMV2` and its gradient kernel: what
 * `deno task bench models` compares the unrolled, compiled {@link LSTM} with.
 *
 * @param name The LSTM's name, for its parameters.
 * @param xs `[T, B, I]`.
 * @returns Outputs `[T, B, U]`, from a zero state.
 */
export function blockLstm(parameters: NamedTensors, name: string, xs: tf.Tensor): tf.Tensor {
  const [time, batch] = xs.shape;
  const inputKernel = parameter(parameters, `${name}/inputKernel`);
  const hiddenKernel = parameter(parameters, `${name}/hiddenKernel`);
  const units = hiddenKernel.shape[0] as number;
  const forget = tf.concat([tf.zeros([units]), tf.ones([units]), tf.zeros([2 * units])]);
  const kernel = reorderGates(tf.concat([inputKernel, hiddenKernel], 0));
  const bias = reorderGates(parameter(parameters, `${name}/bias`)).add(forget);
  const length = new Int64Scalar(time) as unknown as tf.Tensor;
  const peephole = { "use_peephole": { bool: false } };

  const sequence = tf.customGrad((...all) => {
    const save = all[3] as unknown as tf.GradSaveFunc;
    const [x, w, b] = all as tf.Tensor[];
    const state = tf.zeros([batch, units]);
    const none = tf.zeros([units]);
    const given = [x, state, state, w, none, none, none, b];
    const clip = { "cell_clip": { float: 0 } };
    const outputs = executeNative("BlockLSTMV2", { ...peephole, ...clip }, [length, ...given], 7);
    save([...given, ...outputs]);
    return {
      value: outputs[6].clone(),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const gradients = executeNative(
          "BlockLSTMGradV2",
          peephole,
          [length, ...saved, dy.zerosLike(), dy],
          8,
        );
        return [gradients[0], gradients[3], gradients[7]];
      },
    };
  });
  return sequence(xs, kernel, bias);
}

/** Input, candidate, forget, output as the kernel wants them: input, forget, candidate, output. */
function reorderGates(tensor: tf.Tensor): tf.Tensor {
  const [input, candidate, forget, output] = tensor.split(4, -1);
  return tf.concat([input, forget, candidate, output], -1);
}
