import * as tf from "@tensorflow/tfjs";

/**
 * Enlarges pictures by repeating pixels. Concatenations and reshapes alone: differentiable to any order on all backends,
 * where tfjs's own `resizeNearestNeighbor` is once.
 *
 * @param x `[B, H, W, C]`.
 * @param factor A whole number.
 * @returns `[B, H factor, W factor, C]`.
 */
export function upsampleNearest(x: tf.Tensor, factor = 2): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const wide = tf.concat(new Array(factor).fill(x), 3).reshape([batch, height, factor * width * channels]);
  return tf.concat(new Array(factor).fill(wide), 2).reshape([
    batch,
    factor * height,
    factor * width,
    channels,
  ]);
}

/**
 * Enlarges pictures twofold by linear interpolation between the centres of pixels, as Keras's `UpSampling2D` does; the
 * gradient of tfjs's own is wrong there.
 *
 * @param x `[B, H, W, C]`.
 * @returns `[B, 2 H, 2 W, C]`.
 */
export function upsampleBilinear(x: tf.Tensor): tf.Tensor {
  return interpolate(interpolate(x, 1), 2);
}

/** Doubles an axis: three quarters of the own pixel, a quarter of the neighbour on that side; the border is its own. */
function interpolate(x: tf.Tensor, axis: number): tf.Tensor {
  const size = x.shape[axis]!;
  const part = (begin: number, length: number) => {
    const [start, shape] = [x.shape.map(() => 0), x.shape.slice()];
    start[axis] = begin;
    shape[axis] = length;
    return x.slice(start, shape);
  };
  const before = size === 1 ? x : tf.concat([part(0, 1), part(0, size - 1)], axis);
  const after = size === 1 ? x : tf.concat([part(1, size - 1), part(size - 1, 1)], axis);
  const own = x.mul(0.75);
  const shape = x.shape.slice();
  shape[axis] = 2 * size;
  return tf.stack([own.add(before.mul(0.25)), own.add(after.mul(0.25))], axis + 1).reshape(shape);
}

/**
 * Shrinks pictures to the means of their blocks; differentiable to any order, where tfjs's own `avgPool` is once.
 *
 * @param x `[B, H, W, C]`; `factor` divides H and W.
 * @returns `[B, H / factor, W / factor, C]`.
 * @throws RangeError when the blocks do not fit.
 */
export function averagePool(x: tf.Tensor, factor = 2): tf.Tensor {
  const [batch, height, width, channels] = blocks(x, factor, "pool");
  const flat = x.reshape([batch, height, factor, width * factor * channels]).mean(2);
  return flat.reshape([batch, height, width, factor, channels]).mean(3);
}

/**
 * Puts each block of pixels into the channels of one: row by row, the channels of a pixel together, as TensorFlow's
 * `space_to_depth` does.
 *
 * @param x `[B, H, W, C]`; `factor` divides H and W.
 * @returns `[B, H / factor, W / factor, factor factor C]`.
 * @throws RangeError when the blocks do not fit.
 */
export function spaceToDepth(x: tf.Tensor, factor = 2): tf.Tensor {
  const [batch, height, width, channels] = blocks(x, factor, "turn space into depth");
  return x.reshape([batch, height, factor, width, factor * channels]).transpose([0, 1, 3, 2, 4])
    .reshape([batch, height, width, factor * factor * channels]);
}

/**
 * Spreads the channels of each pixel over a block: the inverse of {@link spaceToDepth} ("pixel shuffle", Shi et al.,
 * 2016, with TensorFlow's order of channels).
 *
 * @param x `[B, H, W, factor factor C]`.
 * @returns `[B, H factor, W factor, C]`.
 * @throws RangeError when the channels do not fit.
 */
export function depthToSpace(x: tf.Tensor, factor = 2): tf.Tensor {
  const [batch, height, width, depth] = x.shape as [number, number, number, number];
  const channels = depth / factor ** 2;
  if (!Number.isInteger(channels)) {
    throw new RangeError(
      `Cannot turn depth into space: expected channels that ${factor ** 2} divides, got [${x.shape}]`,
    );
  }
  return x.reshape([batch, height, width, factor, factor * channels]).transpose([0, 1, 3, 2, 4])
    .reshape([batch, height * factor, width * factor, channels]);
}

/** Batch, rows and columns of blocks, and channels. */
function blocks(x: tf.Tensor, factor: number, doing: string): [number, number, number, number] {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  if (x.rank !== 4 || height % factor !== 0 || width % factor !== 0) {
    throw new RangeError(
      `Cannot ${doing}: expected [B, H, W, C] with sides that ${factor} divides, got [${x.shape}]`,
    );
  }
  return [batch, height / factor, width / factor, channels];
}
