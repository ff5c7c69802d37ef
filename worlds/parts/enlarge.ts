import * as tf from "@tensorflow/tfjs";
import type { ConvTranspose2d } from "../../generative/nn/conv_transpose2d.ts";
import { type NamedTensors, parameter } from "../../generative/nn/parameters.ts";

/**
 * What {@link ConvTranspose2d.apply} computes for stride 2 without padding, in the form that is fastest on a CPU:
 *
 * - a map of one pixel is a matrix product (on two cores 13 ms instead of 49, there and back, for the paper's first
 *   layer at batch 128);
 * - a few colours come from an ordinary convolution that makes each 2x2 block of pixels at once (15 ms instead of 47
 *   forward for the paper's last layer).
 *
 * Kernels that {@link arrangeKernels} has put among the parameters are used in that form.
 *
 * @param x `[B, H, W, inputChannels]`.
 * @returns `[B, 2 (H - 1) + k, 2 (W - 1) + k, filters]`.
 */
export function enlarge(layer: ConvTranspose2d, parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
  const { kernelSize, filters } = layer.options;
  const kernel = parameter(parameters, `${layer.name}/kernel`);
  const bias = parameter(parameters, `${layer.name}/bias`);
  if (x.shape[1] === 1 && x.shape[2] === 1) return enlargePoint(x, kernel).add(bias);
  const arranged = parameters[arrangedName(layer)] as tf.Tensor4D | undefined;
  if (arranged) return enlargeByBlocks(x, arranged).add(bias);
  if (filters <= 4 && kernelSize % 2 === 0) return enlargeByBlocks(x, arrangeKernel(kernel)).add(bias);
  return layer.apply(parameters, x);
}

/**
 * The kernels of layers in the form that ordinary convolutions use, for inference on WebAssembly: its transposed
 * convolutions take seven times as long (4.5 ms for a frame of the small vision instead of 0.6), and arranging them
 * for each frame takes longer still. Kernels of odd size stay as they are.
 *
 * @returns Tensors to add to the parameters; the caller's.
 */
export function arrangeKernels(layers: readonly ConvTranspose2d[], parameters: NamedTensors): NamedTensors {
  const even = layers.filter(({ options }) => options.kernelSize % 2 === 0);
  return Object.fromEntries(
    even.map((layer) => [
      arrangedName(layer),
      tf.tidy(() => arrangeKernel(parameter(parameters, `${layer.name}/kernel`))),
    ]),
  );
}

function arrangedName({ name }: ConvTranspose2d): string {
  return `${name}/arranged`;
}

function enlargePoint(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  const [height, width, filters, inputs] = kernel.shape;
  const rows = x.reshape<tf.Tensor2D>([-1, inputs]);
  const matrix = kernel.reshape<tf.Tensor2D>([height * width * filters, inputs]);
  return rows.matMul(matrix, false, true).reshape([-1, height, width, filters]);
}

/**
 * Output pixel 2 q + p (p 0 or 1) sums the input pixels q - j times the kernel at p + 2 j: for each p a convolution
 * with every second element of the kernel, reversed. All four p of the plane are channels of one convolution.
 */
function enlargeByBlocks(x: tf.Tensor, blocks: tf.Tensor4D): tf.Tensor {
  const [batch, height, width] = x.shape;
  const [reach] = blocks.shape;
  const filters = blocks.shape[3] / 4;
  const border: [number, number] = [reach - 1, reach - 1];
  const padded = x.pad([[0, 0], border, border, [0, 0]]) as tf.Tensor4D;
  const [rows, columns] = [height + reach - 1, width + reach - 1];
  return padded.conv2d(blocks, 1, "valid").reshape([batch, rows, columns, 2, 2 * filters])
    .transpose([0, 1, 3, 2, 4]).reshape([batch, 2 * rows, 2 * columns, filters]);
}

/** `[k, k, filters, inputs]` to `[k / 2, k / 2, inputs, 4 filters]`: a convolution that makes 2x2 blocks. */
function arrangeKernel(kernel: tf.Tensor): tf.Tensor4D {
  const [size, , filters, inputs] = kernel.shape;
  const reach = size / 2;
  return kernel.reshape([reach, 2, 2 * reach * filters * inputs]).reverse(0) // four axes at most on WebGPU
    .reshape([2 * reach, reach, 2 * filters * inputs]).reverse(1)
    .reshape([reach, 2, reach, 2, filters, inputs]).transpose([0, 2, 5, 1, 3, 4]).reshape<tf.Tensor4D>([
      reach,
      reach,
      inputs,
      4 * filters,
    ]);
}
